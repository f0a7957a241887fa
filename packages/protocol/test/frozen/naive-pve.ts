/** The backup's ciphertexts once more, as PROTOCOL.md puts them, with OpenSSL's ChaCha20-Poly1305. */
import { createCipheriv } from 'node:crypto'
import { concat, u16, u8 } from '../../src/core/bytes.ts'
import { H, H2S, H512 } from '../../src/core/hash.ts'
import { type Ristretto, nobleRistretto } from '../../src/core/ristretto.ts'
import { type Point, type Suite, timesBase } from '../../src/core/suite.ts'
import type { Rng } from '../../src/rng.ts'
import { bit } from '../dkls.ts'
import { group } from './group.ts'
import { type Value, scalarOf } from './values.ts'

const ROWS = 128

export type Claim = {
  readonly suite: Suite
  readonly sid: Uint8Array
  readonly contributor: number
  /** f_i(3), and its point. */
  readonly x: bigint
  readonly Q: Point
  readonly publicKey: Uint8Array
}

/** One suite's ciphertext, and the values that lead to it; rows 0 and 127 in full. */
export function encryptShare(
  { suite, sid, contributor, x, Q, publicKey }: Claim,
  rng: Rng,
): { readonly ct: Uint8Array; readonly values: Readonly<Record<string, Value>> } {
  const label = H('pve', sid, u8(suite.id), u8(contributor), u8(3), Q.toBytes(), publicKey)
  const rows = Array.from({ length: ROWS }, (_, k) => {
    const a = rng(`pve-a/${suite.id}/${k}`, 32)
    const b = rng(`pve-b/${suite.id}/${k}`, 32)
    const x0 = H2S(suite.order, 'pve-x', label, u16(k), a)
    const X0 = timesBase(suite, x0)
    // Only the two rows that are shown pay for the slow group.
    const on = k === 0 || k === ROWS - 1 ? nobleRistretto : group
    const halves = [
      { seed: a, share: scalarOf(suite, x0) },
      { seed: b, share: scalarOf(suite, x - x0) },
    ].map(({ seed, share }, half) => ({
      share,
      ...ecies(on, publicKey, share, H('pve-r', label, u16(k), u8(half), seed), label),
    }))
    return {
      k,
      a,
      b,
      x0: halves[0]!.share,
      x1: halves[1]!.share,
      X0: X0.toBytes(),
      X1: Q.subtract(X0).toBytes(),
      K0: halves[0]!.key,
      K1: halves[1]!.key,
      c0: halves[0]!.sealed,
      c1: halves[1]!.sealed,
    }
  })
  const challenged = concat(...rows.flatMap(({ c0, c1, X0, X1 }) => [c0, c1, X0, X1]))
  const e = H('pve-e', label, challenged).slice(0, 16)
  const opened = rows.map(({ a, b, x1, c0, c1 }, k) =>
    bit(e, k) ? concat(b, x1, c0) : concat(a, c1),
  )
  const ct = concat(e, ...opened)
  return {
    ct,
    values: {
      suite: suite.id,
      x: scalarOf(suite, x),
      Q: Q.toBytes(),
      label,
      rows: [rows[0]!, rows[ROWS - 1]!],
      e,
      CT_length: ct.length,
    },
  }
}

function ecies(
  on: Ristretto,
  publicKey: Uint8Array,
  plaintext: Uint8Array,
  randomness: Uint8Array,
  label: Uint8Array,
): { readonly key: Uint8Array; readonly sealed: Uint8Array } {
  const eph = on.reduce(H512('ecies-eph', randomness))
  const point = on.timesBase(eph)
  const key = H('ecies-key', point, publicKey, on.times(eph, publicKey))
  const cipher = createCipheriv('chacha20-poly1305', key, new Uint8Array(12), { authTagLength: 16 })
  cipher.setAAD(label, { plaintextLength: plaintext.length })
  const text = concat(cipher.update(plaintext), cipher.final())
  return { key, sealed: concat(point, text, cipher.getAuthTag()) }
}
