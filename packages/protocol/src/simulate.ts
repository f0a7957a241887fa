/**
 * Both parties of a signature in one process, over a network and a disk that the test controls:
 * which message or commit comes next, what is lost, repeated or changed, and who crashes when.
 */
import { UsageError } from './abort.ts'
import type { PartyId } from './party.ts'
import { type Ledger, type Mark, applyMark, emptyLedger, marksOnLoad } from './session/marks.ts'
import { openSigner, step } from './session/signer.ts'
import type { Effect, Event, Hedged, Message, Signer } from './session/signer.types.ts'
import type { WalletShare } from './share/share.ts'

/** What the test decides. Without a rule, everything arrives once, in order and unchanged. */
export type World = {
  /** Which of `waiting` pending deliveries comes next, 0-based. */
  readonly pick?: (waiting: number) => number
  /** What arrives instead of a message: nothing is loss, two are a repeat. */
  readonly tamper?: (message: Message) => readonly Message[]
  /** Asked before each delivery to a party: true crashes it instead, and it starts again. */
  readonly crash?: (party: PartyId, pending: Pending) => boolean
}

/** Something on its way to a party. */
export type Pending =
  | { readonly to: PartyId; readonly message: Message }
  | { readonly to: PartyId; readonly commit: number; readonly marks: readonly Mark[] }

export type SimulatedParty = {
  signer: Signer
  /** What is on this party's disk. */
  durable: readonly Mark[]
  /** Every effect so far, in order. */
  readonly effects: Effect[]
}

export type Simulation = {
  readonly parties: ReadonlyMap<PartyId, SimulatedParty>
  /** Tells one party something. */
  tell(to: PartyId, event: Event): void
  /** Delivers until nothing waits. Returns how many deliveries there were. */
  run(): number
  /** Loses everything in a party's memory and starts it from its disk. */
  restart(party: PartyId): void
  /** Fires the deadline of every live session of a party. */
  expire(party: PartyId): void
}

/** Deliveries after which a run counts as endless. */
const MOST_DELIVERIES = 10_000

/** Two signers of one wallet. `hedged` gives a party's randomness; it may repeat itself on purpose. */
export function simulate(
  shares: readonly [WalletShare, WalletShare],
  hedged: (party: PartyId) => Hedged,
  world: World = {},
): Simulation {
  const pending: Pending[] = []
  const parties = new Map<PartyId, SimulatedParty>()
  const [a, b] = shares
  for (const [share, peer] of [
    [a, b],
    [b, a],
  ] as const)
    parties.set(share.me, { signer: openSigner(share, peer.me), durable: [], effects: [] })

  function party(id: PartyId): SimulatedParty {
    const found = parties.get(id)
    if (!found) throw new UsageError(`party ${id}: expected a simulated party`)
    return found
  }

  function tell(to: PartyId, event: Event): void {
    const one = party(to)
    const { signer, effects } = step(one.signer, event, hedged(to))
    one.signer = signer
    for (const effect of effects) {
      one.effects.push(effect)
      if (effect.type === 'commit') pending.push({ to, ...effect })
      if (effect.type === 'send')
        for (const message of world.tamper?.(effect.message) ?? [effect.message])
          pending.push({ to: effect.message.to, message })
    }
  }

  function deliver(next: Pending): void {
    if (world.crash?.(next.to, next)) return restart(next.to)
    if ('message' in next) return tell(next.to, { type: 'message', message: next.message })
    const one = party(next.to)
    one.durable = [...one.durable, ...next.marks]
    tell(next.to, { type: 'committed', commit: next.commit })
  }

  function restart(id: PartyId): void {
    const one = party(id)
    // What was not on the disk yet is lost, and so is what the crashed process still had to read.
    for (let at = pending.length - 1; at >= 0; at--)
      if (pending[at]!.to === id) pending.splice(at, 1)
    const ledger = ledgerOf(one)
    const marks = marksOnLoad(ledger)
    one.durable = [...one.durable, ...marks]
    one.signer = openSigner(one.signer.share, one.signer.peer, marks.reduce(applyMark, ledger))
  }

  return {
    parties,
    tell,
    restart,
    run() {
      let deliveries = 0
      while (pending.length > 0) {
        if (++deliveries > MOST_DELIVERIES) throw new UsageError('the simulation does not end')
        const picked = pending[(world.pick?.(pending.length) ?? 0) % pending.length]!
        // A party has one disk: its commits end in the order in which they began.
        const next =
          'commit' in picked
            ? pending.find((one) => 'commit' in one && one.to === picked.to)!
            : picked
        pending.splice(pending.indexOf(next), 1)
        deliver(next)
      }
      return deliveries
    },
    expire(id) {
      for (const live of party(id).signer.live.values())
        tell(id, { type: 'deadline', id: live.id, phase: live.phase })
    },
  }
}

/** The ledger that a party's disk adds up to. */
export function ledgerOf({ durable, signer }: SimulatedParty): Ledger {
  const otNo = signer.share.peers.find(({ id }) => id === signer.peer)?.ot.otNo ?? 0
  return durable.reduce(applyMark, emptyLedger(otNo))
}
