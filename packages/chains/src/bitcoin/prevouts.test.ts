import { hash160 } from '@scure/btc-signer/utils.js'
import { hex } from '@scure/base'
import { RawTx } from '@scure/btc-signer'
import { expect, test } from 'vitest'
import { concat, sized, u64 } from './bytes.ts'
import { parsePsbt } from './psbt.ts'
import {
  type Coin,
  type Out,
  edited,
  previous,
  psbtOf,
  read,
  refusal,
  scriptOfOurs,
  stranger,
} from './testing.ts'

const coin: Coin = { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true }
const outputs: readonly Out[] = [
  { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 90_000n },
]
const legacy = concat([hex.decode('76a914'), new Uint8Array(20).fill(9), hex.decode('88ac')])

const psbt = psbtOf([coin], outputs)

test('an input without its output is refused', () => {
  const bare = psbtOf([{ ...coin, proven: false, bare: true }], outputs)
  expect(refusal(() => read(bare))).toEqual({ code: 'missing', field: 'inputs[0]' })
  const foreign = { ...coin, script: scriptOfOurs('p2tr', 0, false, stranger), proven: false }
  const second = psbtOf([coin, { ...foreign, bare: true }], outputs)
  expect(refusal(() => read(second))).toEqual({ code: 'missing', field: 'inputs[1]' })
})

test('an output is taken from the previous transaction where that is all there is', () => {
  const reading = read(psbtOf([{ ...coin, bare: true }], outputs))
  expect(reading.explain().intents[0]).toMatchObject({ fee: 10_000n })
})

test('a previous transaction with another id is refused', () => {
  const wrong = edited(psbt, 1, [[0, previous({ ...coin, salt: 1 })]])
  expect(refusal(() => read(wrong))).toEqual({
    code: 'not-valid',
    field: 'inputs[0].nonWitnessUtxo',
  })
})

test('a previous transaction without that output is refused', () => {
  // Version, count and transaction id come before the number of the output.
  const unsigned = parsePsbt(psbt).unsigned.with(4 + 1 + 32, 2)
  expect(refusal(() => read(edited(psbt, 0, [[0, unsigned]])))).toEqual({
    code: 'not-valid',
    field: 'inputs[0].nonWitnessUtxo',
  })
})

test('a previous transaction may have witnesses, which are no part of its id', () => {
  const made = RawTx.decode(previous(coin))
  const witnesses = [[Uint8Array.of(1, 2, 3)]]
  const raw = RawTx.encode({ ...made, segwitFlag: true, witnesses })
  expect(raw.length).toBeGreaterThan(previous(coin).length)
  const reading = read(edited(psbt, 1, [[0, raw]]))
  expect(reading.explain().intents[0]).toMatchObject({ fee: 10_000n })
})

test.for([
  [
    'a flag that is not known',
    (raw: Uint8Array) => concat([raw.subarray(0, 4), Uint8Array.of(0, 2), raw.subarray(4)]),
  ],
  [
    'witnesses that are all empty',
    (raw: Uint8Array) =>
      concat([
        raw.subarray(0, 4),
        Uint8Array.of(0, 1),
        raw.subarray(4, -4),
        Uint8Array.of(0),
        raw.subarray(-4),
      ]),
  ],
  ['bytes after its end', (raw: Uint8Array) => concat([raw, Uint8Array.of(0)])],
  ['fewer bytes', (raw: Uint8Array) => raw.subarray(0, -1)],
] as const)('a previous transaction with %s is refused', ([, change]) => {
  const bytes = edited(psbt, 1, [[0, change(previous(coin))]])
  expect(refusal(() => read(bytes)).field).toMatch(/^inputs\[0\]\.nonWitnessUtxo/)
})

test.for([
  ['amount', { ...coin, amount: 100_001n }],
  ['script', { ...coin, script: scriptOfOurs('p2wpkh', 1) }],
] as const)('two descriptions of one output that differ are refused: %s', ([, output]) => {
  expect(refusal(() => read(edited(psbt, 1, [[1, encoded(output)]])))).toEqual({
    code: 'not-valid',
    field: 'inputs[0].witnessUtxo',
  })
})

test('an output with a byte too many, or of more than there is, is refused', () => {
  const more = concat([encoded(coin), Uint8Array.of(0)])
  expect(refusal(() => read(edited(psbt, 1, [[1, more]]))).code).toBe('trailing')
  const rich = encoded({ ...coin, amount: 2_100_000_000_000_001n })
  expect(refusal(() => read(edited(psbt, 1, [[1, rich]]))).code).toBe('not-valid')
})

test('a legacy input needs its whole transaction', () => {
  const other = { script: legacy, amount: 5000n, salt: 4 }
  expect(refusal(() => read(psbtOf([coin, other], outputs)))).toEqual({
    code: 'missing',
    field: 'inputs[1].nonWitnessUtxo',
  })
  const proven = read(psbtOf([coin, { ...other, proven: true, bare: true }], outputs))
  expect(proven.explain()).toMatchObject({ claims: [] })
})

test('a segwit output inside P2SH needs the script that says so', () => {
  const redeemScript = concat([Uint8Array.of(0, 20), new Uint8Array(20).fill(5)])
  const script = concat([Uint8Array.of(0xa9, 20), hash160(redeemScript), Uint8Array.of(0x87)])
  const other = { script, amount: 5000n, salt: 4 }
  expect(refusal(() => read(psbtOf([coin, other], outputs))).code).toBe('missing')
  const both = psbtOf([coin, other], outputs)
  const fields = (type: number, value: Uint8Array) => edited(both, 2, [[type, value]])
  expect(refusal(() => read(fields(4, redeemScript.with(5, 6)))).code).toBe('missing')
  expect(read(fields(4, redeemScript)).explain().intents).toHaveLength(1)
  expect(read(fields(7, concat(sized(redeemScript)))).explain().intents).toHaveLength(1)
})

test('inputs of more than there is are refused', () => {
  const rich = { ...coin, amount: 2_100_000_000_000_000n, proven: false }
  expect(read(psbtOf([rich], outputs))).toBeTruthy()
  expect(refusal(() => read(psbtOf([rich, { ...coin, salt: 3 }], outputs))).code).toBe('not-valid')
})

function encoded({ amount, script }: Out): Uint8Array {
  return concat([u64(amount), ...sized(script)])
}
