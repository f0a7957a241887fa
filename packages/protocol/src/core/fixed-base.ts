/**
 * Many public multiples of secp256k1's base point at once: a table of `d·2^(8w)·G`, and affine
 * additions that share one inversion a window. About four times faster than one by one.
 *
 * For public scalars only: their bytes index the table.
 */
import { FpInvertBatch } from '@noble/curves/abstract/modular.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import type { Point } from './suite.ts'

const { BASE, Fp } = secp256k1.Point
const P = Fp.ORDER
const WINDOWS = 32
const DIGITS = 255

type Affine = { readonly x: bigint; readonly y: bigint }

let table: readonly (readonly Affine[])[] | undefined

/** `d·2^(8w)·G` at `[w][d - 1]`. Built at first use, in about 40 ms. */
function multiples(): readonly (readonly Affine[])[] {
  const bases: Affine[] = []
  for (let w = 0, base = BASE; w < WINDOWS; w++) {
    bases.push(base.toAffine())
    for (let i = 0; i < 8; i++) base = base.double()
  }
  const rows = bases.map((base) => [base, secp256k1.Point.fromAffine(base).double().toAffine()])
  for (let d = 2; d < DIGITS; d++) {
    const next = addAll(
      rows.map((row) => row[d - 1]!),
      bases,
    )
    for (const [w, row] of rows.entries()) row.push(next[w]!)
  }
  return rows
}

/** `a[i] + b[i]` for points that are neither equal nor opposite. */
function addAll(a: readonly Affine[], b: readonly Affine[]): Affine[] {
  const inverses = FpInvertBatch(
    Fp,
    a.map((one, i) => b[i]!.x - one.x + P),
  )
  return a.map((one, i) => {
    const slope = ((b[i]!.y - one.y + P) * inverses[i]!) % P
    const x = (slope * slope - one.x - b[i]!.x + 2n * P) % P
    return { x, y: (((slope * (one.x - x + P)) % P) - one.y + P) % P }
  })
}

/**
 * `scalar·G` of every public scalar.
 *
 * @param scalars each at least 1 and below the order: then no sum on the way meets a table entry or
 *   its opposite, so that the additions have no exceptions.
 */
export function publicMultiples(scalars: readonly bigint[]): Point[] {
  table ??= multiples()
  const sums: (Affine | undefined)[] = scalars.map(() => undefined)
  for (const [w, row] of table.entries()) {
    const shift = BigInt(8 * w)
    const moving: number[] = []
    const entries: Affine[] = []
    for (const [i, scalar] of scalars.entries()) {
      const digit = Number((scalar >> shift) & 0xffn)
      if (digit === 0) continue
      if (sums[i]) {
        moving.push(i)
        entries.push(row[digit - 1]!)
      } else sums[i] = row[digit - 1]
    }
    const moved = addAll(
      moving.map((i) => sums[i]!),
      entries,
    )
    for (const [at, i] of moving.entries()) sums[i] = moved[at]
  }
  return sums.map((sum) => secp256k1.Point.fromAffine(sum!))
}
