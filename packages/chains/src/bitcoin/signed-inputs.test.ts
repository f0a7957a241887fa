import { expect, test } from 'vitest'
import { normalizePsbt, parsePsbt } from './psbt.ts'
import { encodeMaps } from './psbt-maps.ts'
import {
  type Coin,
  type Out,
  account,
  chain,
  edited,
  ours,
  psbtOf,
  read,
  refusal,
  scriptOfOurs,
  stranger,
} from './testing.ts'
import { encodePayload } from '../payload.ts'

const segwit: Coin = { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true }
const taproot: Coin = { script: scriptOfOurs('p2tr', 1), amount: 50_000n }
const foreign: Coin = { script: scriptOfOurs('p2tr', 0, false, stranger), amount: 40_000n }
const coins = [segwit, foreign, taproot]
const outputs: readonly Out[] = [{ script: foreign.script, amount: 9000n }]
const psbt = psbtOf(coins, outputs)

/** The last input of some coins, with one more value. */
function withField(type: number, value: Uint8Array, of: readonly Coin[]): Uint8Array {
  return edited(psbtOf(of, outputs), of.length, [[type, value]])
}

function signedBy(bytes: Uint8Array, indexes?: readonly number[]) {
  return read(bytes, indexes)
    .digests()
    .map(({ index, suite, path }) => [index, suite, path.join('/')])
}

test('without indexes every input of ours is signed, each by the key of its script', () => {
  expect(signedBy(psbt)).toEqual([
    [0, 1, '84/0/0/0/0'],
    [1, 2, '86/0/0/0/1'],
  ])
})

test('only the named inputs are signed', () => {
  expect(signedBy(psbt, [2])).toEqual([[0, 2, '86/0/0/0/1']])
  expect(read(psbt, [2]).explain().intents[0]).toMatchObject({
    inputs: [{ signed: false }, { signed: false }, { signed: true }],
  })
})

test('an input of somebody else cannot be named', () => {
  expect(refusal(() => read(psbt, [0, 1]))).toEqual({ code: 'wrong-account', field: 'inputs[1]' })
  expect(refusal(() => read(psbt, undefined, stranger)).code).toBe('accepted')
  expect(refusal(() => read(psbtOf([foreign], outputs))).code).toBe('wrong-account')
})

test('a key path in the PSBT makes no input ours', () => {
  const internalKey = ours('p2tr', 0).publicKey.subarray(1)
  const lie = withField(0x17, internalKey, [foreign])
  expect(refusal(() => read(lie)).code).toBe('wrong-account')
})

test.for([
  [[2, 0], 'not-canonical'],
  [[0, 0], 'not-canonical'],
  [[3], 'not-valid'],
  [[0xffff_ffff], 'not-valid'],
] as const)('indexes %j are refused', ([indexes, code]) => {
  expect(refusal(() => read(psbt, indexes)).code).toBe(code)
})

test('an index has four bytes', () => {
  for (const length of [0, 3, 5])
    expect(
      refusal(() => chain.read(encodePayload('psbt', psbt, new Uint8Array(length)), account)).code,
    ).toBe('not-valid')
})

test.for([
  ['redeemScript', Uint8Array.of(0x04), segwit],
  ['witnessScript', Uint8Array.of(0x05), segwit],
  ['tapLeafScript', Uint8Array.of(0x15, ...new Uint8Array(33)), taproot],
  ['tapMerkleRoot', Uint8Array.of(0x18), taproot],
] as const)('an input of ours with a script is refused: %s', ([, key, coin]) => {
  const { global, inputs, outputs: rest } = parsePsbt(psbtOf([coin], outputs))
  const entry = { key, value: new Uint8Array(32), offset: 0 }
  const bytes = encodeMaps({ global, inputs: inputs.map((map) => [...map, entry]), outputs: rest })
  expect(refusal(() => read(normalizePsbt(bytes)))).toEqual({
    code: 'unsupported',
    field: 'inputs[0]',
  })
})

test('an internal key that is not of the address is refused', () => {
  const right = ours('p2tr', 1).publicKey.subarray(1)
  expect(signedBy(withField(0x17, right, [taproot]))).toHaveLength(1)
  const wrong = ours('p2tr', 2).publicKey.subarray(1)
  expect(refusal(() => read(withField(0x17, wrong, [taproot]))).field).toBe(
    'inputs[0].tapInternalKey',
  )
  expect(refusal(() => read(withField(0x17, right, [segwit]))).field).toBe(
    'inputs[0].tapInternalKey',
  )
})

test('what is signed already is not signed again', () => {
  const signature = new Uint8Array(64).fill(1)
  const signed = withField(0x13, signature, [segwit, taproot])
  expect(signedBy(signed)).toEqual([[0, 1, '84/0/0/0/0']])
  expect(refusal(() => read(signed, [1]))).toEqual({ code: 'duplicate', field: 'inputs[1]' })
  expect(refusal(() => read(withField(0x13, signature, [taproot]))).code).toBe('wrong-account')
})

test.for([
  [0x00, 'taproot'],
  [0x01, 'both'],
  [0x02, 'both'],
  [0x03, 'both'],
  [0x80, 'none'],
  [0x81, 'both'],
  [0x82, 'both'],
  [0x83, 'both'],
  [0x04, 'none'],
  [0x41, 'none'],
  [0x84, 'none'],
  [0x101, 'none'],
  [0xffff_ff01, 'none'],
] as const)('sighash type %i is for: %s', ([sighash, kinds]) => {
  const accepted = (coin: Coin) =>
    refusal(() => read(psbtOf([{ ...coin, sighash }], outputs))).code === 'accepted'
  expect(accepted(taproot)).toBe(kinds !== 'none')
  expect(accepted(segwit)).toBe(kinds === 'both')
})

test('SINGLE without its output is refused', () => {
  const single = (coin: Coin) => [
    { ...coin, sighash: 1, salt: 9 },
    { ...coin, sighash: 3 },
  ]
  for (const coin of [segwit, taproot]) {
    expect(refusal(() => read(psbtOf(single(coin), outputs)))).toEqual({
      code: 'not-valid',
      field: 'inputs[1].sighashType',
    })
    const [one = outputs[0]] = outputs
    expect(read(psbtOf(single(coin), one ? [one, { ...one, amount: 1n }] : []))).toBeTruthy()
  }
})
