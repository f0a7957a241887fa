import { expect, test } from 'vitest'
import { level, warnings } from '../risk.ts'
import {
  type Coin,
  type Out,
  account,
  edited,
  mainnet,
  ours,
  psbtOf,
  read,
  refusal,
  scriptOfOurs,
  sign,
  stranger,
} from './testing.ts'

const segwit: Coin = { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true }
const taproot: Coin = { script: scriptOfOurs('p2tr', 1), amount: 50_000n, proven: true }
const foreign: Coin = { script: scriptOfOurs('p2tr', 0, false, stranger), amount: 40_000n }
const payee: Out = { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 30_000n }
const change: Out = { script: scriptOfOurs('p2tr', 0, true), amount: 69_000n }
const back: Out = { script: scriptOfOurs('p2wpkh', 2), amount: 5000n }

function explain(coins: readonly Coin[], outputs: readonly Out[], lockTime = 0) {
  const explanation = read(psbtOf(coins, outputs, { lockTime })).explain()
  const [payment] = explanation.intents
  if (payment?.kind !== 'payment') throw new TypeError('no payment')
  return { explanation, payment }
}

test('a payment says what goes where, what comes back, and the fee', () => {
  const { explanation, payment } = explain([segwit], [payee, change])
  expect(payment).toMatchObject({
    inputs: [
      {
        address: ours('p2wpkh').address,
        amount: 100_000n,
        own: true,
        signed: true,
        sighash: 'all',
      },
    ],
    outputs: [
      { address: ours('p2wpkh', 0, false, stranger).address, amount: 30_000n, to: 'other' },
      { address: ours('p2tr', 0, true).address, amount: 69_000n, to: 'change' },
    ],
    leaves: 31_000n,
    fee: 1000n,
    outputsFixed: true,
    replaceable: true,
  })
  expect(payment.lockTime).toBeUndefined()
  expect(explanation).toMatchObject({
    chain: mainnet.id,
    account: account.id,
    fee: { asset: mainnet.native.asset, max: 1000n, payer: ours('p2wpkh').address, own: true },
    uses: [{ kind: 'outpoint', amount: 100_000n }],
  })
  expect(warnings(explanation)).toEqual([])
})

test('an address of ours that was given to others is no change', () => {
  const { payment } = explain([segwit], [payee, back])
  expect(payment.outputs.map(({ to }) => to)).toEqual(['other', 'own'])
  expect(payment.leaves).toBe(95_000n)
})

test('an output that only says that it is ours is somebody else’s', () => {
  const internalKey = ours('p2tr', 0, true).publicKey.subarray(1)
  const psbt = psbtOf([segwit], [{ ...payee, amount: 99_000n }])
  const lying = edited(psbt, 2, [[5, internalKey]])
  const [payment] = read(lying).explain().intents
  expect(payment).toMatchObject({ outputs: [{ to: 'other' }], leaves: 100_000n })
})

test('the change address of another account is somebody else’s', () => {
  const script = scriptOfOurs('p2tr', 0, true, stranger)
  expect(explain([segwit], [{ script, amount: 99_000n }]).payment.leaves).toBe(100_000n)
})

test('data costs what it holds, and says so', () => {
  const script = Uint8Array.of(0x6a, 2, 1, 2)
  const { payment } = explain([segwit], [change, { script, amount: 0n }])
  expect(payment.outputs[1]).toEqual({ script, amount: 0n, to: 'data' })
  const { explanation } = explain([segwit], [change, { script, amount: 1000n }])
  expect(warnings(explanation)).toContainEqual({ code: 'burn', level: 'check' })
})

test('an output without an address is shown by its script', () => {
  const script = Uint8Array.of(0x51, 0x51)
  const { payment } = explain([segwit], [{ script, amount: 99_000n }])
  expect(payment.outputs).toEqual([{ script, amount: 99_000n, to: 'other' }])
})

test('inputs of others are named, and the fee is shared', () => {
  const { payment, explanation } = explain([taproot, foreign], [{ ...payee, amount: 88_000n }])
  expect(payment).toMatchObject({
    inputs: [
      { own: true, signed: true },
      { own: false, signed: false },
    ],
    leaves: 50_000n,
    fee: 2000n,
  })
  expect(warnings(explanation)).toMatchObject([{ code: 'foreign-inputs' }])
})

test('more may arrive than leaves', () => {
  const outputs = [{ ...change, amount: 80_000n }]
  const { payment, explanation } = explain([taproot, foreign], outputs)
  expect(payment.leaves).toBe(-30_000n)
  expect(explanation.fee).toMatchObject({
    max: 10_000n,
    payer: ours('p2tr', 0, false, stranger).address,
    own: false,
  })
})

test('outputs that exceed the inputs are refused', () => {
  const much = [{ ...payee, amount: 100_001n }]
  expect(refusal(() => read(psbtOf([segwit], much)))).toEqual({
    code: 'not-valid',
    field: 'transaction',
  })
  for (const sighash of [2, 3])
    expect(refusal(() => read(psbtOf([{ ...segwit, sighash }], much))).code).toBe('not-valid')
  // Others may add inputs.
  expect(read(psbtOf([{ ...segwit, sighash: 0x81 }], much))).toBeTruthy()
})

test.for([
  [1, 'all', true, 25_000n],
  [2, 'none', false, 100_000n],
  [3, 'single', false, 100_000n],
  [0x81, 'all-anyone-can-pay', true, 100_000n],
  [0x82, 'none-anyone-can-pay', false, 100_000n],
  [0x83, 'single-anyone-can-pay', false, 100_000n],
] as const)(
  'sighash type %i is named %s, and only what it holds comes back',
  ([sighash, name, fixed, leaves]) => {
    const outputs = [
      { ...payee, amount: 20_000n },
      { ...change, amount: 75_000n },
    ]
    const { payment, explanation } = explain([{ ...segwit, sighash }], outputs)
    expect(payment.inputs[0]).toMatchObject({ sighash: name, signed: true })
    expect(payment).toMatchObject({ outputsFixed: fixed, leaves })
    expect(payment.fee).toBe(sighash === 1 ? 5000n : undefined)
    // Where others decide, all that leaves may be the fee.
    expect(explanation.fee).toMatchObject({ max: sighash === 1 ? 5000n : leaves, own: true })
    const codes = new Set(warnings(explanation).map(({ code }) => code))
    expect(codes.has('sighash')).toBe(sighash !== 1)
    expect(codes.has('open-outputs')).toBe(!fixed)
    expect(level(warnings(explanation))).toBe(sighash === 1 ? 'check' : 'high')
  },
)

test.for([3, 0x83])(
  'an output of ours with the number of the input comes back (type %i)',
  (sighash) => {
    const outputs = [{ ...back, amount: 99_000n }, payee]
    const coins = [{ ...segwit, sighash }]
    const { payment } = explain(sighash === 3 ? [...coins, foreign] : coins, outputs)
    expect(payment.leaves).toBe(1000n)
  },
)

test('a sale shows what arrives', () => {
  const coin = { ...taproot, amount: 546n, sighash: 0x83 }
  const { payment } = explain([coin], [{ ...back, amount: 10_000_000n }])
  expect(payment).toMatchObject({ leaves: -9_999_454n, outputsFixed: false })
})

test('of two SINGLE inputs neither holds the output of the other', () => {
  const coins = [
    { ...segwit, sighash: 0x83 },
    { ...taproot, sighash: 0x83 },
  ]
  expect(explain(coins, [back, change]).payment.leaves).toBe(150_000n)
})

test.for([
  [0xffff_ffff, false],
  [0xffff_fffe, false],
  [0xffff_fffd, true],
  [0, true],
] as const)('a sequence of %i is replaceable: %s', ([sequence, replaceable]) => {
  const coins = [
    { ...segwit, sequence: 0xffff_ffff, salt: 5 },
    { ...taproot, sequence },
  ]
  expect(explain(coins, [change]).payment.replaceable).toBe(replaceable)
})

test('a lock time is shown when there is one', () => {
  expect(explain([segwit], [change], 800_000).payment.lockTime).toBe(800_000)
})

test('the fee rate is that of the finished transaction, at most', () => {
  for (const coins of [[segwit], [taproot], [segwit, taproot], [{ ...taproot, sighash: 1 }]]) {
    const reading = read(psbtOf(coins, [{ ...change, amount: 40_000n }]))
    const [payment] = reading.explain().intents
    const signed = reading.assemble(reading.digests().map(sign))
    if (payment?.kind !== 'payment' || signed.type !== 'transaction') throw new TypeError()
    const size = virtualSizeOf(signed.raw, coins.length)
    const fee = payment.fee ?? 0n
    const rate = payment.feeRate ?? 0n
    const least = (fee * 1000n) / BigInt(size + coins.length)
    expect(rate).toBeGreaterThanOrEqual(least)
    expect(rate).toBeLessThanOrEqual((fee * 1000n) / BigInt(size) + 1n)
  }
})

test('the fee rate is not guessed where an input of another kind is not signed yet', () => {
  const script = Uint8Array.of(0, 32, ...new Uint8Array(32))
  expect(explain([segwit, { ...foreign, script }], [change]).payment.feeRate).toBeUndefined()
  expect(explain([segwit, foreign], [change]).payment.feeRate).toBeGreaterThan(0n)
})

/** BIP-141: three times what is hashed for the id, and once everything. */
function virtualSizeOf(raw: Uint8Array, inputs: number): number {
  const stripped = 4 + 1 + inputs * 41 + 1 + 43 + 4
  return Math.ceil((3 * stripped + raw.length) / 4)
}
