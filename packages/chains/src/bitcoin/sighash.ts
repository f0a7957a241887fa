import type { Sighash } from '../intent.ts'

const DEFAULT = 0
export const ALL = 1
const NONE = 2
const SINGLE = 3
const ANYONE_CAN_PAY = 0x80

const names: ReadonlyMap<number, Sighash> = new Map([
  [DEFAULT, 'all'],
  [ALL, 'all'],
  [NONE, 'none'],
  [SINGLE, 'single'],
  [ALL | ANYONE_CAN_PAY, 'all-anyone-can-pay'],
  [NONE | ANYONE_CAN_PAY, 'none-anyone-can-pay'],
  [SINGLE | ANYONE_CAN_PAY, 'single-anyone-can-pay'],
])

/** A sighash type by its name; undefined for a number that is none. 0 is Taproot's default. */
export function sighashName(type: number): Sighash | undefined {
  return names.get(type)
}

/** Which outputs a type signs. */
export function signsOutputs(type: number): 'all' | 'none' | 'single' {
  if ((type & 3) === NONE) return 'none'
  return (type & 3) === SINGLE ? 'single' : 'all'
}

/** Whether others may add inputs and leave out the rest. */
export function anyoneCanPay(type: number): boolean {
  return (type & ANYONE_CAN_PAY) !== 0
}
