import { secp256k1 } from '@noble/curves/secp256k1.js'
import { median } from './bench.ts'

const { Point } = secp256k1
// Any scalar of full length does; the point must not be the base point, whose multiples are in a table.
const scalar = 0x9f3c5a1be07d2468ace013579bdf2468f0e1d2c3b4a5968778695a4b3c2d1e0fn
const point = Point.BASE.multiply(scalar ^ 0xffffn)
const repeats = 15

/** One multiplication of a point of secp256k1 that is not the base point, in milliseconds. */
export function pointMultiplication(): number {
  const times = Array.from({ length: repeats }, () => {
    const start = performance.now()
    point.multiply(scalar)
    return performance.now() - start
  })
  return median(times)
}
