/**
 * Random vector oblivious linear evaluation, in the shape of DKLs23 (eprint 2023/765), protocol 5.2.
 * PROTOCOL.md, "RVOLE".
 *
 *   Bob    has β, hence b = Σ_j β_j·g_j          (extension receiver)
 *   Alice  has a_0, a_1                          (extension sender)     sends RV, keeps c_0, c_1
 *   Bob    checks RV                                                    keeps d_0, d_1
 *
 *   c_i + d_i = a_i·b
 */
import { DecodeError } from '../abort.ts'
import { cursor, equalBytes, ids, toBigInt, u16, wipe, write256 } from '../core/bytes.ts'
import { H, H2S, midstate } from '../core/hash.ts'
import {
  addMasked,
  integerAt,
  isReduced,
  load,
  store,
  subtract,
  viewOf,
} from '../core/scalar-words.ts'
import { hashBlock } from '../core/sha256-block.ts'
import { ECDSA, SECP256K1_ORDER as q, suites } from '../core/suite.ts'
import type { PartyId } from '../party.ts'
import { TRANSFERS, bitMask } from './extension.ts'
import { COLUMNS, PADS_LENGTH, pads } from './pads.ts'

/** `ã ‖ η ‖ μ`. */
export const RVOLE_LENGTH = PADS_LENGTH + 32 + 32
/** The column that neither payload uses. */
const CHECK = 2
/** One value for each of Alice's two inputs. */
export type Pair = readonly [bigint, bigint]

/** Alice's message, cut and range-checked. */
export type Transfer = {
  /** 416·3 scalars, `3·j + column` ascending. */
  readonly masked: Uint8Array
  readonly eta: bigint
  readonly mu: Uint8Array
}

/** Names one direction of a session; both parties' nonces are in `sid`. */
export function voleSid(sid: Uint8Array, receiver: PartyId, sender: PartyId): Uint8Array {
  return H('rvole-sid', sid, ids([receiver]), ids([sender]))
}

/** Bob's input b for the choices β (52 bytes), as 32 bytes. Secret. */
export function chosen(choices: Uint8Array): Uint8Array {
  const weights = viewOf(gadget().bytes)
  const sum = new Uint32Array(8)
  const weight = new Uint32Array(8)
  for (let j = 0; j < TRANSFERS; j++) {
    load(weight, weights, 32 * j)
    addMasked(sum, weight, bitMask(choices, j))
  }
  const b = new Uint8Array(32)
  store(viewOf(b), 0, sum)
  sum.fill(0)
  return b
}

/** Alice's step. `mask` is her fresh random scalar â; `rows` and `delta` are the extension's. */
export function transfer(
  dsid: Uint8Array,
  rows: Uint32Array,
  delta: Uint8Array,
  inputs: Pair,
  mask: bigint,
): { readonly message: Uint8Array; readonly shares: Pair } {
  const zero = pads(dsid, rows)
  const one = pads(dsid, rows, delta)
  const message = new Uint8Array(RVOLE_LENGTH)
  const out = viewOf(message)
  const addends = [...inputs, mask].map(toWords)
  const left = new Uint32Array(8)
  const right = new Uint32Array(8)
  const zeroView = viewOf(zero)
  const oneView = viewOf(one)
  for (let at = 0, column = 0; at < PADS_LENGTH; at += 32, column = (column + 1) % COLUMNS) {
    load(left, zeroView, at)
    load(right, oneView, at)
    subtract(left, right)
    addMasked(left, addends[column]!, -1)
    store(out, at, left)
  }
  const theta = thetas(dsid, message.subarray(0, PADS_LENGTH))
  write256(message, PADS_LENGTH, (mask + theta[0] * inputs[0] + theta[1] * inputs[1]) % q)
  const { mu, sums } = fold(dsid, zero, theta)
  message.set(mu, PADS_LENGTH + 32)
  wipe(zero, one)
  for (const secret of [left, right, ...addends]) secret.fill(0)
  return { message, shares: [(q - sums[0]) % q, (q - sums[1]) % q] }
}

/**
 * Cuts Alice's message.
 *
 * @throws {DecodeError} LENGTH or SCALAR
 */
export function decodeTransfer(bytes: Uint8Array, field: string): Transfer {
  const cut = cursor(bytes, field)
  const masked = cut.take(PADS_LENGTH, 'a')
  const eta = suites[ECDSA].decodeScalar(cut.take(32, 'eta'), `${field}.eta`)
  const mu = cut.take(32, 'mu')
  cut.done()
  const view = viewOf(masked)
  const words = new Uint32Array(8)
  let reduced = 1
  for (let at = 0; at < PADS_LENGTH; at += 32) {
    load(words, view, at)
    reduced &= isReduced(words)
  }
  // SECURITY: a value has one encoding, and arithmetic below expects it. Test: src/dkls23/sign.attacks.test.ts "row 29: a scalar at or above the order is SCALAR"
  if (reduced === 0) throw new DecodeError('SCALAR', `${field}.a`, 'scalars below the group order')
  return { masked, eta, mu }
}

/**
 * Bob's step. When `consistent` is false Alice has cheated: the caller burns the setup and uses no
 * share. Takes the same time either way.
 */
export function finish(
  dsid: Uint8Array,
  rows: Uint32Array,
  choices: Uint8Array,
  { masked, eta, mu }: Transfer,
): { readonly shares: Pair; readonly consistent: boolean } {
  const values = pads(dsid, rows)
  const view = viewOf(values)
  const sent = viewOf(masked)
  const left = new Uint32Array(8)
  const right = new Uint32Array(8)
  const etaWords = toWords(eta)
  for (let j = 0, at = 0; j < TRANSFERS; j++) {
    const mask = bitMask(choices, j)
    for (let column = 0; column < COLUMNS; column++, at += 32) {
      // d = γ + β·ã, and for the check column d - β·η.
      load(left, view, at)
      load(right, sent, at)
      if (column === CHECK) subtract(right, etaWords)
      addMasked(left, right, mask)
      store(view, at, left)
    }
  }
  const { mu: expected, sums } = fold(dsid, values, thetas(dsid, masked))
  const consistent = equalBytes(expected, mu)
  wipe(values)
  for (const secret of [left, right]) secret.fill(0)
  return { shares: sums, consistent }
}

/** θ_0, θ_1: fixed by all of ã. */
function thetas(dsid: Uint8Array, masked: Uint8Array): Pair {
  const seed = H('rvole-theta', dsid, masked)
  return [H2S(q, 'rvole-theta-i', seed, u16(0)), H2S(q, 'rvole-theta-i', seed, u16(1))]
}

/**
 * μ, the hash of `v_{j,2} + θ_0·v_{j,0} + θ_1·v_{j,1}` over all j, and the sums of `g_j·v_{j,0}` and
 * `g_j·v_{j,1}`. Sums are reduced once, at the end.
 */
function fold(
  dsid: Uint8Array,
  values: Uint8Array,
  [theta0, theta1]: Pair,
): { readonly mu: Uint8Array; readonly sums: Pair } {
  const view = viewOf(values)
  const weights = gadget().values
  const checks = new Uint8Array(32 * TRANSFERS)
  let sum0 = 0n
  let sum1 = 0n
  for (let j = 0, at = 0; j < TRANSFERS; j++, at += 32 * COLUMNS) {
    const first = integerAt(view, at)
    const second = integerAt(view, at + 32)
    const check = integerAt(view, at + 64)
    write256(checks, 32 * j, (check + theta0 * first + theta1 * second) % q)
    sum0 += weights[j]! * first
    sum1 += weights[j]! * second
  }
  const mu = H('rvole-mu', dsid, checks)
  wipe(checks)
  return { mu, sums: [sum0 % q, sum1 % q] }
}

export type Gadget = { readonly bytes: Uint8Array; readonly values: readonly bigint[] }
let constants: Gadget | undefined

/** The public constants g_j: hashes of j, the same in every session. */
export function gadget(): Gadget {
  if (constants) return constants
  const mid = midstate('gadget')
  const bytes = new Uint8Array(32 * TRANSFERS)
  const values: bigint[] = []
  for (let j = 0; j < TRANSFERS; j++) {
    const value = toBigInt(hashBlock(mid, u16(j))) % q
    write256(bytes, 32 * j, value)
    values.push(value)
  }
  return (constants = { bytes, values })
}

function toWords(value: bigint): Uint32Array {
  const bytes = new Uint8Array(32)
  write256(bytes, 0, value)
  const words = new Uint32Array(8)
  load(words, viewOf(bytes), 0)
  wipe(bytes)
  return words
}
