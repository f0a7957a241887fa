/**
 * The life of a wallet with both of its parties in one place: a pairing, a ceremony, a share that is
 * stored and loaded, and a signature of each scheme over the encrypted channel. All of it follows
 * from a seed, so that two runtimes can be compared byte for byte.
 */
import { bytesToHex } from '@noble/curves/utils.js'
import {
  COSIGNER,
  type Channel,
  DEVICE,
  type Hedged,
  type Message,
  type PartyId,
  type Ristretto,
  type SigningRequest,
  type SuiteId,
  type Terms,
  advance,
  answer,
  decodeMessage,
  decodeShare,
  dhKeys,
  dial,
  encodeMessage,
  encodeShare,
  identityCard,
  open,
  payloadHash,
  seal,
} from '@tandem/protocol'
import { ceremony, proposalOf } from '../../../packages/protocol/test/ceremony.ts'
import { verifies } from '../../../packages/protocol/test/signers.ts'
import { type Simulation, simulate } from '../../../packages/protocol/src/simulate.ts'
import { testRng } from '../../../packages/protocol/src/testing.ts'

/** What came of it. Every part is a function of the seed, except for the times. */
export type WalletLife = {
  /** In hex: the hashes of the ceremony's messages and of both shares, and the signatures. */
  readonly bytes: Readonly<Record<string, string>>
  /** How long the ceremony and each signature took, both parties together. */
  readonly ms: Readonly<Record<string, number>>
}

const schemes = {
  1: { name: 'ecdsa', path: [60, 0] },
  2: { name: 'taproot', path: [86, 0, 0, 0, 0] },
  3: { name: 'ed25519', path: [501, 0] },
} as const satisfies { readonly [suite in SuiteId]: object }

const seed = 'browser'
const rng = testRng(seed)

/** @throws when a party aborts, or when a plain library refuses a signature. */
export function liveWallet(group: Ristretto): WalletLife {
  const bytes: Record<string, string> = {}
  const ms: Record<string, number> = {}
  const timed = <T>(what: string, work: () => T): T => {
    const began = performance.now()
    const result = work()
    ms[what] = Math.round(performance.now() - began)
    return result
  }

  const made = timed('ceremony', () =>
    ceremony({
      group,
      seed,
      proposal: proposalOf({ backup: { kind: 'split' } }),
      e: { half: group.reduce(rng('half/device', 64)) },
      d: { half: group.reduce(rng('half/cosigner', 64)) },
    }),
  )
  const stored = { device: encodeShare(made.e), cosigner: encodeShare(made.d) }
  for (const [name, message] of Object.entries({ ...made.messages, ...stored }))
    bytes[name] = bytesToHex(payloadHash(message))

  const device = decodeShare(stored.device)
  const carry = pairedChannel()
  const parties = simulate([device, decodeShare(stored.cosigner)], hedged, {
    tamper: (message) => [carry(message)],
  })
  for (const suite of [1, 2, 3] as const) {
    const { name, path } = schemes[suite]
    const { keyId } = device.keys.find((key) => key.suite === suite)!
    const entry = { index: 0, suite, keyId, path, message: rng(`message/${name}`, 32) }
    const request = { requestId: rng(`request/${name}`, 16), entries: [entry] }
    const signature = timed(name, () => signed(parties, request))
    if (!verifies(device, entry, signature)) throw new Error(`${name}: the signature is refused`)
    bytes[name] = bytesToHex(signature)
  }
  return { bytes, ms }
}

const hedged =
  (party: PartyId): Hedged =>
  (bind) =>
    testRng(`${seed}/${party}/${bytesToHex(bind)}`)

/** The device's signature; both parties have to complete. */
function signed(parties: Simulation, request: SigningRequest): Uint8Array {
  for (const party of [DEVICE, COSIGNER]) parties.tell(party, { type: 'approve', request })
  parties.run()
  parties.tell(DEVICE, { type: 'begin', requestId: request.requestId, index: 0 })
  parties.run()
  const [mine] = [DEVICE, COSIGNER].map((party) => {
    const last = parties.parties.get(party)!.effects.findLast(({ type }) => type === 'outcome')
    if (last?.type !== 'outcome' || last.outcome.phase !== 'Complete')
      throw new Error(`party ${party} did not complete: ${JSON.stringify(last)}`)
    return last.outcome.signature
  })
  if (!mine) throw new Error('the device has no signature')
  return mine
}

/** Pairs both parties, and returns what carries a message from one to the other. */
function pairedChannel(): (message: Message) => Message {
  const terms = (me: PartyId, peer: PartyId): Terms => {
    const keys = dhKeys(rng(`noise/${me}`, 32))
    const card = identityCard(me, rng(`identity/${me}`, 32), keys.publicKey)
    return { kind: 'pairing', me, peer, keys, card, secret: rng('pairing', 16) }
  }
  const near = testRng(`${seed}/near`)
  const far = testRng(`${seed}/far`)
  const called = dial(terms(DEVICE, COSIGNER), near)
  if (called.done) throw new Error('a pairing takes three messages')
  const answered = answer(terms(COSIGNER, DEVICE), called.send!, far)
  if (answered.done) throw new Error('a pairing takes three messages')
  const first = advance(called.connecting, answered.send!, near)
  const second = advance(answered.connecting, first.send!, far)
  if (!first.done || !second.done) throw new Error('a pairing takes three messages')

  const ends = new Map<PartyId, Channel>([
    [DEVICE, first.channel],
    [COSIGNER, second.channel],
  ])
  return (message) => {
    const sealed = seal(ends.get(message.from)!, encodeMessage(message))
    ends.set(message.from, sealed.channel)
    for (const record of sealed.records) {
      const opened = open(ends.get(message.to)!, record)
      if (opened.event === 'closed') throw new Error(`the channel is closed: ${opened.reason}`)
      ends.set(message.to, opened.channel)
      if (opened.event === 'message')
        return decodeMessage(opened.message.header, opened.message.body)
    }
    throw new Error(`${message.kind} did not arrive`)
  }
}
