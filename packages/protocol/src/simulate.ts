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
  readonly pick?: (waiting: number, pending: readonly Pending[]) => number
  /** What arrives instead of a message: nothing is loss, two are a repeat. */
  readonly tamper?: (message: Message) => readonly Message[]
  /** A caller that breaks its contract: says `committed` before the disk has the marks. */
  readonly impatient?: boolean
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
  /** Every effect again, with how many marks were on the disk when it was asked for. */
  readonly log: { readonly effect: Effect; readonly marks: number }[]
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
  const [a, b] = [ownCopy(shares[0]), ownCopy(shares[1])]
  for (const [share, peer] of [
    [a, b],
    [b, a],
  ] as const)
    parties.set(share.me, { signer: openSigner(share, peer.me), durable: [], effects: [], log: [] })

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
      one.log.push({ effect, marks: one.durable.length })
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
    if (world.impatient) tell(next.to, { type: 'committed', commit: next.commit })
    one.durable = [...one.durable, ...next.marks]
    if (!world.impatient) tell(next.to, { type: 'committed', commit: next.commit })
  }

  function restart(id: PartyId): void {
    const one = party(id)
    // What was not on the disk yet is lost, and so is what the crashed process still had to read.
    for (let at = pending.length - 1; at >= 0; at--)
      if (pending[at]!.to === id) pending.splice(at, 1)
    const ledger = ledgerOf(one)
    const marks = marksOnLoad(ledger)
    one.durable = [...one.durable, ...marks]
    const { share, peer, commits } = one.signer
    one.signer = openSigner(share, peer, marks.reduce(applyMark, ledger), commits)
  }

  return {
    parties,
    tell,
    restart,
    run() {
      let deliveries = 0
      while (pending.length > 0) {
        if (++deliveries > MOST_DELIVERIES) throw new UsageError('the simulation does not end')
        const picked = pending[(world.pick?.(pending.length, pending) ?? 0) % pending.length]!
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
  return durable.reduce(applyMark, emptyLedger(otNo, signer.share.epoch))
}

/** A share whose OT setup is this party's own: a burn wipes it. */
function ownCopy(share: WalletShare): WalletShare {
  return {
    ...share,
    peers: share.peers.map((peer) => {
      const { otNo, asReceiver, asSender } = peer.ot
      const ot = {
        otNo,
        asReceiver: { k0: asReceiver.k0.slice(), k1: asReceiver.k1.slice() },
        asSender: { delta: asSender.delta.slice(), k: asSender.k.slice() },
      }
      return { ...peer, ot }
    }),
  }
}
