import { base64 } from '@scure/base'
import { _DebugPSBT } from '@scure/btc-signer'
import { expect, test } from 'vitest'
import { invalid, valid } from './bip-174.fixture.ts'
import { compactSize, concat, sized, u32, u64 } from './bytes.ts'
import { normalizePsbt, openInputs, parsePsbt } from './psbt.ts'
import { type Entry, encodeMaps, newEntry, parseMaps } from './psbt-maps.ts'
import {
  type Coin,
  type Out,
  psbtOf,
  refusal,
  scriptOfOurs,
  stranger,
  transactionOf,
} from './testing.ts'

const coins: readonly Coin[] = [
  { script: scriptOfOurs('p2wpkh', 0), amount: 100_000n, proven: true },
  { script: scriptOfOurs('p2tr', 1), amount: 50_000n },
]
const outputs: readonly Out[] = [
  { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 120_000n },
  { script: scriptOfOurs('p2tr', 0, true), amount: 29_000n },
]
const psbt = psbtOf(coins, outputs)

/** The same PSBT with its maps changed. */
function changed(change: (maps: Entry[][]) => void, of = psbt): Uint8Array {
  const { global, inputs, outputs } = parseMaps(of, (entries) => entries)
  const maps = [global, ...inputs, ...outputs].map((map) => [...map])
  change(maps)
  const [first = [], ...rest] = maps
  return encodeMaps({
    global: first,
    inputs: rest.slice(0, inputs.length),
    outputs: rest.slice(inputs.length),
  })
}

const add =
  (map: number, ...entries: Entry[]) =>
  (maps: Entry[][]): void => {
    maps[map]?.push(...entries)
  }
const keyed = (key: readonly number[], value: Uint8Array): Entry => ({
  key: Uint8Array.from(key),
  value,
  offset: 0,
})

/** A PSBT of a transaction that no library writes. */
function rawPsbt(transaction: Uint8Array, maps: number): Uint8Array {
  return encodeMaps({
    global: [newEntry(0, transaction)],
    inputs: Array.from({ length: maps }, () => []),
    outputs: [],
  })
}

function rawTransaction(change: {
  version?: number
  inputs?: readonly { outpoint: Uint8Array; script?: Uint8Array }[]
  outputs?: readonly { amount: bigint; script: Uint8Array }[]
}): Uint8Array {
  const { version = 2, inputs = [{ outpoint: new Uint8Array(36) }], outputs = [payee] } = change
  return concat([
    u32(version),
    compactSize(inputs.length),
    ...inputs.flatMap(({ outpoint, script = new Uint8Array() }) => [
      outpoint,
      ...sized(script),
      u32(0xffff_ffff),
    ]),
    compactSize(outputs.length),
    ...outputs.flatMap(({ amount, script }) => [u64(amount), ...sized(script)]),
    u32(0),
  ])
}

const payee = { amount: 1n, script: Uint8Array.of(0x51) }

test.for(valid)('%s is read, or refused for a reason of ours', ([name, text]) => {
  const bytes = base64.decode(text)
  const reason = /unknown types/.test(name)
    ? 'unsupported'
    : / 0 inputs/.test(name)
      ? 'not-valid'
      : 'accepted'
  expect(refusal(() => normalizePsbt(bytes)).code).toBe(reason)
})

test.for(invalid)('%s is refused', ([, text]) => {
  expect(refusal(() => normalizePsbt(base64.decode(text))).code).not.toBe('accepted')
})

test.for(valid)('%s: putting keys in order changes no key and no value', ([, text]) => {
  const bytes = base64.decode(text)
  if (refusal(() => normalizePsbt(bytes)).code !== 'accepted') return
  const canonical = normalizePsbt(bytes)
  expect(canonical).toHaveLength(bytes.length)
  expect(_DebugPSBT.decode(canonical)).toEqual(_DebugPSBT.decode(bytes))
  expect(normalizePsbt(canonical)).toEqual(canonical)
  expect(encodeMaps(parsePsbt(canonical))).toEqual(canonical)
})

test('an unsigned transaction with witnesses is refused', () => {
  const plain = rawTransaction({})
  const signed = concat([
    plain.subarray(0, 4),
    Uint8Array.of(0, 1),
    plain.subarray(4, -4),
    Uint8Array.of(1, 1, 7),
    plain.subarray(-4),
  ])
  const withTransaction = (raw: Uint8Array) =>
    encodeMaps({ global: [newEntry(0, raw)], inputs: [[]], outputs: [[]] })
  expect(refusal(() => parsePsbt(withTransaction(plain))).code).toBe('accepted')
  for (const parse of [parsePsbt, normalizePsbt])
    expect(refusal(() => parse(withTransaction(signed)))).toEqual({
      code: 'not-valid',
      field: 'transaction',
    })
})

test('keys out of order are refused, and put in order by normalizePsbt', () => {
  const reversed = changed((maps) => maps.splice(1, 1, maps[1]?.toReversed() ?? []))
  expect(refusal(() => parsePsbt(reversed))).toEqual({ code: 'not-canonical', field: 'inputs[0]' })
  expect(normalizePsbt(reversed)).toEqual(psbt)
})

test('a key that stands twice in a map is refused', () => {
  const [first] = parsePsbt(psbt).inputs[0] ?? []
  if (!first) throw new RangeError('no entry')
  const twice = changed((maps) => maps[1]?.unshift(first))
  expect(refusal(() => parsePsbt(twice)).code).toBe('duplicate')
  expect(refusal(() => normalizePsbt(twice)).code).toBe('duplicate')
  // The other value does not make it another key.
  const other = changed((maps) => maps[1]?.unshift({ ...first, value: Uint8Array.of(1) }))
  expect(refusal(() => normalizePsbt(other)).code).toBe('duplicate')
})

test.for([
  [0, [0x02]],
  [0, [0x09]],
  [0, [0xfe]],
  [0, [0xfd, 0, 1]],
  [1, [0x09]],
  [1, [0x0e]],
  [1, [0x19]],
  [1, [0xfb]],
  [3, [0x03]],
  [3, [0x09]],
] as const)('a type of field that is not known is refused', ([map, key]) => {
  const bytes = changed(add(map, keyed(key, u32(0))))
  expect(refusal(() => normalizePsbt(bytes)).code).toBe('unsupported')
})

test('proprietary fields are kept as they are', () => {
  const entry = keyed([0xfc, 3, 0x61, 0x62, 0x63, 0], Uint8Array.of(1, 2, 3))
  const bytes = changed((maps) => maps.forEach((map) => map.push(entry)))
  expect(encodeMaps(parsePsbt(bytes))).toEqual(bytes)
})

test('version 2 is refused, and 0 may be said', () => {
  expect(normalizePsbt(changed(add(0, newEntry(0xfb, u32(0)))))).toBeTruthy()
  expect(refusal(() => normalizePsbt(changed(add(0, newEntry(0xfb, u32(2))))))).toEqual({
    code: 'unsupported',
    field: 'psbt.global.version',
  })
  const second = transactionOf(coins, outputs).toPSBT(2)
  expect(refusal(() => normalizePsbt(second)).code).toBe('unsupported')
})

test.for([
  ['no input and no output', rawTransaction({ inputs: [], outputs: [] }), 'not-valid'],
  // A count of no inputs is what BIP-144 begins with.
  ['no input', rawTransaction({ inputs: [] }), 'truncated'],
  ['no output', rawTransaction({ outputs: [] }), 'not-valid'],
  ['version 0', rawTransaction({ version: 0 }), 'unsupported'],
  ['version 4', rawTransaction({ version: 4 }), 'unsupported'],
  ['version -1', rawTransaction({ version: 0xffff_ffff }), 'unsupported'],
  ['bytes after its end', concat([rawTransaction({}), Uint8Array.of(0)]), 'trailing'],
  [
    'a script in an input',
    rawTransaction({ inputs: [{ outpoint: new Uint8Array(36), script: Uint8Array.of(0x51) }] }),
    'not-valid',
  ],
  [
    'an input that is none (coinbase)',
    rawTransaction({ inputs: [{ outpoint: new Uint8Array(36).fill(0xff) }] }),
    'not-valid',
  ],
  [
    'an output of more than there is',
    rawTransaction({ outputs: [{ ...payee, amount: 2_100_000_000_000_001n }] }),
    'not-valid',
  ],
  [
    'outputs of more than there is',
    rawTransaction({ outputs: [payee, { ...payee, amount: 2_100_000_000_000_000n }] }),
    'not-valid',
  ],
  [
    'a script that can never be spent',
    rawTransaction({ outputs: [{ ...payee, script: new Uint8Array(10_001) }] }),
    'limit',
  ],
] as const)('a transaction with %s is refused', ([, transaction, code]) => {
  const bytes = concat([rawPsbt(transaction, 1), new Uint8Array(2)])
  const shorter = bytes.subarray(0, -1)
  const least = bytes.subarray(0, -2)
  const codes = [bytes, shorter, least].map((one) => refusal(() => parsePsbt(one)).code)
  expect(codes).toContain(code)
  expect(codes).not.toContain('accepted')
})

test('an output that is spent twice is refused', () => {
  const outpoint = new Uint8Array(36).fill(3)
  const twice = rawTransaction({ inputs: [{ outpoint }, { outpoint }] })
  const bytes = concat([rawPsbt(twice, 2), Uint8Array.of(0)])
  expect(refusal(() => parsePsbt(bytes))).toEqual({
    code: 'duplicate',
    field: 'transaction.inputs[1]',
  })
  // The control: another number of the same transaction is another output.
  const other = outpoint.with(35, 0)
  const control = rawTransaction({ inputs: [{ outpoint }, { outpoint: other }] })
  expect(parsePsbt(concat([rawPsbt(control, 2), Uint8Array.of(0)]))).toBeTruthy()
})

test('a transaction that proves a message is refused', () => {
  const proof = psbtOf(coins, [{ amount: 0n, script: Uint8Array.of(0x6a, 1, 7) }])
  expect(parsePsbt(proof)).toBeTruthy()
  const outputs = [{ amount: 0n, script: Uint8Array.of(0x6a) }]
  const bytes = concat([rawPsbt(rawTransaction({ outputs }), 1), Uint8Array.of(0)])
  expect(refusal(() => parsePsbt(bytes)).code).toBe('wrong-domain')
})

test('a length in more bytes than it needs is refused', () => {
  const at = 5
  expect(psbt[at]).toBe(1)
  const long = concat([psbt.subarray(0, at), Uint8Array.of(0xfd, 1, 0), psbt.subarray(at + 1)])
  expect(refusal(() => normalizePsbt(long)).code).toBe('not-canonical')
})

test('every truncation of a PSBT is refused, and every byte after it', () => {
  for (let length = 0; length < psbt.length; length++)
    expect(refusal(() => parsePsbt(psbt.subarray(0, length))).code).not.toBe('accepted')
  for (const more of [0, 1, 0xff])
    expect(refusal(() => parsePsbt(concat([psbt, Uint8Array.of(more)]))).code).toBe('trailing')
})

test('inputs are open until they are final', () => {
  expect(openInputs(psbt)).toEqual([0, 1])
  expect(openInputs(changed(add(1, newEntry(0x08, Uint8Array.of(1, 1, 7)))))).toEqual([1])
  expect(openInputs(changed(add(2, newEntry(0x07, Uint8Array.of(0)))))).toEqual([0])
  // A signature beside an input is one step before.
  expect(openInputs(changed(add(2, newEntry(0x13, new Uint8Array(64)))))).toEqual([0, 1])
})
