/** Two signers and a whole signature, for tests and the bench: no ceremony, ideal base OTs. */
import { concat, toBigInt } from '../src/core/bytes.ts'
import { ECDSA, SECP256K1_ORDER as q } from '../src/core/suite.ts'
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
import type { Rng } from '../src/rng.ts'
import type { OtSetup } from '../src/share/share.ts'
import { testRng } from '../src/testing.ts'
import { deal } from './deal.ts'

/** Base OTs as a trusted third party would deal them: what the receiver holds, what the sender. */
export function idealOt(rng: Rng): Pick<OtSetup, 'asReceiver' | 'asSender'> {
  const delta = rng('delta', 16)
  const k0 = rng('k0', 128 * 32)
  const k1 = rng('k1', 128 * 32)
  const k = k0.slice()
  for (let i = 0; i < 128; i++) if (bit(delta, i)) k.set(k1.subarray(32 * i, 32 * i + 32), 32 * i)
  return { asReceiver: { k0, k1 }, asSender: { delta, k } }
}

export const bit = (bytes: Uint8Array, i: number): number => (bytes[i >> 3]! >> (i & 7)) & 1

export type Pair = {
  readonly initiator: SignInput
  readonly responder: SignInput
  /** The group's private key. */
  readonly secret: bigint
}

/** Holders 1, 2, 3, any two of them sign. `change` is what differs from the default request. */
export function pair(
  seed: string,
  change: Partial<SignInput> = {},
  [first, second]: readonly [number, number] = [1, 2],
): Pair {
  const rng = testRng(seed)
  const secret = (toBigInt(rng('key', 48)) % (q - 1n)) + 1n
  const shares = deal(ECDSA, seed, { secret })
  const zsSeed = rng('zs', 32)
  const forward = idealOt((label, n) => rng(`forward/${label}`, n))
  const backward = idealOt((label, n) => rng(`backward/${label}`, n))
  const common = {
    quorum: { t: 2, holders: [1, 2, 3] },
    signers: first < second ? [first, second] : [second, first],
    path: [],
    msgHash: rng('message', 32),
    requestId: rng('request', 16),
    index: 0,
    attempt: 1,
    ...change,
  }
  const input = (me: number, id: number, ot: OtSetup): SignInput => ({
    share: shares.get(me)!,
    me,
    peer: { id, zsSeed, ot },
    ...common,
  })
  const { asReceiver, asSender } = forward
  return {
    secret,
    initiator: input(first, second, { otNo: 0, asReceiver, asSender: backward.asSender }),
    responder: input(second, first, { otNo: 0, asReceiver: backward.asReceiver, asSender }),
  }
}

/** The randomness of both sides. */
export type Randomness = { readonly initiator: Rng; readonly responder: Rng }

export function rngs(seed: string): Randomness {
  return { initiator: testRng(`${seed}/initiator`), responder: testRng(`${seed}/responder`) }
}

/** What crosses the channel, and a chance to change it on the way. */
export type Flow = 'f1' | 'f2' | 'f3' | 'f4'
export type Tamper = (flow: Flow, bytes: Uint8Array) => Uint8Array

export type Signed = {
  readonly initiator: EcdsaSignature
  readonly responder: EcdsaSignature
  readonly flows: Readonly<Record<Flow, Uint8Array>>
}

/** F1 to F4 in one process. */
export function sign(
  { initiator, responder }: Pick<Pair, 'initiator' | 'responder'>,
  randomness: Randomness,
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

/** A copy of `bytes` with `part` written over it. */
export function splice(bytes: Uint8Array, at: number, part: Uint8Array): Uint8Array {
  return concat(bytes.slice(0, at), part, bytes.slice(at + part.length))
}
