import { createHash } from 'node:crypto'
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { EMPTY, ascii, concat, toBigInt, u16, u32 } from '../../src/core/bytes.ts'
import { H } from '../../src/core/hash.ts'
import { ED25519, type Point, TAPROOT, mod, suites, timesBase } from '../../src/core/suite.ts'
import type { FrostSuiteId } from '../../src/frost/suite.ts'
import { answerS1, finishS2, openS1, prepareFrost, startFrost } from '../../src/frost/sign.ts'
import { type Path, paths } from '../../src/hd/path.ts'
import { testRng } from '../../src/testing.ts'
import { deal } from '../deal.ts'
import { type Value, type VectorFile, agreed, inverse, recorded, scalarOf } from './values.ts'

const E = 1
const D = 2

/** The paths are chosen so that R and PK' are even and odd in every combination. */
export function taprootVectors(): VectorFile[] {
  const signatures = [4, 6, 7, 8].map((index) =>
    signature(TAPROOT, `vectors/frost-taproot/${index}`, paths.taproot(0, 0, 0, index), 32),
  )
  return [{ path: 'frost-taproot.json', values: { about, signatures } }]
}

export function ed25519Vectors(): VectorFile[] {
  const signatures = [0, 77].map((length) =>
    signature(ED25519, `vectors/frost-ed25519/${length}`, paths.solana(length), length),
  )
  return [{ path: 'frost-ed25519.json', values: { about, signatures } }]
}

const about = 'PROTOCOL.md, section 9. Scalars and points in the encodings of the suite'

/** One signature of E and D in one round trip, and RFC 9591 computed again beside it. */
function signature(id: FrostSuiteId, seed: string, path: Path, messageLength: number): Value {
  const seeds = { common: seed, E: `${seed}/E`, D: `${seed}/D` }
  const rng = testRng(seed)
  const shares = deal(id, seed)
  const common = {
    signers: [E, D],
    path,
    message: messageLength === 0 ? EMPTY : rng('message', messageLength),
    requestId: rng('requestId', 16),
    index: 2,
    attempt: 1,
  }
  const task = (me: number) => prepareFrost({ ...common, key: shares.get(me)!, me })
  const [ofE, ofD] = [recorded(seeds.E), recorded(seeds.D)]
  const { state, s1 } = startFrost(task(E), ofE.rng)
  const { s2 } = answerS1(openS1(task(D), s1), ofD.rng)
  const { signature: made } = finishS2(state, s2)

  const { address, context } = task(E)
  const key = shares.get(E)!
  const contextParts = [
    key.keyId,
    key.epochSid,
    Uint8Array.of(E, D),
    concat(...path.map(u32)),
    address.publicKey,
    common.message,
    common.requestId,
    u16(common.index),
    u32(common.attempt),
  ]
  const suite = suites[id]
  const shifted = (me: number) => {
    const share = suite.decodeScalar(shares.get(me)!.secret, 'share')
    return mod((address.negate ? -share : share) + address.shift, suite.order)
  }
  const again = rfc9591(id, address.publicKey, common.message, [
    { id: E, share: shifted(E), draws: [ofE.draws['frost-0']!, ofE.draws['frost-1']!] },
    { id: D, share: shifted(D), draws: [ofD.draws['frost-0']!, ofD.draws['frost-1']!] },
  ])
  const [first, second] = again.signers
  return {
    seeds,
    suite: id,
    X: key.publicKey,
    chainCode: key.chainCode,
    keyId: key.keyId,
    epochSid: key.epochSid,
    publicShares: Object.fromEntries(key.publicShares),
    shares: { E: shares.get(E)!.secret, D: shares.get(D)!.secret },
    ...common,
    PK_prime: address.publicKey,
    negate: address.negate,
    shift: scalarOf(suite, address.shift),
    frost_ctx: agreed('frost-ctx', context, H('frost-ctx', ...contextParts)),
    ...again.values,
    E: first!.values,
    D: second!.values,
    S1: agreed('S1', s1, concat(context, ...first!.commitments)),
    S2: agreed('S2', s2, concat(...second!.commitments, second!.z)),
    signature: agreed('signature', made, again.signature),
  }
}

type Signer = { readonly id: number; readonly share: bigint; readonly draws: readonly Uint8Array[] }

/** Sections 4 and 5 of RFC 9591 for two signers; for BIP-340 with its even-y rules. */
function rfc9591(
  id: FrostSuiteId,
  PK: Uint8Array,
  message: Uint8Array,
  signers: readonly Signer[],
) {
  const suite = suites[id]
  const taproot = id === TAPROOT
  const { order } = suite
  const point = suite.decodePoint(PK, 'PK')
  const isOdd = (one: Point) => taproot && (one.toAffine().y & 1n) === 1n
  const even = (one: Point) => (isOdd(one) ? one.negate() : one)
  const { scalar, digest } = hashes(taproot, order)

  const committed = signers.map((signer) => {
    const share = suite.encodeScalar(signer.share)
    const [d, e] = signer.draws.map((draw) => scalar('nonce', concat(draw, share)))
    const points = [timesBase(suite, d!), timesBase(suite, e!)]
    const name = suite.encodeScalar(BigInt(signer.id))
    return {
      ...signer,
      d: d!,
      e: e!,
      points,
      name,
      commitments: points.map((one) => one.toBytes()),
    }
  })
  const list = concat(...committed.flatMap(({ name, commitments }) => [name, ...commitments]))
  const prefix = concat(even(point).toBytes(), digest('msg', message), digest('com', list))
  const bound = committed.map((one) => ({ ...one, rho: scalar('rho', concat(prefix, one.name)) }))
  const R = bound.reduce(
    (sum, { points: [hiding, binding], rho }) => sum.add(hiding!).add(binding!.multiplyUnsafe(rho)),
    suite.zero,
  )
  const c = challenge(taproot, order, even(R), even(point), message)
  const signs = { nonces: isOdd(R) ? -1n : 1n, share: isOdd(point) ? -1n : 1n }
  const signed = bound.map((one) => {
    const other = BigInt(committed.find(({ id: peer }) => peer !== one.id)!.id)
    const lambda = mod(other * inverse(mod(other - BigInt(one.id), order), order), order)
    const z = signs.nonces * (one.d + one.rho * one.e) + signs.share * lambda * c * one.share
    return { ...one, lambda, z: mod(z, order) }
  })
  const z = scalarOf(
    suite,
    signed.reduce((sum, one) => sum + one.z, 0n),
  )
  return {
    values: {
      R: R.toBytes(),
      R_is_negated: isOdd(R),
      PK_is_negated: isOdd(point),
      c: scalarOf(suite, c),
    },
    signature: concat(taproot ? R.toBytes().slice(1) : R.toBytes(), z),
    signers: signed.map(({ draws, share, d, e, commitments, rho, lambda, z: own }) => ({
      commitments,
      z: scalarOf(suite, own),
      values: {
        'frost-0': draws[0]!,
        'frost-1': draws[1]!,
        share_prime: scalarOf(suite, share),
        hiding_nonce: scalarOf(suite, d),
        binding_nonce: scalarOf(suite, e),
        D: commitments[0]!,
        E: commitments[1]!,
        rho: scalarOf(suite, rho),
        lambda: scalarOf(suite, lambda),
        z: scalarOf(suite, own),
      },
    })),
  }
}

/** RFC 9591, 6.1; and 6.5 under the name that the BIP-340 variant goes by. */
function hashes(taproot: boolean, order: bigint) {
  const name = taproot ? 'FROST-secp256k1-SHA256-TR-v1' : 'FROST-ED25519-SHA512-v1'
  const algorithm = taproot ? 'sha256' : 'sha512'
  const digest = (tag: string, message: Uint8Array) =>
    new Uint8Array(
      createHash(algorithm)
        .update(concat(ascii(name + tag), message))
        .digest(),
    )
  const scalar = (tag: string, message: Uint8Array) =>
    taproot
      ? toBigInt(expand_message_xmd(message, ascii(name + tag), 48, sha256)) % order
      : toBigInt(digest(tag, message).toReversed()) % order
  return { digest, scalar }
}

/** BIP-340's challenge, or Ed25519's. */
function challenge(taproot: boolean, order: bigint, R: Point, PK: Point, message: Uint8Array) {
  if (!taproot) {
    const hash = createHash('sha512')
      .update(concat(R.toBytes(), PK.toBytes(), message))
      .digest()
    return toBigInt(hash.toReversed()) % order
  }
  const tag = createHash('sha256').update('BIP0340/challenge').digest()
  const all = concat(tag, tag, R.toBytes().slice(1), PK.toBytes().slice(1), message)
  return toBigInt(createHash('sha256').update(all).digest()) % order
}
