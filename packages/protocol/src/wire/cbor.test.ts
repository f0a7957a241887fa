import { hexToBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, UsageError } from '../abort.ts'
import { decode, encode } from './cbor.ts'

const LIMIT = 1 << 16
const long = process.env['TANDEM_LONG'] === '1'

const text = fc
  .string({ unit: 'grapheme', maxLength: 40 })
  .filter((one) => !one.startsWith('\ufeff'))
const { value } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.integer({ min: -30, max: 300 }),
    text,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => new Uint8Array(bytes)),
    fc.array(tie('value'), { maxLength: 30 }),
    fc.dictionary(text, tie('value'), { maxKeys: 30, noNullPrototype: true }),
  ),
}))

describe('cbor', () => {
  test('every value survives the round trip', () => {
    fc.assert(
      fc.property(value, (value) => {
        const bytes = encode(value)
        expect(decode(bytes, bytes.length, 'value')).toEqual(value)
        expect(encode(decode(bytes, bytes.length, 'value'))).toEqual(bytes)
      }),
      { numRuns: long ? 100_000 : 1_000 },
    )
  })

  test('the order in which keys were written does not show', () => {
    expect(encode({ b: 1, aa: 2, a: 3 })).toEqual(encode({ aa: 2, a: 3, b: 1 }))
    expect(encode({ b: 1, aa: 2, a: 3 })).toEqual(hexToBytes('a361610361620162616102'))
  })

  test('mutated bytes are refused or are themselves the one encoding of what they say', () => {
    let refused = 0
    fc.assert(
      fc.property(
        value,
        fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 4 }),
        (value, edits) => {
          const bytes = encode(value)
          for (const [at, byte] of edits) bytes[at % bytes.length] = byte
          const error = refusal(bytes)
          if (error !== undefined) refused += 1
          const again = error === undefined ? encode(decode(bytes, LIMIT, 'message')) : bytes
          expect(again).toEqual(bytes)
        },
      ),
      { numRuns: long ? 200_000 : 2_000 },
    )
    expect(refused).toBeGreaterThan(100)
  })

  test('an oversized message is refused before it is read', () => {
    const bytes = encode({ a: new Uint8Array(100) })
    expect(decode(bytes, bytes.length, 'message')).toEqual({ a: new Uint8Array(100) })
    expect(() => decode(bytes, bytes.length - 1, 'message')).toThrow(DecodeError)
  })

  // The second of each pair says what is wrong. All but a few are well-formed CBOR.
  const bad: readonly (readonly [hex: string, why: string])[] = [
    ['', 'no bytes'],
    ['a1', 'map without its entry'],
    ['a16161', 'key without its value'],
    ['82', 'array without its items'],
    ['8201', 'array with one item of two'],
    ['42ff', 'byte string cut short'],
    ['6261', 'text cut short'],
    ['18', 'integer without its byte'],
    ['19ff', 'two-byte integer cut short'],
    ['0000', 'a second value'],
    ['a0ff', 'a break after the end'],
    ['ff', 'a break alone'],
    ['1817', '23 in two bytes'],
    ['1800', '0 in two bytes'],
    ['190017', '23 in three bytes'],
    ['1900ff', '255 in three bytes'],
    ['1a0000ffff', '65535 in five bytes'],
    ['1b00000000ffffffff', '2^32 - 1 in nine bytes'],
    ['3817', '-24 in two bytes'],
    ['3900ff', '-256 in three bytes'],
    ['5801ff', 'byte string with a long length'],
    ['590001ff', 'byte string with a longer length'],
    ['5a00000001ff', 'byte string with a much longer length'],
    ['780161', 'text with a long length'],
    ['980101', 'array with a long length'],
    ['b801616101', 'map with a long length'],
    ['a178016101', 'key with a long length'],
    ['1b0020000000000000', '2^53'],
    ['1b7fffffffffffffff', '2^63 - 1'],
    ['1bffffffffffffffff', '2^64 - 1'],
    ['3b001fffffffffffff', '-2^53'],
    ['3bffffffffffffffff', '-2^64'],
    ['5fff', 'indefinite byte string'],
    ['5f41ffff', 'indefinite byte string with a chunk'],
    ['7fff', 'indefinite text'],
    ['7f6161ff', 'indefinite text with a chunk'],
    ['9fff', 'indefinite array'],
    ['9f01ff', 'indefinite array with an item'],
    ['bfff', 'indefinite map'],
    ['bf616101ff', 'indefinite map with an entry'],
    ['c001', 'tag 0'],
    ['c11a00000000', 'tag 1, a time'],
    ['c24101', 'tag 2, a big integer'],
    ['c349010000000000000000', 'tag 3, a negative big integer'],
    ['d9d9f700', 'tag 55799, CBOR itself'],
    ['f6', 'null'],
    ['f7', 'undefined'],
    ['a16161f7', 'undefined in a map'],
    ['e0', 'simple value 0'],
    ['f3', 'simple value 19'],
    ['f820', 'simple value 32'],
    ['f814', 'false in two bytes'],
    ['f90000', 'half-precision 0'],
    ['f93c00', 'half-precision 1'],
    ['f97c00', 'infinity'],
    ['f97e00', 'NaN'],
    ['fa3f800000', 'single-precision 1'],
    ['fb3ff0000000000000', 'double-precision 1'],
    ['fb3ff8000000000000', '1.5'],
    ['f98000', 'negative zero'],
    ['a10102', 'integer key'],
    ['a1416102', 'byte string key'],
    ['a1f502', 'boolean key'],
    ['a18002', 'array key'],
    ['a2616101616102', 'one key twice'],
    ['a2616201616102', 'keys out of order'],
    ['a262616101616202', 'the longer key first'],
    ['61ff', 'text with a byte that is not UTF-8'],
    ['61c3', 'text that ends within a character'],
    ['62c080', 'overlong NUL'],
    ['63e08080', 'overlong three bytes'],
    ['63eda080', 'half a surrogate pair'],
    ['64f4908080', 'above U+10FFFF'],
    ['63efbbbf', 'byte order mark'],
    ['a161ff01', 'key that is not UTF-8'],
    ['1c', 'reserved length 28'],
    ['5d', 'reserved length 29'],
    ['9e', 'reserved length 30'],
    ['3f', 'negative integer of indefinite length'],
    ['df00', 'tag of indefinite length'],
    ['9bffffffffffffffff', 'array of 2^64 - 1 items'],
    ['5bffffffffffffffff', 'byte string of 2^64 - 1 bytes'],
    ['9affffffff', 'array of 2^32 - 1 items'],
    ['baffffffff', 'map of 2^32 - 1 entries'],
    ['7affffffff', 'text of 2^32 - 1 bytes'],
  ]

  test('every encoding but the deterministic one is refused', () => {
    expect(bad.length).toBeGreaterThan(80)
    expect(new Set(bad.map(([hex]) => hex)).size).toBe(bad.length)
    for (const [hex, why] of bad)
      expect([why, refusal(hexToBytes(hex))]).toMatchObject([
        why,
        { code: 'ENCODING', field: 'message' },
      ])
  })

  test('containers nested deeper than eight are refused', () => {
    const nested = (depth: number) => hexToBytes(`${'81'.repeat(depth - 1)}80`)
    expect(encode(decode(nested(8), LIMIT, 'message'))).toEqual(nested(8))
    expect(() => decode(nested(9), LIMIT, 'message')).toThrow(DecodeError)
    expect(() => decode(nested(60_000), LIMIT, 'message')).toThrow(DecodeError)
    const maps = hexToBytes(`${'a16161'.repeat(60_000)}00`)
    expect(() => decode(maps, 1 << 20, 'message')).toThrow(DecodeError)
  })

  test('a key named __proto__ or constructor is a key like any other', () => {
    const json = '{"__proto__":{"allow":true},"constructor":1}'
    const bytes = encode(JSON.parse(json))
    const value = decode(bytes, LIMIT, 'message')
    expect(JSON.stringify(value)).toBe(json)
    expect(value).not.toHaveProperty('allow')
    expect({}).not.toHaveProperty('allow')
    expect(encode(value)).toEqual(bytes)
  })

  test.for([
    ['undefined', undefined],
    ['null', null],
    ['1.5', 1.5],
    ['NaN', Number.NaN],
    ['negative zero', -0],
    ['2^53', 2 ** 53],
    ['a big integer', 1n],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['words', new Uint32Array(1)],
    ['a symbol', Symbol('a')],
    ['half a surrogate pair', '\ud800'],
    ['a byte order mark', '\ufeffa'],
    ['undefined in a map', { a: undefined }],
    ['a hole in an array', Array.from({ length: 2 })],
    ['nine containers', JSON.parse('[[[[[[[[[]]]]]]]]]')],
  ] as const)('%s has no encoding', ([, value]) => {
    expect(() => encode(value)).toThrow(UsageError)
  })

  test('encoded bytes own their memory and decoded bytes are copies', () => {
    const bytes = encode({ a: Uint8Array.of(1, 2, 3) })
    expect(bytes.buffer.byteLength).toBe(bytes.length)
    const value = decode(bytes, LIMIT, 'message')
    bytes.fill(0)
    expect(value).toEqual({ a: Uint8Array.of(1, 2, 3) })
  })
})

/** Why `bytes` were refused, or undefined. Anything but a DecodeError is thrown on. */
function refusal(bytes: Uint8Array): DecodeError | undefined {
  try {
    decode(bytes, LIMIT, 'message')
    return undefined
  } catch (error) {
    if (error instanceof DecodeError) return error
    throw error
  }
}
