/**
 * What two machines that lost each other's last messages find out when they meet again, and what
 * they do about it. PROTOCOL.md, "Reconnecting".
 */
import { equalBytes } from '../core/bytes.ts'
import type { Epochs, Held } from './activation.ts'

/** An epoch, or an OT setup, without its secrets. */
export type EpochName = Pick<Held<unknown>, 'epoch' | 'sid' | 'tau'>

/** What one side has, and what it has certified without knowing whether the peer has it. */
export type EpochNames = {
  readonly active: EpochName | undefined
  readonly prepared: EpochName | undefined
}

/** What both sides tell each other first on every connection. */
export type Standing = EpochNames & {
  /** The OT setups of the active epoch, by their numbers, where there are any. */
  readonly ot: EpochNames | undefined
}

/** `ot` is of the active epoch. */
export const standing = (epochs: Epochs<unknown>, ot: Epochs<unknown> | undefined): Standing => ({
  ...names(epochs),
  ot: ot && names(ot),
})

const names = ({ active, prepared }: Epochs<unknown>): EpochNames => ({
  active: nameOf(active),
  prepared: nameOf(prepared),
})

const nameOf = (held: Held<unknown> | undefined): EpochName | undefined =>
  held && { epoch: held.epoch, sid: held.sid, tau: held.tau }

/** What to do about a difference in one of the two. */
type Settled =
  | { readonly kind: 'in-step' }
  /** The peer prepared what I have as active: send it my certificate again. */
  | { readonly kind: 'send-cert' }
  /** I prepared what the peer has as active: its certificate comes. */
  | { readonly kind: 'await-cert' }
  /**
   * The peer prepared what I never certified: drop my session, then send a signed abort of it. Where
   * I prepared something too, the peer's abort of that comes at the same time.
   */
  | { readonly kind: 'send-abort'; readonly sid: Uint8Array }
  /** I prepared what the peer does not have: its abort comes. */
  | { readonly kind: 'await-abort' }
  | { readonly kind: 'lost' }

/** What to do about a difference. A ceremony begins in step only. */
export type Reconciliation =
  /** Both have the same epoch and the same OT setup: erase what is retired. */
  | { readonly kind: 'in-step' }
  | (Exclude<Settled, { kind: 'in-step' | 'lost' }> & { readonly of: 'epoch' | 'ot' })
  /**
   * The epochs are the same and the OT setups are not: no ECDSA until a RE-OT has made the setup of
   * this number. What is prepared of the old ones is given up first.
   */
  | { readonly kind: 'rekey'; readonly otNo: number }
  /** One side lost an epoch that the other has: a person decides on both, or recovers. */
  | { readonly kind: 'lost' }

/** Compares where both sides stand. Both come to answers that fit. */
export function reconcile(mine: Standing, theirs: Standing): Reconciliation {
  const epoch = settle(mine, theirs)
  if (epoch.kind === 'lost') return epoch
  if (epoch.kind !== 'in-step') return { ...epoch, of: 'epoch' }
  if (!mine.ot && !theirs.ot) return epoch
  const ot = mine.ot && theirs.ot ? settle(mine.ot, theirs.ot) : LOST
  if (ot.kind === 'in-step') return ot
  return ot.kind === 'lost' ? { kind: 'rekey', otNo: nextOtNo(mine, theirs) } : { ...ot, of: 'ot' }
}

/** The number of the setup that a RE-OT makes: later than any that either side has ever certified. */
export function nextOtNo(mine: Standing, theirs: Standing): number {
  const all = [mine.ot, theirs.ot].flatMap((ot) => [ot?.active?.epoch, ot?.prepared?.epoch])
  return 1 + Math.max(...all.map((number) => number ?? 0))
}

const LOST = { kind: 'lost' } as const

/** Each side answers for what the other one prepared. */
function settle(mine: EpochNames, theirs: EpochNames): Settled {
  const ofMine = mine.prepared && answerFor(mine.prepared, theirs)
  const ofTheirs = theirs.prepared && answerFor(theirs.prepared, mine)
  if (ofMine === 'lost' || ofTheirs === 'lost') return LOST
  if (ofTheirs === 'cert') return { kind: 'send-cert' }
  if (ofTheirs === 'abort') return { kind: 'send-abort', sid: theirs.prepared!.sid }
  if (ofMine) return { kind: ofMine === 'cert' ? 'await-cert' : 'await-abort' }
  const none = !mine.active && !theirs.active
  return none || isSame(mine.active, theirs.active) ? { kind: 'in-step' } : LOST
}

/** What the other side owes for something that was prepared: its certificate, or its abort. */
function answerFor(
  prepared: EpochName,
  { active, prepared: other }: EpochNames,
): 'cert' | 'abort' | 'lost' {
  if (isSame(prepared, active)) return 'cert'
  // It has gone on without this side, or was set back: an abort now might contradict a certificate.
  if (active && prepared.epoch <= active.epoch) return 'lost'
  // Both certified it, and neither has it: no order of the messages leads here.
  return other && equalBytes(prepared.sid, other.sid) ? 'lost' : 'abort'
}

function isSame(a: EpochName | undefined, b: EpochName | undefined): boolean {
  return a !== undefined && b !== undefined && a.epoch === b.epoch && equalBytes(a.tau, b.tau)
}
