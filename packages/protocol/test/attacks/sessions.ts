/** Signing sessions for attacks: any pair of holders, any suite, replayed from a seed. */
import { sha256 } from '@noble/hashes/sha2.js'
import { ascii } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { ED25519, type SuiteId, mod, suites } from '../../src/core/suite.ts'
import type { PartyId } from '../../src/party.ts'
import type { SigningRequest } from '../../src/session/request.ts'
import type { Hedged } from '../../src/session/signer.types.ts'
import { dealtWallet } from '../signers.ts'
import type { OtSetup, WalletShare } from '../../src/share/share.ts'
import { type Simulation, type World, simulate } from '../../src/simulate.ts'
import { testRng } from '../../src/testing.ts'

/** The two sides of a wallet that sign, the initiator first. */
export type Signers = readonly [WalletShare, WalletShare]

/** Two holders of a dealt wallet, each with the OT setup of a device. */
export function signersOf(seed: string, a: PartyId = 1, b: PartyId = 2): Signers {
  const wallet = dealtWallet(seed)
  const side = (me: PartyId, other: PartyId, like: PartyId): WalletShare => ({
    ...wallet.get(me)!,
    peers: [{ ...wallet.get(like)!.peers[0]!, id: other }],
  })
  return [side(a, b, 1), side(b, a, 2)]
}

/** The same keys one epoch later: other shares, other zero-share seed, other OT setup. */
export function refreshed([first, second]: Signers, seed: string): Signers {
  const fresh = signersOf(seed)
  const move = (share: WalletShare, like: WalletShare): WalletShare => ({
    ...share,
    epoch: share.epoch + 1,
    keys: share.keys.map((key) => {
      const suite = suites[key.suite]
      const slope = 0x5eedn
      const shift = (id: PartyId) => slope * BigInt(id)
      const secret = suite.decodeScalar(key.secret, 'secret') + shift(share.me)
      const publicShares = [...key.publicShares].map(([id, bytes]) => {
        const point = suite.decodePoint(bytes, 'share').add(suite.base.multiply(shift(id)))
        return [id, point.toBytes()] as const
      })
      return {
        ...key,
        epochSid: H('epoch', key.epochSid),
        secret: suite.encodeScalar(mod(secret, suite.order)),
        publicShares: new Map(publicShares),
      }
    }),
    peers: [{ ...like.peers[0]!, id: share.peers[0]!.id }],
  })
  return [move(first, fresh[0]), move(second, fresh[1])]
}

/** The same epoch after RE-OT: only the OT setup is another. */
export function rekeyed([first, second]: Signers, seed: string): Signers {
  const fresh = signersOf(seed)
  const renew = (share: WalletShare, like: WalletShare): WalletShare => {
    const ot: OtSetup = { ...like.peers[0]!.ot, otNo: share.peers[0]!.ot.otNo + 1 }
    return { ...share, peers: [{ ...share.peers[0]!, ot }] }
  }
  return [renew(first, fresh[0]), renew(second, fresh[1])]
}

export type Session = {
  readonly name: string
  readonly suite: SuiteId
  readonly signers: Signers
  readonly request: SigningRequest
}

/** A request of one entry; everything about it follows from `name`. */
export function sessionOf(name: string, suite: SuiteId, signers: Signers): Session {
  const rng = testRng(name)
  const depth = rng('depth', 1)[0]! % 5
  const path = Array.from({ length: depth }, (_, at) => rng(`path/${at}`, 1)[0]!)
  const length = suite === ED25519 ? rng('length', 1)[0]! : 32
  const message = length === 0 ? new Uint8Array(0) : rng('message', length)
  const { keyId } = signers[0].keys.find((key) => key.suite === suite)!
  const requestId = sha256(ascii(name)).slice(0, 16)
  return {
    name,
    suite,
    signers,
    request: { requestId, entries: [{ index: 0, suite, keyId, path, message }] },
  }
}

/** Randomness that depends on what is answered and on nothing else: a session can be replayed. */
export function replayable(seed: string): (party: PartyId) => Hedged {
  return (party) => (bind) => testRng(`${seed}/${party}/${Buffer.from(bind).toString('hex')}`)
}

export function worldOf({ name, signers }: Session, world: World = {}): Simulation {
  return simulate(signers, replayable(name), world)
}

/** Both sides approve the session's request. */
export function approve(run: Simulation, { request, signers }: Session): void {
  for (const { me } of signers) run.tell(me, { type: 'approve', request })
  run.run()
}

export function begin(run: Simulation, { request, signers }: Session): void {
  run.tell(signers[0].me, { type: 'begin', requestId: request.requestId, index: 0 })
  run.run()
}
