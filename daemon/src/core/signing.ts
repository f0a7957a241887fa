import { bytesToHex } from '@noble/hashes/utils.js'
import {
  type AttemptId,
  COSIGNER,
  DEVICE,
  type Effect,
  type Event as SignerEvent,
  type Hedged,
  type Ledger,
  type Mark,
  type Message,
  type Outcome,
  type Signer,
  type SigningRequest,
  type WalletShare,
  marksOnLoad,
  openSigner,
  step,
} from '@tandem/protocol'
import type { Clock } from '../ports/clock.ts'
import type { Metrics } from '../ports/metrics.ts'
import type { Batch, Store } from '../ports/store.ts'
import { deadlines } from './deadlines.ts'
import { ClientError } from './errors.ts'
import { type Event, encodeEvent } from './event.ts'
import { fairTurn } from './fair-turn.ts'
import { inTurn } from './log/in-turn.ts'
import { commitTogether } from './log/together.ts'
import { serially } from './serially.ts'
import { applyMarks, droppedRows, ledgerRows, loadLedger } from './signing-rows.ts'
import { wipeShare } from './wallet-record.ts'

/** What a signer asks of the outside, beside its marks. */
export type Sink = {
  /** To the wallet's device, if it is connected. */
  send(message: Message): Promise<void>
  outcome(id: AttemptId, outcome: Outcome): Promise<void>
  refused(code: string, kind: string): Promise<void>
  /** What else changes in the transaction of these marks. */
  rows(marks: readonly Mark[], after: Ledger): Promise<NonNullable<Batch['rows']>>
  /** The share's OT setup was wiped: store it again. */
  store(share: WalletShare): Promise<void>
}

/** Requests of which a signer is to forget everything, and what else its transaction has. */
export type Dropped = Required<Pick<Batch, 'rows' | 'events'>> & {
  readonly requestIds: readonly Uint8Array[]
}

/** Makes durable what was decided and what may be signed since: in one transaction. Inside `serially`. */
export type Keep = (decided: Batch, approves: SigningRequest | undefined) => Promise<void>

/** The signing of one wallet: one signer, whose marks are durable before anything is said. */
export type Signing = {
  tell(event: SignerEvent): Promise<void>
  /** Nothing is signed while `work` decides what may be. */
  whileDeciding<T>(work: (keep: Keep) => Promise<T>): Promise<T>
  /**
   * Forgets requests. Nothing is decided or signed meanwhile.
   *
   * @param make is told of which requests an attempt is under way: it must leave them out.
   */
  drop(make: (isUnderWay: (requestId: Uint8Array) => boolean) => Promise<Dropped>): Promise<void>
  ledger(): Ledger
  /** Of the OT setup that is in use. */
  otNo(): number
  /** The device is gone: every session ends. */
  hangUp(): Promise<void>
  /** Ends every session and wipes the share: this epoch or its OT setup is over here. */
  close(): Promise<void>
}

/** @param share of the active epoch; it stays with the signer. */
export async function openSigning(
  parts: Clock & { readonly store: Store; readonly hedged: Hedged; readonly metrics: Metrics },
  wallet: Uint8Array,
  share: WalletShare,
  sink: Sink,
): Promise<Signing> {
  const { store, hedged, metrics, now } = parts
  const otNo = share.peers.find(({ id }) => id === DEVICE)?.ot.otNo ?? 0
  let ledger = await loadLedger(store, wallet, { epoch: share.epoch, otNo })
  // A judgement that a crash cut off counts before anything else happens.
  await commit(marksOnLoad(ledger))
  let signer: Signer = openSigner(share, DEVICE, ledger)
  if (share.me !== COSIGNER) throw new Error('expected a share of the co-signer')

  async function commit(marks: readonly Mark[]): Promise<void> {
    if (marks.length > 0) await serially(store, wallet, () => commitWith({}, marks))
  }

  async function commitWith({ rows = [], events = [] }: Batch, marks: readonly Mark[]) {
    const after = applyMarks(ledger, marks)
    const logged = marks.map((mark) => encodeEvent(logOf(wallet, mark, now())))
    const more = [...ledgerRows(wallet, after, marks), ...(await sink.rows(marks, after))]
    await commitTogether(store, { rows: [...rows, ...more], events: [...events, ...logged] })
    ledger = after
  }

  async function keep(decided: Batch, request: SigningRequest | undefined): Promise<void> {
    if (!request) return commitTogether(store, decided)
    const after = step(signer, { type: 'approve', request }, hedged)
    const marks = after.effects.flatMap((effect) => (effect.type === 'commit' ? effect.marks : []))
    await commitWith(decided, marks)
    // No session waits for an approval.
    signer = after.signer
  }

  async function act(effect: Effect): Promise<void> {
    switch (effect.type) {
      case 'commit':
        await commit(effect.marks)
        await fairTurn()
        return run({ type: 'committed', commit: effect.commit })
      case 'send':
        return sink.send(effect.message)
      case 'outcome':
        return sink.outcome(effect.id, effect.outcome)
      case 'refused':
        return sink.refused(effect.code, effect.kind)
      case 'destroy-ot':
        return sink.store(signer.share)
      case 'phase':
    }
  }

  async function run(event: SignerEvent): Promise<void> {
    const after = metrics.timedSync('step', () => step(signer, event, hedged))
    signer = after.signer
    timeLimit(signer.live)
    for (const effect of after.effects) await act(effect)
  }

  // One event at a time: a commit of one must not meet the step of another.
  const turn = inTurn()
  let isClosed = false
  const timeLimit = deadlines(parts, (id, phase) =>
    turn(async () => (isClosed ? undefined : run({ type: 'deadline', id, phase }))),
  )
  const whileOpen = <T>(work: () => Promise<T>): Promise<T> =>
    turn(async () => {
      // SECURITY: two signers of one wallet would serve two epochs, or one OT setup twice. Test: test/rotation.test.ts "a signer that was closed takes nothing more"
      if (isClosed) throw new ClientError('busy', 'the keys of this wallet are changing')
      return work()
    })
  return {
    tell: (event) => whileOpen(() => run(event)),
    whileDeciding: (work) => whileOpen(() => work(keep)),
    drop: (make) =>
      turn(() =>
        serially(store, wallet, async () => {
          const underWay = new Set([...signer.live.values()].map(({ id }) => nameOf(id)))
          const { requestIds, rows, events } = await make((id) => underWay.has(bytesToHex(id)))
          if (rows.length === 0) return
          await store.commit({ rows: [...rows, ...droppedRows(wallet, requestIds)], events })
          for (const requestId of requestIds) {
            // What it asks to be committed is.
            ;({ signer } = step(signer, { type: 'forget', requestId }, hedged))
            ledger = applyMarks(ledger, [{ type: 'forgotten', requestId }])
          }
        }),
      ),
    ledger: () => ledger,
    otNo: () => ledger.pair.otNo,
    hangUp: () => turn(async () => (isClosed ? undefined : run({ type: 'disconnected' }))),
    close: () =>
      turn(async () => {
        if (isClosed) return
        isClosed = true
        await run({ type: 'disconnected' })
        wipeShare(signer.share)
      }),
  }
}

const nameOf = ({ requestId }: AttemptId): string => bytesToHex(requestId)

export function logOf(wallet: Uint8Array, mark: Mark, at: Date): Event {
  const requestId = mark.type === 'approved' ? mark.request.requestId : undefined
  return {
    type: 'mark',
    at: at.getTime(),
    wallet,
    mark: mark.type,
    ...(requestId && { requestId }),
    ...('requestId' in mark && { requestId: mark.requestId }),
    ...('index' in mark && { index: mark.index }),
    ...('attempt' in mark && { attempt: mark.attempt }),
  }
}
