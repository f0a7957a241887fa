import { bytesToHex } from '@noble/hashes/utils.js'
import type { PaymentOutput, Sighash } from '../../src/intent.ts'
import { type Case, at } from './build.ts'
import { sighashOf } from './scripts.ts'
import { type Tx, encodeTx, virtualSize } from './wire.ts'

/** What a request does, computed from the numbers it was made of and the interpreter's hashes. */
export type Expected = {
  readonly fee: bigint | undefined
  readonly leaves: bigint
  readonly outputsFixed: boolean
  readonly outputs: readonly PaymentOutput['to'][]
  readonly sighashes: readonly (Sighash | undefined)[]
  readonly claims: readonly string[]
}

const names = new Map<number, Sighash>([
  [0, 'all'],
  [1, 'all'],
  [2, 'none'],
  [3, 'single'],
  [0x81, 'all-anyone-can-pay'],
  [0x82, 'none-anyone-can-pay'],
  [0x83, 'single-anyone-can-pay'],
])

export function signedIndexes({ own, chosen }: Case): number[] {
  if (chosen.length > 0) return [...chosen]
  return own.flatMap((is, index) => (is ? [index] : []))
}

/** Every digest, by bitcore. */
export function digestsOf(made: Case, tx: Tx = made.unsigned): string[] {
  const bytes = encodeTx(tx)
  return signedIndexes(made).map((index) =>
    bytesToHex(sighashOf(at(made.coins, index), bytes, made.shown, index, at(made.types, index))),
  )
}

export function expected(made: Case): Expected {
  const { unsigned, shown, own, types } = made
  const signed = signedIndexes(made)
  const everything = signed.every((index) => at(types, index) <= 1)
  const outs = unsigned.outputs.reduce((sum, { amount }) => sum + amount, 0n)
  const ins = shown.reduce((sum, { amount }) => sum + amount, 0n)
  const mine = shown.reduce((sum, { amount }, index) => sum + (at(own, index) ? amount : 0n), 0n)
  const to = made.outputs.map(kindOf)
  const back = unsigned.outputs.reduce((sum, { amount }, index) => {
    const ours = to[index] === 'own' || to[index] === 'change'
    return sum + (ours && isHeld(made, index) ? amount : 0n)
  }, 0n)
  return {
    fee: everything ? ins - outs : undefined,
    leaves: mine - back,
    outputsFixed: isFixed(made),
    outputs: to,
    sighashes: types.map((type, index) => (signed.includes(index) ? names.get(type) : undefined)),
    claims: claimed(made, signed),
  }
}

/**
 * Amounts that only the request says: those that some signature of ours does not hold, and all of
 * our own P2WPKH inputs.
 */
function claimed(
  { coins, own, types, proven, unsigned }: Case,
  signed: readonly number[],
): string[] {
  const holdsAll = (index: number): boolean =>
    at(coins, index).kind === 'p2tr' && at(types, index) <= 3
  return unsigned.inputs.flatMap(({ txid, vout }, index) => {
    const isSegwit = at(own, index) && at(coins, index).kind === 'p2wpkh'
    const open = isSegwit || signed.some((other) => other !== index && !holdsAll(other))
    return open && !at(proven, index) ? [`${txid}:${vout}`] : []
  })
}

function kindOf(to: Case['outputs'][number]): PaymentOutput['to'] {
  if (to === 'data') return 'data'
  // Of the addresses, two to receive and then two for change, twice.
  if (typeof to === 'number') return to % 4 < 2 ? 'own' : 'change'
  return 'other'
}

/**
 * Whether every signature of ours is lost when this output changes, and none of them would let it
 * serve another transaction of ours as well.
 */
function isHeld(made: Case, output: number): boolean {
  const signed = signedIndexes(made)
  if (signed.every((index) => at(made.types, index) <= 1)) return true
  const { unsigned } = made
  const changed = unsigned.outputs.map((one, index) =>
    index === output ? { ...one, amount: one.amount + 1n } : one,
  )
  const before = digestsOf(made)
  const after = digestsOf(made, { ...unsigned, outputs: changed })
  return signed.every(
    (index, position) =>
      before[position] !== after[position] &&
      (at(made.types, index) < 0x80 || at(made.types, index) === 0x83),
  )
}

/** Whether every signature of ours is lost when an output is added. */
function isFixed(made: Case): boolean {
  const { unsigned } = made
  if (signedIndexes(made).every((index) => at(made.types, index) <= 1)) return true
  const more = [...unsigned.outputs, { amount: 1n, script: Uint8Array.of(0x51) }]
  const before = digestsOf(made)
  const after = digestsOf(made, { ...unsigned, outputs: more })
  return before.every((digest, position) => digest !== after[position])
}

/** Satoshi for a thousand virtual bytes of the transaction as it is. */
export function rateOf(fee: bigint, tx: Tx): bigint {
  return (fee * 1000n) / BigInt(virtualSize(tx))
}
