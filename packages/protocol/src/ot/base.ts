/**
 * Base oblivious transfer: 128 endemic OTs of Masny and Rindal, https://eprint.iacr.org/2019/706,
 * in the form of McQuoid, Rosulek and Roy, https://eprint.iacr.org/2021/682, over ristretto255.
 *
 *   P, the OT sender    A_i = a_i·G                                             botA, 4 096 bytes
 *   Q, the OT receiver  s_{1-c} uniform, s_c = B_i - H2C("bot-"c, s_{1-c})      botR, 8 192 bytes
 *   P                   k_{i,j} = H(a_i · (s_j + H2C("bot-"j, s_{1-j})))        j = 0, 1
 *   Q                   k_i = H(b_i · A_i) = k_{i,Δ_i}
 *
 * The two messages are independent and may cross; the channel must authenticate them. P is the
 * receiver of the OT extension later and Q its sender. Every instance has its own sender key, and
 * the index, the choice and the whole public transcript of the instance are hashed into its keys.
 */
import { DecodeError, UsageError } from '../abort.ts'
import { concat, isZero, u16, u8, wipe, wipeOnThrow } from '../core/bytes.ts'
import { H, expandToPoint } from '../core/hash.ts'
import { type Ristretto, decodeRistretto, randomRistretto } from '../core/ristretto.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'

/** Base OTs in each direction; also the bits of Δ. */
export const BASE_OTS = 128
export const BOT_A_LENGTH = BASE_OTS * 32
export const BOT_R_LENGTH = BASE_OTS * 64

/** `H("bot-sid", sid, u8(P), u8(Q))`: one direction of one ceremony. */
export const baseSid = (sid: Uint8Array, sender: PartyId, receiver: PartyId): Uint8Array =>
  H('bot-sid', sid, u8(sender), u8(receiver))

/** P's side: 128 secret scalars, and the message botA. */
export type BaseSender = { readonly a: Uint8Array; readonly botA: Uint8Array }

/** Q's side: the 128 choice bits Δ and the 128 secret scalars, and the message botR. */
export type BaseReceiver = {
  readonly delta: Uint8Array
  readonly b: Uint8Array
  readonly botR: Uint8Array
}

const at = (bytes: Uint8Array, index: number): Uint8Array =>
  bytes.subarray(32 * index, 32 * index + 32)

export function senderInit(group: Ristretto, rng: Rng): BaseSender {
  const a = new Uint8Array(BOT_A_LENGTH)
  const botA = new Uint8Array(BOT_A_LENGTH)
  for (let i = 0; i < BASE_OTS; i++) {
    const scalar = randomRistretto(group, rng, `bot-a/${i}`)
    a.set(scalar, 32 * i)
    botA.set(group.timesBase(scalar), 32 * i)
    wipe(scalar)
  }
  return { a, botA }
}

/**
 * Draws Δ here and nowhere else: one Δ towards two peers, or in two directions, would let one peer
 * open what the other may not.
 */
export function receiverInit(group: Ristretto, bsid: Uint8Array, rng: Rng): BaseReceiver {
  const delta = rng('bot-delta', BASE_OTS / 8)
  const b = new Uint8Array(BASE_OTS * 32)
  const botR = new Uint8Array(BOT_R_LENGTH)
  for (let i = 0; i < BASE_OTS; i++) {
    const scalar = randomRistretto(group, rng, `bot-b/${i}`)
    b.set(scalar, 32 * i)
    const rho = randomRistretto(group, rng, `bot-rho/${i}`)
    const other = group.timesBase(rho)
    // Both hashes for both choices, and masks instead of a branch: the work says nothing about Δ.
    const mask = -((delta[i >> 3]! >> (i & 7)) & 1) & 0xff
    const hashed = select(
      mask,
      hashToGroup(group, 0, bsid, i, other),
      hashToGroup(group, 1, bsid, i, other),
    )
    const chosen = group.subtract(group.timesBase(scalar), hashed)
    if (isZero(chosen)) throw new UsageError('base OT: the identity came up, draw again')
    botR.set(select(mask, chosen, other), 64 * i)
    botR.set(select(mask, other, chosen), 64 * i + 32)
    wipe(scalar, rho)
  }
  return { delta, b, botR }
}

/** Refuses what is not 128 elements. @throws {DecodeError} LENGTH or POINT */
export function checkBotA(group: Ristretto, botA: Uint8Array, field: string): void {
  checkPoints(group, botA, BASE_OTS, field)
}

/** Refuses what is not 128 pairs of elements. @throws {DecodeError} LENGTH or POINT */
export function checkBotR(group: Ristretto, botR: Uint8Array, field: string): void {
  checkPoints(group, botR, 2 * BASE_OTS, field)
}

/**
 * Both keys of every instance, from a checked botR. Wipes `a`, and what it made if it throws.
 *
 * @throws {DecodeError} POINT where a key would not depend on `a`.
 */
export function senderFinish(
  group: Ristretto,
  bsid: Uint8Array,
  { a, botA }: BaseSender,
  botR: Uint8Array,
  field: string,
): { k0: Uint8Array; k1: Uint8Array } {
  const k0 = new Uint8Array(BASE_OTS * 32)
  const k1 = new Uint8Array(BASE_OTS * 32)
  return wipeOnThrow((secret) => {
    secret(a, k0, k1)
    for (let i = 0; i < BASE_OTS; i++) {
      const s = [at(botR, 2 * i), at(botR, 2 * i + 1)] as const
      for (const j of [0, 1] as const) {
        const y = group.add(s[j], hashToGroup(group, j, bsid, i, s[1 - j]!))
        // SECURITY: a key made from the identity is known to everybody. Test: src/ot/base.test.ts "a pair that cancels its hash is refused"
        if (isZero(y)) throw new DecodeError('POINT', field, 'an element that hides its logarithm')
        const key = instanceKey(bsid, i, j, at(botA, i), s[0], s[1], group.times(at(a, i), y))
        ;(j === 0 ? k0 : k1).set(key, 32 * i)
        wipe(key)
      }
    }
    wipe(a)
    return { k0, k1 }
  })
}

/** The chosen key of every instance, from a checked botA. Wipes `b`; Δ lives on. */
export function receiverFinish(
  group: Ristretto,
  bsid: Uint8Array,
  { delta, b, botR }: BaseReceiver,
  botA: Uint8Array,
): { delta: Uint8Array; k: Uint8Array } {
  const k = new Uint8Array(BASE_OTS * 32)
  for (let i = 0; i < BASE_OTS; i++) {
    const choice = (delta[i >> 3]! >> (i & 7)) & 1
    const A = at(botA, i)
    const shared = group.times(at(b, i), A)
    const key = instanceKey(bsid, i, choice, A, at(botR, 2 * i), at(botR, 2 * i + 1), shared)
    k.set(key, 32 * i)
    wipe(key)
  }
  wipe(b)
  return { delta, k }
}

/** `H2C("bot-"j, bsid, u16(i), s)`: a point of unknown logarithm. */
function hashToGroup(
  group: Ristretto,
  choice: 0 | 1,
  bsid: Uint8Array,
  index: number,
  s: Uint8Array,
): Uint8Array {
  return group.fromUniform(expandToPoint(choice === 0 ? 'bot-0' : 'bot-1', bsid, u16(index), s))
}

function instanceKey(
  bsid: Uint8Array,
  index: number,
  choice: number,
  A: Uint8Array,
  s0: Uint8Array,
  s1: Uint8Array,
  shared: Uint8Array,
): Uint8Array {
  const key = H('bot-key', bsid, u16(index), u8(choice), A, s0, s1, shared)
  wipe(shared)
  return key
}

/** `mask ? b : a`, byte by byte; the mask is 0 or 0xff. */
function select(mask: number, a: Uint8Array, b: Uint8Array): Uint8Array {
  const out = new Uint8Array(a.length)
  for (let i = 0; i < out.length; i++) out[i] = (a[i]! & ~mask) | (b[i]! & mask)
  return out
}

function checkPoints(group: Ristretto, bytes: Uint8Array, count: number, field: string): void {
  const expected = 32 * count
  if (bytes.length !== expected) throw new DecodeError('LENGTH', field, `${expected} bytes`)
  for (let i = 0; i < count; i++) decodeRistretto(group, concat(at(bytes, i)), field)
}
