/** How a value becomes JSON in a vector file, and how a second computation of it is compared. */
import { createHash } from 'node:crypto'
import { equalBytes } from '../../src/core/bytes.ts'
import { type Suite, mod } from '../../src/core/suite.ts'
import type { Rng } from '../../src/rng.ts'
import { testRng } from '../../src/testing.ts'

/** Bytes become hex; everything else stays what it is. */
export type Value =
  | Uint8Array
  | string
  | number
  | boolean
  | readonly Value[]
  | { readonly [name: string]: Value }

/** One file of `vectors/`, as it is generated. */
export type VectorFile = {
  readonly path: string
  readonly values: { readonly [name: string]: Value }
}

export function render({ values }: VectorFile): string {
  const text = JSON.stringify(
    values,
    (_key, value: unknown) => (value instanceof Uint8Array ? hex(value) : value),
    2,
  )
  return `${text}\n`
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** A list that is too long to store: its first and last element, and the hash of all of it. */
export function summary(bytes: Uint8Array, elementLength: number): Value {
  return {
    count: bytes.length / elementLength,
    first: bytes.slice(0, elementLength),
    last: bytes.slice(-elementLength),
    ...digest(bytes),
  }
}

/** Bytes that are too many to store. */
export function digest(bytes: Uint8Array) {
  const sha256 = new Uint8Array(createHash('sha256').update(bytes).digest())
  return { length: bytes.length, sha256 }
}

/** Returns a value that two computations agree on. */
export function agreed(what: string, first: Uint8Array, second: Uint8Array): Uint8Array {
  if (!equalBytes(first, second))
    throw new Error(`${what}: ${hex(first)}, and computed again ${hex(second)}`)
  return first
}

/** The randomness of a side, and what was drawn from it so far. */
export function recorded(seed: string): { rng: Rng; draws: Record<string, Uint8Array> } {
  const draws: Record<string, Uint8Array> = {}
  const source = testRng(seed)
  return {
    draws,
    rng(label, length) {
      const bytes = source(label, length)
      draws[label] = bytes.slice()
      return bytes
    },
  }
}

/** A scalar in the suite's encoding, whatever the sign and size of `value`. */
export const scalarOf = (suite: Suite, value: bigint): Uint8Array =>
  suite.encodeScalar(mod(value, suite.order))

export const part = (bytes: Uint8Array, at: number, length = 32): Uint8Array =>
  bytes.slice(at * length, (at + 1) * length)

/** The inverse modulo a prime, by Fermat. */
export function inverse(value: bigint, prime: bigint): bigint {
  let result = 1n
  for (let base = value, power = prime - 2n; power > 0n; power >>= 1n) {
    if (power & 1n) result = (result * base) % prime
    base = (base * base) % prime
  }
  return result
}
