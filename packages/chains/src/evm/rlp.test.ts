import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { encodeRlp as ethersRlp } from 'ethers'
import * as fc from 'fast-check'
import { Rlp as OxRlp } from 'ox'
import { toRlp } from 'viem'
import { describe, expect, test } from 'vitest'
import { ChainError } from '../error.ts'
import { type Rlp, type RlpInput, encodeRlp, readRlp } from './rlp.ts'

const text = 'Lorem ipsum dolor sit amet, consectetur adipisicing elit'

/** The examples of the Ethereum wiki's page on RLP. */
const examples: [string, RlpInput, string][] = [
  ['a string', utf8ToBytes('dog'), '83646f67'],
  ['a list', [utf8ToBytes('cat'), utf8ToBytes('dog')], 'c88363617483646f67'],
  ['the empty string', new Uint8Array(), '80'],
  ['the empty list', [], 'c0'],
  ['the byte 0', Uint8Array.of(0), '00'],
  ['the byte 15', Uint8Array.of(15), '0f'],
  ['two bytes', Uint8Array.of(4, 0), '820400'],
  ['lists in lists', [[], [[]], [[], [[]]]], 'c7c0c1c0c3c0c1c0'],
  ['56 bytes', utf8ToBytes(text), `b838${bytesToHex(utf8ToBytes(text))}`],
]

function valueOf(item: Rlp): RlpInput {
  return item.kind === 'string' ? item.bytes.slice() : item.items.map(valueOf)
}

function codeOf(hex: string): string | undefined {
  try {
    readRlp(hexToBytes(hex), 'x')
    return undefined
  } catch (error) {
    return error instanceof ChainError ? error.code : 'another error'
  }
}

const strings = fc.oneof(
  fc.uint8Array({ maxLength: 2 }),
  fc.uint8Array({ minLength: 53, maxLength: 58 }),
  fc.uint8Array({ minLength: 253, maxLength: 258 }),
)
const lists = fc.array(
  fc.oneof(strings, fc.array(fc.oneof(strings, fc.array(strings, { maxLength: 4 })))),
)
const values: fc.Arbitrary<RlpInput> = fc.oneof(strings, lists)

describe('RLP', () => {
  test.for(examples)('%s is written and read as the specification says', ([, value, hex]) => {
    expect(bytesToHex(encodeRlp(value))).toBe(hex)
    expect(valueOf(readRlp(hexToBytes(hex), 'x'))).toEqual(value)
  })

  test('three other libraries write the same bytes, and they are read back', () => {
    const asHex = (value: RlpInput): never =>
      (value instanceof Uint8Array ? `0x${bytesToHex(value)}` : value.map(asHex)) as never
    fc.assert(
      fc.property(values, (value) => {
        const bytes = encodeRlp(value)
        const hex = `0x${bytesToHex(bytes)}`
        expect(toRlp(asHex(value))).toBe(hex)
        expect(ethersRlp(asHex(value))).toBe(hex)
        expect(OxRlp.fromHex(asHex(value))).toBe(hex)
        expect(valueOf(readRlp(bytes, 'x'))).toEqual(value)
      }),
      { numRuns: 1000, seed: 1 },
    )
  })

  test('any bytes are refused or are the one encoding of what is read', () => {
    let read = 0
    const almost = fc
      .tuple(values, fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 3 }))
      .map(([value, at, change]) => {
        const bytes = encodeRlp(value).slice()
        bytes.set(change.subarray(0, bytes.length), at % Math.max(1, bytes.length - 2))
        return bytes
      })
    fc.assert(
      fc.property(fc.oneof(almost, fc.uint8Array({ maxLength: 12 })), (bytes) => {
        let item: Rlp
        try {
          item = readRlp(bytes, 'x')
        } catch (error) {
          expect(error).toBeInstanceOf(ChainError)
          return
        }
        read += 1
        expect(encodeRlp(valueOf(item))).toEqual(bytes)
      }),
      { numRuns: 20_000, seed: 2 },
    )
    expect(read).toBeGreaterThan(2000)
  })

  test('bytes after the item are refused', () => {
    expect(codeOf('8080')).toBe('trailing')
    expect(codeOf('c000')).toBe('trailing')
    expect(codeOf('83646f6700')).toBe('trailing')
  })

  test('every other encoding of an item is refused', () => {
    const long = 'aa'.repeat(56)
    expect(codeOf(`b838${long}`)).toBeUndefined()
    expect(codeOf(`f838${long.replaceAll('aa', '01')}`)).toBeUndefined()
    for (const other of [
      '8101',
      '8100',
      'c28101',
      `b90038${long}`,
      `ba000038${long}`,
      `bf0000000000000038${long}`,
      `f90038${long.replaceAll('aa', '01')}`,
      `b837${'aa'.repeat(55)}`,
      'b80401020304',
      'b800',
      'f800',
      'f80180',
    ])
      expect([other, codeOf(other)]).toEqual([other, 'not-canonical'])
  })

  test('an item that ends after its list is refused', () => {
    expect(codeOf('c26161')).toBeUndefined()
    for (const other of ['c1820000', 'c2826161', 'c1c2c0c0', 'c2c18161', 'c1b838', 'c2b900ff'])
      expect([other, codeOf(other)]).toEqual([other, 'truncated'])
  })

  test('an item that ends too early is refused', () => {
    for (const [, , hex] of examples)
      for (let length = 0; length < hex.length; length += 2)
        expect([length, codeOf(hex.slice(0, length))]).toEqual([length, 'truncated'])
  })

  test.for(['b8', 'bf', 'f8', 'ff', 'bfffffffffffffffff', 'ffffffffffffffffff', 'bb7fffffff'])(
    'a length that ends nowhere is refused: %s',
    (hex) => {
      expect(codeOf(hex)).toBe('truncated')
    },
  )

  test('lists that nest without end are refused', () => {
    expect(codeOf('c4c3c2c1c0')).toBeUndefined()
    expect(codeOf('c5c4c3c2c1c0')).toBe('limit')
    let bomb: RlpInput = []
    for (let depth = 0; depth < 500; depth += 1) bomb = [bomb]
    expect(codeOf(bytesToHex(encodeRlp(bomb)))).toBe('limit')
  })

  test('an error says at which byte', () => {
    expect(() => readRlp(hexToBytes('02c3018101'), 'transaction', 1)).toThrow(
      'transaction at byte 3: expected a byte below 0x80 without prefix',
    )
  })
})
