/**
 * Publicly verifiable encryption of one contributor's part of the recovery share, by cut and choose:
 * 128 times the part x is cut into x0 + x1, both halves are encrypted, and a challenge from a hash
 * of everything opens one of the two. Anybody can check it; a ciphertext that passes and does not
 * decrypt to x has guessed 128 challenge bits. PROTOCOL.md, "Backup".
 */
import { UsageError } from '../abort.ts'
import { concat, equalBytes, u16, u8, wipe } from '../core/bytes.ts'
import { H, H2S } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { type Point, type Suite, mod, timesBase } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import { ECIES_LENGTH, decrypt, encrypt } from './ecies.ts'

export const PVE_ROUNDS = 128
const OPEN_0 = 32 + ECIES_LENGTH
const OPEN_1 = 64 + ECIES_LENGTH

/** What is claimed: the ciphertext holds the logarithm of `Q` for the holder of `publicKey`. */
export type PveStatement = {
  readonly suite: Suite
  readonly sid: Uint8Array
  readonly contributor: PartyId
  readonly recipient: PartyId
  /** `f_i(recipient)·G`, from the contributor's commitments. */
  readonly Q: Point
  /** pk_B. */
  readonly publicKey: Uint8Array
}

const labelOf = ({ suite, sid, contributor, recipient, Q, publicKey }: PveStatement): Uint8Array =>
  H('pve', sid, u8(suite.id), u8(contributor), u8(recipient), Q.toBytes(), publicKey)

const bit = (e: Uint8Array, k: number): number => (e[k >> 3]! >> (k & 7)) & 1

/** The length of a ciphertext whose first 16 bytes are `e`. */
export function ctLength(e: Uint8Array): number {
  let length = PVE_ROUNDS / 8
  for (let k = 0; k < PVE_ROUNDS; k++) length += bit(e, k) ? OPEN_1 : OPEN_0
  return length
}

const firstHalf = (suite: Suite, label: Uint8Array, k: number, seed: Uint8Array): bigint =>
  H2S(suite.order, 'pve-x', label, u16(k), seed)

/** The ciphertext of one half under the randomness that its seed gives. */
function encryptHalf(
  group: Ristretto,
  { suite, publicKey }: PveStatement,
  label: Uint8Array,
  k: number,
  half: 0 | 1,
  seed: Uint8Array,
  value: bigint,
): Uint8Array {
  const plaintext = suite.encodeScalar(value)
  const randomness = H('pve-r', label, u16(k), u8(half), seed)
  const ciphertext = encrypt(group, publicKey, plaintext, randomness, label)
  wipe(plaintext, randomness)
  return ciphertext
}

/** `e`: the first 128 bits of the hash of all ciphertexts and points. */
function challenge(
  label: Uint8Array,
  c0: readonly Uint8Array[],
  c1: readonly Uint8Array[],
  X0: readonly Uint8Array[],
  X1: readonly Uint8Array[],
): Uint8Array {
  const all = c0.flatMap((first, k) => [first, c1[k]!, X0[k]!, X1[k]!])
  return H('pve-e', label, concat(...all)).slice(0, PVE_ROUNDS / 8)
}

/** Encrypts `x`, the logarithm of `Q`, so that everybody can check it. Takes 128 base multiplications. */
export function prove(group: Ristretto, statement: PveStatement, x: bigint, rng: Rng): Uint8Array {
  const { suite, Q } = statement
  // TOB-SILA-3: the identity has no encoding. It means x = 0, which no honest polynomial meets.
  if (Q.is0()) throw new UsageError('pve: the share is zero')
  const label = labelOf(statement)
  const a: Uint8Array[] = []
  const b: Uint8Array[] = []
  const x1: bigint[] = []
  const c0: Uint8Array[] = []
  const c1: Uint8Array[] = []
  const first: Point[] = []
  for (let k = 0; k < PVE_ROUNDS; k++) {
    a.push(rng(`pve-a/${suite.id}/${k}`, 32))
    b.push(rng(`pve-b/${suite.id}/${k}`, 32))
    const x0 = firstHalf(suite, label, k, a[k]!)
    x1.push(mod(x - x0, suite.order))
    c0.push(encryptHalf(group, statement, label, k, 0, a[k]!, x0))
    c1.push(encryptHalf(group, statement, label, k, 1, b[k]!, x1[k]!))
    first.push(timesBase(suite, x0))
  }
  const X0 = suite.encodePoints(first)
  const X1 = suite.encodePoints(first.map((point) => Q.subtract(point)))
  const e = challenge(label, c0, c1, X0, X1)
  const rows = x1.map((value, k) =>
    bit(e, k) ? concat(b[k]!, suite.encodeScalar(value), c0[k]!) : concat(a[k]!, c1[k]!),
  )
  const ct = concat(e, ...rows)
  wipe(...a, ...b)
  return ct
}

/** Whether a ciphertext of the right length holds the logarithm of `Q`. Everything is public. */
export function verify(group: Ristretto, statement: PveStatement, ct: Uint8Array): boolean {
  const { suite, Q } = statement
  const e = ct.slice(0, PVE_ROUNDS / 8)
  if (Q.is0() || ct.length < e.length || ct.length !== ctLength(e)) return false
  const label = labelOf(statement)
  const c0: Uint8Array[] = []
  const c1: Uint8Array[] = []
  const X0: Point[] = []
  const X1: Point[] = []
  for (const [k, { seed, x1, sealed }] of openings(ct).entries()) {
    if (x1) {
      const value = scalarOrZero(suite, x1)
      // Zero and what is not reduced have no honest maker, and zero has no point to encode.
      if (value === 0n) return false
      c0.push(sealed)
      c1.push(encryptHalf(group, statement, label, k, 1, seed, value))
      X1.push(suite.base.multiplyUnsafe(value))
      X0.push(Q.subtract(X1[k]!))
    } else {
      const value = firstHalf(suite, label, k, seed)
      c0.push(encryptHalf(group, statement, label, k, 0, seed, value))
      c1.push(sealed)
      X0.push(suite.base.multiplyUnsafe(value))
      X1.push(Q.subtract(X0[k]!))
    }
    if (X0[k]!.is0() || X1[k]!.is0()) return false
  }
  const expected = challenge(label, c0, c1, suite.encodePoints(X0), suite.encodePoints(X1))
  return equalBytes(e, expected)
}

/**
 * Decrypts with sk_B: the first round whose sealed half and opened half add up to the logarithm of
 * `Q`. `undefined` where no round does.
 */
export function open(
  group: Ristretto,
  statement: PveStatement,
  secret: Uint8Array,
  ct: Uint8Array,
): bigint | undefined {
  const { suite, Q, publicKey } = statement
  const e = ct.slice(0, PVE_ROUNDS / 8)
  if (Q.is0() || ct.length < e.length || ct.length !== ctLength(e)) return undefined
  const label = labelOf(statement)
  for (const [k, { seed, x1, sealed }] of openings(ct).entries()) {
    const plaintext = decrypt(group, secret, publicKey, sealed, label)
    if (!plaintext) continue
    const opened = x1 ? scalarOrZero(suite, x1) : firstHalf(suite, label, k, seed)
    const x = (scalarOrZero(suite, plaintext) + opened) % suite.order
    wipe(plaintext)
    if (timesBase(suite, x).equals(Q)) return x
  }
  return undefined
}

type Opening = { seed: Uint8Array; x1: Uint8Array | undefined; sealed: Uint8Array }

/** Cuts a ciphertext whose length was checked. */
function openings(ct: Uint8Array): Opening[] {
  const all: Opening[] = []
  let at = PVE_ROUNDS / 8
  const take = (length: number) => ct.slice(at, (at += length))
  for (let k = 0; k < PVE_ROUNDS; k++) {
    const seed = take(32)
    const x1 = bit(ct, k) ? take(32) : undefined
    all.push({ seed, x1, sealed: take(ECIES_LENGTH) })
  }
  return all
}

/** A peer's scalar, or zero for bytes that are none. */
function scalarOrZero(suite: Suite, bytes: Uint8Array): bigint {
  try {
    return suite.decodeScalar(bytes, 'CT')
  } catch {
    return 0n
  }
}
