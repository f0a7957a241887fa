/** One line to the co-signer, kept up: it is dialled again when it is lost, and asked whether it lives. */
import {
  COSIGNER,
  DEVICE,
  DecodeError,
  type DhKeys,
  ProtocolAbort,
  equalBytes,
  identityCard,
} from '@tandem/protocol'
import { CosignerError } from './error.ts'
import type { Pair } from './kept.ts'
import { type Ending, type Line, type Network, connect } from './link.ts'
import type { Status } from './status.ts'
import { type Talk, type TalkParts, talk } from './talk.ts'

/** Whom to meet: the co-signer that is pinned, or the one that a link names. */
export type Terms = Pick<Pair, 'address' | 'identity' | 'noise' | 'cosigner'> | PairingTerms

type PairingTerms = {
  readonly address: string
  readonly identity: Uint8Array
  readonly noise: DhKeys
  readonly secret: Uint8Array
  /** The identity that the link names. */
  readonly expected: Uint8Array
}

/** What both ends said of themselves. */
export type Met = { readonly version: string; readonly roundTripMs: number }

export type ConnectionParts = Network & {
  readonly pair: () => Pair | undefined
  readonly talk: Omit<TalkParts, 'cosigner' | 'fault'>
  /** Greets on a fresh line. @throws {CosignerError} what stands between both. */
  readonly meet: (
    line: Line,
    talk: Talk,
    with_: Pick<Pair, 'identity' | 'cosigner'>,
  ) => Promise<Met>
  /** The line is gone. */
  readonly lost: () => void
  /** Everything that is signed with it stops. @param length of the log that it showed, where that is why. */
  readonly fault: (error: CosignerError, length: bigint | undefined) => void
}

export type Connection = {
  status(): Status
  watch(tell: (status: Status) => void): () => void
  /** What is said on the line, while both are in step. @throws {CosignerError} */
  talk(): Talk
  /** The same, also where there is no line yet: it is tried once, at once. @throws {CosignerError} */
  reached(): Promise<Talk>
  /** @returns who is there. @throws {CosignerError} */
  dial(terms: Terms): Promise<Pair['cosigner']>
  /** The line to a co-signer that is not to be believed in anything but what it is asked now. */
  line(): Talk | undefined
  fault(error: CosignerError): void
  /** Tries now if there is no line, and asks the line whether it lives if there is one. */
  wake(): Promise<void>
  /** A person has decided: tries again, whatever happened. */
  retry(): Promise<void>
  /** Until it is dialled again. */
  hangUp(): void
  close(): void
}

/** The first pause before another try to connect, and the longest. */
const FIRST_MS = 500
const LONGEST_MS = 30_000

/** How often the line is asked whether it lives, and how long it may take to answer. */
const BEAT_MS = 20_000
const ANSWER_MS = 10_000

/** What can be over without anybody doing anything here. */
const passing = new Set<CosignerError['code']>(['version', 'revoked'])

export function connection(parts: ConnectionParts): Connection {
  const { clock, entropy } = parts
  let status: Status = { state: 'none' }
  let current: { readonly line: Line; readonly talk: Talk } | undefined
  let dialling: Promise<void> | undefined
  let pause = FIRST_MS
  let stopWaiting: (() => void) | undefined
  let stopBeat: (() => void) | undefined
  let isClosed = false
  const watchers = new Set<(status: Status) => void>()

  function set(next: Status): void {
    status = next
    for (const tell of watchers) tell(next)
  }

  function fault(error: CosignerError, length?: bigint): void {
    set({ state: 'fault', address: parts.pair()?.address ?? '', code: error.code })
    parts.fault(error, length)
    current?.line.close()
    if (passing.has(error.code)) again(LONGEST_MS)
  }

  function away(why: Ending): void {
    const address = parts.pair()?.address
    if (address === undefined || status.state === 'fault') return
    const since = status.state === 'away' ? status.since : clock.now()
    set({ state: 'away', address, since, ...(why === 'locked' && { isLocked: true }) })
  }

  async function dial(to: Terms): Promise<Pair['cosigner']> {
    const { line, meets, cosigner } = await shakeHands(to)
    current = { line, talk: meets }
    try {
      const met = await parts.meet(line, meets, { identity: to.identity, cosigner })
      set({ state: 'ready', address: to.address, ...met })
      pause = FIRST_MS
      beatLater()
      return cosigner
    } catch (error) {
      line.close()
      throw error
    }
  }

  async function shakeHands(to: Terms) {
    let meets: Talk | undefined
    let early: Parameters<Talk['take']>[0][] = []
    const { line, pinned } = await connect(parts, to.address, channelTerms(to), {
      packet: (packet) => (meets ? meets.take(packet) : early.push(packet)),
      closed: (why) => meets && lost(meets, why),
    })
    const cosigner = pinned ?? ('cosigner' in to ? to.cosigner : undefined)
    if (!cosigner) throw new Error('a pairing pins its peer')
    if ('expected' in to && !equalBytes(cosigner.identityPk, to.expected)) {
      line.close()
      throw new CosignerError('other', 'another co-signer answered than the link names')
    }
    meets = talk(line, { ...parts.talk, cosigner, fault })
    for (const packet of early) meets.take(packet)
    early = []
    return { line, meets, cosigner }
  }

  function lost(talked: Talk, why: Ending): void {
    talked.end(why)
    if (current?.talk !== talked) return
    current = undefined
    stopBeat?.()
    parts.lost()
    if (isClosed || !parts.pair()) return
    if (why === 'revoked' || why === 'replaced') return ended(why)
    away(why)
    again()
  }

  function ended(why: 'revoked' | 'replaced'): void {
    if (status.state !== 'fault') fault(new CosignerError(why, `the co-signer is ${why}`))
  }

  function again(ms?: number): void {
    if (isClosed || stopWaiting || (status.state === 'fault' && ms === undefined)) return
    const [byte = 0] = entropy(1)
    // Jitter: browsers that lost a co-signer at once do not come back at once.
    const wait = ms ?? pause * (0.5 + byte / 512)
    pause = Math.min(LONGEST_MS, pause * 2)
    stopWaiting = clock.after(wait, () => {
      stopWaiting = undefined
      void reconnect()
    })
  }

  function reconnect(): Promise<void> {
    stopWaiting?.()
    stopWaiting = undefined
    const to = parts.pair()
    if (isClosed || current || !to) return dialling ?? Promise.resolve()
    dialling ??= attempt(to).finally(() => (dialling = undefined))
    return dialling
  }

  async function attempt(to: Pair): Promise<void> {
    try {
      await dial(to)
    } catch (cause) {
      const error = asCosignerError(cause)
      if (error.code === 'revoked' || error.code === 'replaced') {
        ended(error.code)
        if (passing.has(error.code)) again(LONGEST_MS)
      } else if (error.code === 'away' || error.code === 'locked') {
        away(error.code)
        again(status.state === 'fault' && passing.has(status.code) ? LONGEST_MS : undefined)
      } else fault(error)
    }
  }

  function beatLater(): void {
    stopBeat?.()
    stopBeat = clock.after(BEAT_MS, () => void beat())
  }

  /** A socket may be dead for minutes before anybody says so. */
  async function beat(): Promise<void> {
    const asked = current
    if (!asked) return
    const stop = clock.after(ANSWER_MS, () => asked.line.close())
    try {
      const start = clock.now()
      await asked.talk.check()
      if (current !== asked || status.state !== 'ready') return
      // The smoothed round trip of TCP: one slow answer is no slow line.
      const roundTripMs = (7 * status.roundTripMs + (clock.now() - start)) / 8
      set({ ...status, roundTripMs })
      beatLater()
    } catch {
      // It is over, and somebody hears of that already.
    } finally {
      stop()
    }
  }

  async function wake(): Promise<void> {
    if (status.state === 'fault') return
    pause = FIRST_MS
    const address = parts.pair()?.address
    if (status.state === 'none' && address !== undefined) set({ state: 'connecting', address })
    return current && status.state === 'ready' ? beat() : reconnect()
  }

  function talkNow(): Talk {
    // SECURITY: a co-signer whose past or program is another one signs what nobody was asked. Test: src/engine/cosigner/faults.test.ts "an older copy of the co-signer is noticed, and nothing is signed with it"
    if (status.state === 'fault')
      throw new CosignerError(status.code, 'signing is stopped until you decide')
    if (status.state === 'away' && status.isLocked)
      throw new CosignerError('locked', 'it is locked')
    if (!current || status.state !== 'ready')
      throw new CosignerError('away', 'the co-signer does not answer')
    return current.talk
  }

  return {
    status: () => status,
    watch(tell) {
      watchers.add(tell)
      return () => watchers.delete(tell)
    },
    talk: talkNow,
    async reached() {
      if (status.state !== 'fault' && status.state !== 'ready') await reconnect()
      return talkNow()
    },
    async dial(terms) {
      if ('secret' in terms && status.state === 'none')
        set({ state: 'connecting', address: terms.address })
      try {
        return await dial(terms)
      } catch (cause) {
        current?.line.close()
        if (!parts.pair()) set({ state: 'none' })
        throw asCosignerError(cause)
      }
    },
    line: () => current?.talk,
    fault,
    wake,
    async retry() {
      const address = parts.pair()?.address
      if (status.state === 'fault' && address !== undefined) set({ state: 'connecting', address })
      await wake()
    },
    hangUp: () => current?.line.close(),
    close() {
      isClosed = true
      stopWaiting?.()
      stopBeat?.()
      current?.line.close()
    },
  }
}

function channelTerms(to: Terms) {
  const us = { me: DEVICE, peer: COSIGNER, keys: to.noise } as const
  return 'secret' in to
    ? ({
        ...us,
        kind: 'pairing',
        secret: to.secret,
        card: identityCard(DEVICE, to.identity, to.noise.publicKey),
      } as const)
    : ({ ...us, kind: 'session', peerNoisePk: to.cosigner.noisePk } as const)
}

/** A peer that breaks the protocol misbehaves; anything else that is not expected is ours. */
export function asCosignerError(cause: unknown): CosignerError {
  if (cause instanceof CosignerError) return cause
  if (cause instanceof ProtocolAbort || cause instanceof DecodeError)
    return new CosignerError('misbehaved', cause.message, cause)
  return new CosignerError('internal', 'this went wrong here', cause)
}
