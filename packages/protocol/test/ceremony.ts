/** Two machines and a ceremony between them, for tests and the bench. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { EMPTY, ascii } from '../src/core/bytes.ts'
import { H } from '../src/core/hash.ts'
import type { Ristretto } from '../src/core/ristretto.ts'
import type { SuiteId } from '../src/core/suite.ts'
import { COSIGNER, DEVICE, type PartyId } from '../src/party.ts'
import type { Device, WalletShare } from '../src/share/share.ts'
import { testRng } from '../src/testing.ts'
import type { CeremonyInput } from '../src/dkg/contribution.ts'
import { answerG2, answerG4, startCeremony } from '../src/dkg/initiator.ts'
import type { Proposal } from '../src/dkg/params.ts'
import { answerG1, answerG3, answerG5 } from '../src/dkg/responder.ts'

/** A machine with an identity key. */
export type Machine = Device & { readonly sign: (message: Uint8Array) => Uint8Array }

export function machine(id: PartyId, seed = 'machine'): Machine {
  const secret = H('noise-static', ascii(`${seed} ${id}`))
  const identityPk = ed25519.getPublicKey(secret)
  return { id, identityPk, sign: (message) => ed25519.sign(message, secret) }
}

export const E = machine(DEVICE)
export const D = machine(COSIGNER)

const device = ({ id, identityPk }: Machine): Device => ({ id, identityPk })

/** A wallet of all three keys, 2 of {1,2,3}, without a backup. */
export function proposalOf(changes: Partial<Proposal> = {}): Proposal {
  return {
    suites: [1, 2, 3] satisfies SuiteId[],
    t: 2,
    holders: [1, 2, 3],
    contributors: [1, 2],
    devices: [device(E), device(D)],
    backup: { kind: 'none' },
    instanceId: H('dkg-params', ascii('instance')).slice(0, 16),
    ...changes,
  }
}

export type Messages = {
  g1: Uint8Array
  g2: Uint8Array
  g3: Uint8Array
  g4: Uint8Array
  g5: Uint8Array
}

/** What one side brings besides the proposal. */
export type Brings = Pick<CeremonyInput, 'half' | 'oldShares'>

export type Run = {
  readonly group: Ristretto
  readonly seed?: string
  readonly proposal?: Proposal
  readonly e?: Brings & { readonly machine?: Machine; readonly proposal?: Proposal }
  readonly d?: Brings & { readonly machine?: Machine; readonly proposal?: Proposal }
  /** Changes a message on its way. */
  readonly tamper?: (name: keyof Messages, bytes: Uint8Array) => Uint8Array
}

/** A whole ceremony. What either side throws is thrown. */
export function ceremony({ group, seed = 'dkg', proposal = proposalOf(), e, d, tamper }: Run): {
  readonly e: WalletShare
  readonly d: WalletShare
  readonly messages: Messages
} {
  const messages: Messages = { g1: EMPTY, g2: EMPTY, g3: EMPTY, g4: EMPTY, g5: EMPTY }
  const send = (name: keyof Messages, bytes: Uint8Array) =>
    (messages[name] = tamper ? tamper(name, bytes.slice()) : bytes)
  const [rngE, rngD] = [testRng(`${seed}/E`), testRng(`${seed}/D`)]
  const input = (side: Run['e'], one: Machine): CeremonyInput => ({
    proposal: side?.proposal ?? proposal,
    me: one.id,
    sign: (side?.machine ?? one).sign,
    half: side?.half?.slice(),
    oldShares: side?.oldShares,
  })
  const started = startCeremony(input(e, E), rngE, group)
  const first = answerG1(input(d, D), send('g1', started.g1), rngD, group)
  const second = answerG2(started.state, send('g2', first.g2), rngE)
  const third = answerG3(first.state, send('g3', second.g3), rngD)
  const fourth = answerG4(second.state, send('g4', third.g4))
  const last = answerG5(third.prepared, send('g5', fourth.g5))
  return { e: fourth.share, d: last, messages }
}
