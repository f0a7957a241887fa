import * as fc from 'fast-check'
import { AbiCoder } from 'ethers'
import { encodeAbiParameters, hexToBytes, parseAbiParameters } from 'viem'
import { describe, expect, test } from 'vitest'
import { ChainError } from '../../error.ts'
import {
  type Type,
  address,
  array,
  bool,
  bytes,
  decode,
  fixedBytes,
  list,
  tuple,
  uint,
} from './abi.ts'
import { alice, anyAddress, anyBytes, anyUint, hex } from './calls.fixture.ts'

/** A type with values of it, as the encoders take them. */
type Sample = { readonly type: Type<unknown>; readonly value: unknown }

const atoms: fc.Arbitrary<Sample> = fc.oneof(
  anyAddress.map((value) => ({ type: address, value })),
  fc.boolean().map((value) => ({ type: bool, value })),
  fc
    .constantFrom(8, 48, 160, 256)
    .chain((bits) => anyUint(bits).map((value) => ({ type: uint(bits), value }))),
  fc
    .constantFrom(1, 4, 32)
    .chain((length) => anyBytes(length).map((value) => ({ type: fixedBytes(length), value }))),
  anyBytes(0, 70).map((value) => ({ type: bytes, value })),
)

const { sample } = fc.letrec<{ sample: Sample }>((tie) => ({
  sample: fc.oneof(
    { depthSize: 'small' },
    { weight: 3, arbitrary: atoms },
    {
      weight: 1,
      arbitrary: fc.array(tie('sample'), { minLength: 1, maxLength: 4 }).map((parts) => ({
        type: tuple(...parts.map(({ type }) => type)),
        value: parts.map(({ value }) => value),
      })),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(tie('sample'), fc.nat({ max: 3 })).map(([item, length]) => ({
        type: array(item.type),
        value: Array.from({ length }, () => item.value),
      })),
    },
  ),
}))

const lists = fc.array(sample, { minLength: 1, maxLength: 4 }).map((parts) => ({
  type: list(...parts.map(({ type }) => type)),
  names: parts.map(({ type }) => type.name),
  values: parts.map(({ value }) => value),
}))

test('what two encoders write is read back', () => {
  fc.assert(
    fc.property(lists, ({ type, names, values }) => {
      const data = AbiCoder.defaultAbiCoder().encode(names, values)
      expect(encodeAbiParameters(parseAbiParameters(names.join(', ')), values)).toBe(data)
      expect(comparable(decode(type, hexToBytes(`0x${data.slice(2)}`), 0))).toEqual(values)
    }),
    { seed: 1, numRuns: 2000 },
  )
})

test('a changed byte is refused or read as what encodes to it', () => {
  const counts = { refused: 0, read: 0 }
  fc.assert(
    fc.property(lists, fc.nat(), fc.integer({ min: 1, max: 255 }), (given, place, flip) => {
      const data = hexToBytes(encoded(given.names, given.values))
      const at = place % data.length
      data[at] = (data[at] ?? 0) ^ flip
      const values = attempt(() => decode(given.type, data, 0))
      if (values === undefined) {
        counts.refused++
        return
      }
      counts.read++
      expect(encoded(given.names, comparable(values))).toBe(hex(data))
    }),
    { seed: 2, numRuns: 2000 },
  )
  expect(counts.refused).toBeGreaterThan(500)
  expect(counts.read).toBeGreaterThan(300)
})

describe('one encoding', () => {
  const two = list(bytes, array(uint(256)))
  const data = (): Uint8Array => hexToBytes(encoded(['bytes', 'uint256[]'], ['0x1234', [7n]]))

  test('control: it is read', () => {
    expect(comparable(decode(two, data(), 0))).toEqual(['0x1234', [7n]])
  })

  test('nothing follows the arguments', () => {
    for (const extra of [1, 31, 32])
      expect(() => decode(two, new Uint8Array([...data(), ...new Uint8Array(extra)]), 0)).toThrow(
        expect.objectContaining({ code: 'trailing', offset: data().length }),
      )
  })

  test('each byte is there', () => {
    for (let length = 0; length < data().length; length++)
      expect(() => decode(two, data().subarray(0, length), 0)).toThrow(
        expect.objectContaining({ name: 'ChainError' }),
      )
  })

  test('an offset leads to where the part before it ends', () => {
    // Both at the same place; the second before the first; a gap between.
    const word = (value: number): number[] => [...new Uint8Array(31), value]
    const overlapping = [word(64), word(64), word(1), word(0)].flat()
    expect(() => decode(list(bytes, array(uint(256))), new Uint8Array(overlapping), 0)).toThrow(
      expect.objectContaining({ name: 'ChainError' }),
    )
    const swapped = [word(128), word(64), word(1), word(7), word(0)].flat()
    expect(() => decode(two, new Uint8Array(swapped), 0)).toThrow(
      expect.objectContaining({ code: 'not-canonical', offset: 0 }),
    )
    const same = [word(64), word(64), word(0)].flat()
    expect(() => decode(list(bytes, bytes), new Uint8Array(same), 0)).toThrow(
      expect.objectContaining({ code: 'not-canonical', offset: 32 }),
    )
    // In order, and counted from somewhere else: without the rule it would be read.
    const elsewhere = [word(96), word(96), word(0), word(0)].flat()
    expect(() => decode(list(bytes, bytes), new Uint8Array(elsewhere), 0)).toThrow(
      expect.objectContaining({ code: 'not-canonical', offset: 0 }),
    )
  })

  test.for<[string, Type<unknown>, number]>([
    ['an address', list(address), 11],
    ['a small number', list(uint(160)), 11],
    ['a truth value', list(bool), 0],
    ['a truth value of two', list(bool), 31],
    ['fixed bytes', list(fixedBytes(4)), 4],
  ])('unused bits are zero: %s', ([, type, at]) => {
    const clean = new Uint8Array(32)
    expect(() => decode(type, clean, 0)).not.toThrow()
    const dirty = clean.with(at, 2)
    expect(() => decode(type, dirty, 0)).toThrow(expect.objectContaining({ code: 'not-canonical' }))
  })

  test('the padding of bytes is zero', () => {
    const padded = hexToBytes(encoded(['bytes'], ['0x1234']))
    expect(() => decode(list(bytes), padded.with(padded.length - 1, 1), 0)).toThrow(
      expect.objectContaining({ code: 'not-canonical' }),
    )
  })

  test('a count beyond the data is refused before anything is read', () => {
    const count = hexToBytes(encoded(['uint256[]'], [[]])).fill(255, 32)
    expect(() => decode(list(array(uint(256))), count, 0)).toThrow(
      expect.objectContaining({ code: 'truncated', offset: 32 }),
    )
  })
})

test('an address gets its checksum', () => {
  const data = hexToBytes(encoded(['address'], [alice.toLowerCase()]))
  expect(decode(list(address), data, 0)).toEqual([alice])
})

function encoded(names: readonly string[], values: unknown): `0x${string}` {
  const data = AbiCoder.defaultAbiCoder().encode(names, values as unknown[])
  return `0x${data.slice(2)}`
}

function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return hex(value)
  return Array.isArray(value) ? value.map(comparable) : value
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    expect(error).toBeInstanceOf(ChainError)
    return undefined
  }
}
