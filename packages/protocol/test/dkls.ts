/** Two signers and a whole signature, for tests and the bench: no ceremony, ideal base OTs. */
import { concat, toBigInt, u8 } from '../src/core/bytes.ts'
import { H } from '../src/core/hash.ts'
import { ECDSA, SECP256K1_ORDER as q, mod, randomScalar, suites } from '../src/core/suite.ts'
import type { Rng } from '../src/rng.ts'
import type { OtSetup } from '../src/share/share.ts'
import { testRng } from '../src/testing.ts'
import {
  type EcdsaSignature,
  type SignInput,
  answerF1,
  answerF2,
  finishF3,
  finishF4,
  openF1,
  openF2,
  openF3,
  startSign,
} from '../src/dkls23/sign.ts'

const suite = suites[ECDSA]

/** Base OTs as a trusted third party would deal them: what the sender holds, what the receiver. */
export function idealOt(rng: Rng): {
  readonly asReceiver: OtSetup['asReceiver']
  readonly asSender: OtSetup['asSender']
} {
  const delta = rng('delta', 16)
  const k0 = rng('k0', 128 * 32)
  const k1 = rng('k1', 128 * 32)
  const k = k0.slice()
  for (let i = 0; i < 128; i++)
    if ((delta[i >> 3]! >> (i & 7)) & 1) k.set(k1.subarray(32 * i, 32 * i + 32), 32 * i)
  return { asReceiver: { k0, k1 }, asSender: { delta, k } }
}

export type Pair = {
  readonly initiator: SignInput
  readonly responder: SignInput
  /** The group's private key. */
  readonly secret: bigint
}

/** Holders 1, 2, 3 with a threshold of two; `change` says what differs from the default request. */
export function pair(
  seed: string,
  change: Partial<SignInput> = {},
  ids: readonly [number, number] = [1, 2],
): Pair {
  const rng = testRng(seed)
  const secret = randomScalar(suite, rng, 'key')
  const slope = randomScalar(suite, rng, 'slope')
  const publicKey = suite.base.multiply(secret).toBytes()
  const shareOf = (id: number) => mod(secret + slope * BigInt(id), q)
  const forward = idealOt((label, n) => rng(`forward/${label}`, n))
  const backward = idealOt((label, n) => rng(`backward/${label}`, n))
  const zsSeed = rng('zs', 32)
  const keyId = H('key-id', u8(ECDSA), publicKey)
  const signers = [...ids].toSorted((a, b) => a - b)

  const input = (me: number, peer: number, ot: OtSetup): SignInput => ({
    share: {
      suite: ECDSA,
      keyId,
      epochSid: H('epoch', rng('tau', 32), u8(ECDSA)),
      secret: suite.encodeScalar(shareOf(me)),
      publicKey,
      commitments: [publicKey, suite.base.multiply(slope).toBytes()],
      publicShares: new Map(
        [1, 2, 3].map((id) => [id, suite.base.multiply(shareOf(id)).toBytes()]),
      ),
      chainCode: rng('cc', 32),
    },
    peer: { id: peer, zsSeed: zsSeed.slice(), ot },
    me,
    quorum: { t: 2, holders: [1, 2, 3] },
    signers,
    path: [],
    msgHash: H('self-test', rng('message', 32)),
    requestId: rng('request', 16),
    index: 0,
    attempt: 1,
    ...change,
  })
  const [first, second] = ids
  return {
    secret,
    initiator: input(first, second, {
      otNo: 0,
      asReceiver: forward.asReceiver,
      asSender: backward.asSender,
    }),
    responder: input(second, first, {
      otNo: 0,
      asReceiver: backward.asReceiver,
      asSender: forward.asSender,
    }),
  }
}

/** What crosses the channel, and a chance to change it on the way. */
export type Flow = 'f1' | 'f2' | 'f3' | 'f4'
export type Tamper = (flow: Flow, bytes: Uint8Array) => Uint8Array

export type Signed = {
  readonly initiator: EcdsaSignature
  readonly responder: EcdsaSignature
  readonly flows: Readonly<Record<Flow, Uint8Array>>
}

/** F1 to F4 in one process. `randomness` is that of each side. */
export function sign(
  { initiator, responder }: Pick<Pair, 'initiator' | 'responder'>,
  randomness: { readonly initiator: Rng; readonly responder: Rng },
  tamper: Tamper = (_, bytes) => bytes,
): Signed {
  const one = startSign(initiator, randomness.initiator)
  const f1 = tamper('f1', one.f1)
  const two = answerF1(openF1(responder, f1), randomness.responder)
  const f2 = tamper('f2', two.f2)
  const three = answerF2(openF2(one.state, f2), randomness.initiator)
  const f3 = tamper('f3', three.f3)
  const four = finishF3(openF3(two.state, f3))
  const f4 = tamper('f4', four.f4)
  return {
    initiator: finishF4(three.state, f4),
    responder: four.signature,
    flows: { f1, f2, f3, f4 },
  }
}

/** Randomness of both sides from one seed. */
export function rngs(seed: string): { readonly initiator: Rng; readonly responder: Rng } {
  return { initiator: testRng(`${seed}/initiator`), responder: testRng(`${seed}/responder`) }
}

/** Reads the 65-byte form back into a scalar, for tests that change one field of a message. */
export const scalarAt = (bytes: Uint8Array, at: number): bigint =>
  toBigInt(bytes.slice(at, at + 32))

/** A copy of `bytes` with `part` written over it. */
export function splice(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return concat(bytes.slice(0, at), part, bytes.slice(at + part.length))
}
