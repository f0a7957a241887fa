import {
  type AttemptId,
  COSIGNER,
  type Effect,
  type Event as SignerEvent,
  type Hedged,
  type Ledger,
  type Message,
  type Outcome,
  type Phase,
  type Signer,
  type SigningRequest,
  type WalletShare,
  deadlineMs,
  encodeMessage,
  equalBytes,
  marksOnLoad,
  openSigner,
  requestHash,
  step,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import { inTurn } from '../../messages/in-turn.ts'
import type { Clock } from '../ports/clock.ts'
import type { Disk } from '../ports/disk.ts'
import { CosignerError } from './error.ts'
import { commitMarks, loadLedger } from './ledger.ts'
import type { Line } from './link.ts'

/** How one entry of a request moves, and each message of it that crossed. */
export type Progress = {
  readonly index: number
  readonly phase: Phase | Message['kind']
  readonly at: number
}

/** Signs with one wallet: its marks are durable before anything leaves. */
export type Signing = {
  tell(event: SignerEvent): Promise<void>
  attach(line: Line | undefined): void
  /** What a request was signed with before, all of it: no second signature is made. */
  kept(request: SigningRequest): readonly Uint8Array[] | undefined
  /**
   * Every signature of a request that the co-signer allowed, in the order of its entries. The same
   * request again, while it is being signed, waits for the same signatures.
   *
   * @throws {CosignerError}
   */
  sign(
    request: SigningRequest,
    progress: (progress: Progress) => void,
  ): Promise<readonly Uint8Array[]>
  /**
   * Ends a request before its signature: it is signed no more, under this id.
   *
   * @returns whether it ended. Not once something has left with which the co-signer can finish.
   */
  stop(requestId: Uint8Array): Promise<boolean>
  ledger(): Ledger
  /** Ends every session: another share or OT setup takes the place of this one. */
  close(): Promise<void>
}

export type SigningParts = {
  readonly disk: Disk
  readonly clock: Clock
  readonly hedged: Hedged
  /** Milliseconds of the last round trips. */
  readonly roundTripMs: () => number
  /** The share's OT setup was wiped: keep the share again. */
  readonly keep: (share: WalletShare) => Promise<void>
}

/** Sessions that the co-signer serves at once. */
const AT_ONCE = 4

export async function openSigning(parts: SigningParts, share: WalletShare): Promise<Signing> {
  const { disk, clock, hedged } = parts
  const otNo = share.peers.find(({ id }) => id === COSIGNER)?.ot.otNo ?? 0
  let ledger = await loadLedger(disk, { epoch: share.epoch, otNo })
  const cutOff = marksOnLoad(ledger)
  if (cutOff.length > 0) ledger = await commitMarks(disk, ledger, cutOff)
  let signer: Signer = openSigner(share, COSIGNER, ledger)
  let line: Line | undefined
  const waiting = new Map<string, (outcome: Outcome) => void>()
  const watching = new Map<string, (progress: Progress) => void>()
  const timers = new Map<string, () => void>()
  const under = new Map<string, { hash: Uint8Array; signatures: Promise<readonly Uint8Array[]> }>()
  const turn = inTurn()

  const keyOf = ({ requestId, index }: Pick<AttemptId, 'requestId' | 'index'>) =>
    `${bytesToHex(requestId)}/${index}`

  async function act(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'commit':
        ledger = await commitMarks(disk, ledger, effect.marks)
        return run({ type: 'committed', commit: effect.commit })
      case 'send':
        line?.send(encodeMessage(effect.message))
        return line && show(effect.message, effect.message.kind)
      case 'phase':
        return moved(effect.id, effect.phase)
      case 'outcome':
        return ended(effect.id, effect.outcome)
      case 'refused':
        // Of no session: it came late, twice, or out of nowhere, and changed nothing.
        return undefined
      case 'destroy-ot':
        return parts.keep(signer.share)
    }
  }

  const show = (id: AttemptId, phase: Progress['phase']): void =>
    watching.get(bytesToHex(id.requestId))?.({ index: id.index, phase, at: clock.now() })

  function moved(id: AttemptId, phase: Phase): void {
    const key = keyOf(id)
    timers.get(key)?.()
    timers.delete(key)
    const ms = deadlineMs(phase, parts.roundTripMs())
    if (ms !== undefined)
      timers.set(
        key,
        clock.after(ms, () => void tell({ type: 'deadline', id, phase })),
      )
    show(id, phase)
  }

  function ended(id: AttemptId, outcome: Outcome): void {
    const key = keyOf(id)
    timers.get(key)?.()
    timers.delete(key)
    if (outcome.phase === 'Complete') show(id, 'Complete')
    const resolve = waiting.get(key)
    waiting.delete(key)
    resolve?.(outcome)
  }

  async function run(event: SignerEvent): Promise<void> {
    const after = step(signer, event, hedged)
    ;({ signer } = after)
    // One that was refused changed nothing, and is not shown.
    const isTaken = !after.effects.some(({ type }) => type === 'refused')
    if (event.type === 'message' && isTaken) show(event.message, event.message.kind)
    for (const effect of after.effects) await act(effect)
  }

  /** All of it or nothing: what they ask to be kept is one write, before anything of it is done. */
  async function runTogether(events: readonly SignerEvent[], taken: () => void): Promise<void> {
    let next = signer
    const effects = events.flatMap((event) => {
      const after = step(next, event, hedged)
      next = after.signer
      return after.effects
    })
    const marks = effects.flatMap((effect) => (effect.type === 'commit' ? effect.marks : []))
    ledger = await commitMarks(disk, ledger, marks)
    signer = next
    taken()
    for (const effect of effects)
      await (effect.type === 'commit'
        ? run({ type: 'committed', commit: effect.commit })
        : act(effect))
  }

  let isClosed = false

  // One event at a time: a commit of one must not meet the step of another.
  const whileOpen = (work: () => Promise<void>): Promise<void> =>
    turn(async () => {
      // SECURITY: a signer that is over would write the record of its keys over that of the next ones. Test: src/engine/cosigner/refresh.test.ts "a signer that was closed takes nothing more"
      if (isClosed) throw new CosignerError('busy', 'the keys of this wallet are changing')
      return work()
    })
  const tell = (event: SignerEvent): Promise<void> => whileOpen(() => run(event))

  const begin = ({ requestId }: SigningRequest, index: number) =>
    ({ type: 'begin', requestId, index }) as const
  const ending = ({ requestId }: SigningRequest, index: number) =>
    new Promise<Outcome>((resolve) => waiting.set(keyOf({ requestId, index }), resolve))

  /** What was approved is begun in the same write: one wait for the disk before the first message. */
  async function approve(
    request: SigningRequest,
    first: readonly number[],
  ): Promise<readonly Promise<Outcome>[]> {
    const events = [
      { type: 'approve', request } as const,
      ...first.map((index) => begin(request, index)),
    ]
    let endings: readonly Promise<Outcome>[] = []
    await whileOpen(() =>
      runTogether(events, () => {
        endings = first.map((index) => ending(request, index))
      }),
    )
    return endings
  }

  /** @param begun its first attempt. */
  async function one(
    request: SigningRequest,
    index: number,
    begun?: Promise<Outcome>,
  ): Promise<Uint8Array> {
    for (let attempt = begun; ; attempt = undefined) {
      const outcome = await (attempt ?? again(request, index))
      if (outcome.phase === 'Complete' && outcome.signature) return outcome.signature
      if (outcome.phase === 'Aborted' && outcome.next === 'retry' && line) continue
      throw failure(outcome)
    }
  }

  async function again(request: SigningRequest, index: number): Promise<Outcome> {
    const outcome = ending(request, index)
    await tell(begin(request, index))
    return outcome
  }

  async function all(request: SigningRequest): Promise<readonly Uint8Array[]> {
    const order = request.entries.map(({ index }) => index)
    const first = order.slice(0, AT_ONCE)
    const begun = await approve(request, first)
    const signatures: Uint8Array[] = []
    const later = order.slice(AT_ONCE).values()
    await Promise.all(
      first.map(async (index, at) => {
        signatures[index] = await one(request, index, begun[at])
        for (const next of later) signatures[next] = await one(request, next)
      }),
    )
    return signatures
  }

  return {
    tell,
    attach(next) {
      line = next
    },
    kept({ requestId, entries }) {
      const known = ledger.requests.get(bytesToHex(requestId))
      // SECURITY: what was signed under this id is no answer to another request. Test: src/engine/cosigner/signing-again.test.ts "another request under the same id is not answered"
      if (!known || !equalBytes(known.hash, requestHash(entries))) return undefined
      const signatures = known.entries.flatMap(({ signature }) => (signature ? [signature] : []))
      return signatures.length === entries.length ? signatures : undefined
    },
    async sign(request, progress) {
      const name = bytesToHex(request.requestId)
      const hash = requestHash(request.entries)
      const earlier = under.get(name)
      // Who asks last is told how it moves: whoever asked before may be gone.
      if (!earlier || equalBytes(earlier.hash, hash)) watching.set(name, progress)
      if (earlier && equalBytes(earlier.hash, hash)) return earlier.signatures
      const signatures = all(request)
      if (!earlier) under.set(name, { hash, signatures })
      try {
        return await signatures
      } catch (error) {
        if (ledger.requests.get(name)?.cancelled === true)
          throw new CosignerError('stopped', 'its person stopped it', error)
        throw error
      } finally {
        if (under.get(name)?.signatures === signatures) {
          under.delete(name)
          watching.delete(name)
        }
      }
    },
    async stop(requestId) {
      await tell({ type: 'cancel', requestId })
      return ledger.requests.get(bytesToHex(requestId))?.cancelled === true
    },
    ledger: () => ledger,
    close: () =>
      turn(async () => {
        if (isClosed) return
        isClosed = true
        await run({ type: 'disconnected' })
        for (const stop of timers.values()) stop()
        timers.clear()
      }),
  }
}

function failure(outcome: Outcome): CosignerError {
  if (outcome.phase === 'Complete')
    return new CosignerError('misbehaved', 'a signature that nobody has')
  const { code } = outcome
  if (outcome.phase === 'Recovery' || code === 'PAIR_REKEY')
    return new CosignerError('burned', code)
  if (code === 'NETWORK') return new CosignerError('away', code)
  return new CosignerError(outcome.culprit === undefined ? 'timeout' : 'misbehaved', code)
}
