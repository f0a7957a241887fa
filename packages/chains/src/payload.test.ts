import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ChainError } from './error.ts'
import { MAX_PAYLOAD, decodePayload, encodePayload } from './payload.ts'

const parts = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 })
const kind = fc.constantFrom('transaction', 'transactions', 'psbt', 'message', 'typed-data')

describe('a payload', () => {
  test('reads back as it was written, and no other bytes do', () => {
    fc.assert(
      fc.property(kind, parts, (name, given) => {
        const bytes = encodePayload(name, ...given)
        const read = decodePayload(bytes)
        expect(read.kind).toBe(name)
        expect(read.parts.map((part) => [...part])).toEqual(given.map((part) => [...part]))
        expect(encodePayload(read.kind, ...read.parts)).toEqual(bytes)
      }),
      { seed: 1 },
    )
  })

  test('that is cut anywhere inside a part is refused', () => {
    const whole = encodePayload('psbt', new Uint8Array(9), new Uint8Array(3))
    const complete = new Set([1, 14, whole.length])
    for (let length = 0; length < whole.length; length++) {
      const cut = () => decodePayload(whole.subarray(0, length))
      if (complete.has(length)) expect(cut().kind).toBe('psbt')
      else expect(cut).toThrow(ChainError)
    }
  })

  test.for([
    ['of no kind', new Uint8Array(0), 'unsupported', undefined],
    ['of kind 0', Uint8Array.of(0), 'unsupported', undefined],
    ['of a kind beyond the last', Uint8Array.of(8), 'unsupported', undefined],
    ['that ends inside a length', Uint8Array.of(1, 0, 0), 'truncated', 1],
    ['that ends inside a part', Uint8Array.of(1, 0, 0, 0, 2, 7), 'truncated', 5],
    ['that is too long', new Uint8Array(MAX_PAYLOAD + 1), 'limit', undefined],
    ['of too many parts', new Uint8Array(1 + 4 * 4097).fill(1, 0, 1), 'limit', 1 + 4 * 4096],
  ] as const)('%s is refused', ([, bytes, code, offset]) => {
    expect(() => decodePayload(bytes)).toThrow(expect.objectContaining({ code, offset }))
  })
})
