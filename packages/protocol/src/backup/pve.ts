/**
 * Publicly verifiable encryption of one contributor's part of the recovery share, by cut and choose:
 * 128 times the part x is cut into x0 + x1, both halves are encrypted, and a challenge from a hash
 * of everything opens one of the two. Anybody can check it; a ciphertext that passes and does not
 * decrypt to x has guessed 128 challenge bits. PROTOCOL.md, "Backup".
 */
import { UsageError } from '../abort.ts'
import { concat, equalBytes, u16, u8, wipe } from '../core/bytes.ts'
import { publicMultiples } from '../core/fixed-base.ts'
import { H, H2S } from '../core/hash.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ED25519, type Point, type Suite, mod, timesBase } from '../core/suite.ts'
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

/**
 * `value·G` and `Q - value·G` of every value, encoded. No value is 0; `undefined` where one is the
 * logarithm of `Q`, since the identity has no encoding (TOB-SILA-3).
 */
function halfPoints(
  group: Ristretto,
  { suite, Q }: PveStatement,
  values: readonly bigint[],
  multiplyBase: (values: readonly bigint[]) => readonly Point[],
): { readonly of: readonly Uint8Array[]; readonly rest: readonly Uint8Array[] } | undefined {
  if (suite.id === ED25519) {
    const q = Q.toBytes()
    const of = values.map((value) => group.ed25519.timesBase(suite.encodeScalar(value)))
    if (of.some((point) => equalBytes(point, q))) return undefined
    return { of, rest: of.map((point) => group.ed25519.subtract(q, point)) }
  }
  const points = multiplyBase(values)
  const rest = points.map((point) => Q.subtract(point))
  if (rest.some((point) => point.is0())) return undefined
  return { of: suite.encodePoints(points), rest: suite.encodePoints(rest) }
}

/** Encrypts `x`, the logarithm of `Q`, so that everybody can check it. */
export function prove(group: Ristretto, statement: PveStatement, x: bigint, rng: Rng): Uint8Array {
  const { suite, Q } = statement
  // The identity has no encoding. It means x = 0, which no honest polynomial meets.
  if (Q.is0()) throw new UsageError('pve: the share is zero')
  const label = labelOf(statement)
  const a: Uint8Array[] = []
  const b: Uint8Array[] = []
  const x0: bigint[] = []
  const x1: bigint[] = []
  const c0: Uint8Array[] = []
  const c1: Uint8Array[] = []
  for (let k = 0; k < PVE_ROUNDS; k++) {
    a.push(rng(`pve-a/${suite.id}/${k}`, 32))
    b.push(rng(`pve-b/${suite.id}/${k}`, 32))
    x0.push(firstHalf(suite, label, k, a[k]!))
    x1.push(mod(x - x0[k]!, suite.order))
    c0.push(encryptHalf(group, statement, label, k, 0, a[k]!, x0[k]!))
    c1.push(encryptHalf(group, statement, label, k, 1, b[k]!, x1[k]!))
  }
  const points = halfPoints(group, statement, x0, (all) =>
    all.map((value) => suite.base.multiply(value)),
  )
  if (!points) throw new UsageError('pve: a half is the whole share')
  const e = challenge(label, c0, c1, points.of, points.rest)
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
  const rows = openings(ct)
  // The half that is open, and its ciphertext made again.
  const values = rows.map(({ seed, x1 }, k) =>
    x1 ? scalarOrZero(suite, x1) : firstHalf(suite, label, k, seed),
  )
  // Zero, or what is not reduced, has no honest maker.
  if (values.includes(0n)) return false
  const made = rows.map(({ seed, x1 }, k) =>
    encryptHalf(group, statement, label, k, x1 ? 1 : 0, seed, values[k]!),
  )
  const points = halfPoints(group, statement, values, publicMultiples)
  if (!points) return false
  const pick = (half: 0 | 1, ours: readonly Uint8Array[], theirs: readonly Uint8Array[]) =>
    rows.map((_, k) => (bit(e, k) === half ? ours[k]! : theirs[k]!))
  const sealed = rows.map((row) => row.sealed)
  const expected = challenge(
    label,
    pick(0, made, sealed),
    pick(1, made, sealed),
    pick(0, points.of, points.rest),
    pick(1, points.of, points.rest),
  )
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
