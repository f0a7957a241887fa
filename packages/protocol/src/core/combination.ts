import type { Point } from './suite.ts'

/** A point and its factor: 32 or 16 big-endian bytes. */
export type Term = readonly [point: Point, factor: Uint8Array]

const WINDOW = 16

/**
 * The sum of all `factor · point`, for secret factors: Straus' method with fixed windows of four
 * bits, so that one chain of doublings serves all terms. Which points are added, and in which order,
 * depends on the factors' lengths only; every entry of a table is touched for each window. The
 * points' arithmetic is noble's, whose addition is complete.
 *
 * Unlike noble's own multiplication it does not blind a factor: it is for factors that are used once.
 */
export function combination(zero: Point, terms: readonly Term[]): Point {
  const tables = terms.map(([point]) => multiples(zero, point))
  const longest = Math.max(...terms.map(([, factor]) => factor.length))
  let sum = zero
  for (let left = longest; left > 0; left--) {
    for (const shift of [4, 0]) {
      if (left < longest || shift === 0) sum = sum.double().double().double().double()
      for (const [t, [, factor]] of terms.entries()) {
        // Where a shorter factor has begun.
        if (left > factor.length) continue
        sum = sum.add(select(tables[t]!, (factor[factor.length - left]! >> shift) & 15))
      }
    }
  }
  return sum
}

/** 0·P to 15·P. */
function multiples(zero: Point, point: Point): Point[] {
  const table = [zero, point]
  for (let i = 2; i < WINDOW; i++) table.push(table[i - 1]!.add(point))
  return table
}

/** `table[digit]`, by looking at all of it. */
function select(table: readonly Point[], digit: number): Point {
  let found = table[0]!
  for (let i = 1; i < WINDOW; i++) found = i === digit ? table[i]! : found
  return found
}
