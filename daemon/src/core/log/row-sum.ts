import { utf8ToBytes } from '@noble/hashes/utils.js'
import { contextOf } from '../envelope.ts'
import { keyedMac } from '../keyed-mac.ts'

/**
 * What rows add up to: their number, and the exclusive or of a secret value of each. Whoever does not
 * have the key finds no other set of rows with the same sum, not even one of rows that were here
 * before: a row that is deleted, or set back to what it was, is noticed.
 */
export type RowSum = { readonly rows: number; readonly sum: Uint8Array }

export const NO_ROWS: RowSum = { rows: 0, sum: new Uint8Array(32) }

/** With a row more. @param value of the row ({@link summand}). */
export function plus({ rows, sum }: RowSum, value: Uint8Array): RowSum {
  return { rows: rows + 1, sum: xor(sum, value) }
}

export function minus({ rows, sum }: RowSum, value: Uint8Array): RowSum {
  return { rows: rows - 1, sum: xor(sum, value) }
}

/** What may be stored: the sum itself stays secret. */
export function stateOf(key: Uint8Array, { rows, sum }: RowSum): Uint8Array {
  return keyedMac(key, contextOf('state', rows, sum))
}

const SUMMAND = utf8ToBytes('summand')

/** The secret value of a row. @param mac of the row, which stands for its table, key and value. */
export function summand(key: Uint8Array, mac: Uint8Array): Uint8Array {
  return keyedMac(key, contextOf(SUMMAND, mac))
}

const xor = (a: Uint8Array, b: Uint8Array): Uint8Array => a.map((byte, at) => byte ^ (b[at] ?? 0))
