import { concatBytes } from '@noble/hashes/utils.js'
import { encode } from 'cborg'
import { expect, test } from 'vitest'
import { FIRST, decodeHead, encodeHead, headLength } from './head.ts'

const head = {
  version: '1.0.0',
  at: 1_800_000_000_000,
  entries: 7,
  identity: new Uint8Array(32).fill(1),
  keys: 128,
  database: 4096,
}

test('the head of a backup says what follows', () => {
  const bytes = encodeHead(head)
  const length = headLength(bytes.subarray(0, FIRST))
  expect(bytes.length).toBe(FIRST + length)
  expect(decodeHead(bytes.subarray(FIRST))).toEqual({ format: 1, ...head })
})

test('a head of a later format is called newer, whatever else is in it', () => {
  const later = encode({ format: 2, something: 'else' })
  expect(() => decodeHead(later)).toThrow(expect.objectContaining({ code: 'newer' }))
})

test.for([
  ['another beginning', Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 9)],
  [
    'a length that no head has',
    concatBytes(encodeHead(head).slice(0, 4), Uint8Array.of(1, 0, 0, 0)),
  ],
] as const)('%s is of something else', ([, first]) => {
  expect(() => headLength(first)).toThrow(expect.objectContaining({ code: 'foreign' }))
})
