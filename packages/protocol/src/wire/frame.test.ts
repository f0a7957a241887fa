import { sha256 } from '@noble/hashes/sha2.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DecodeError, UsageError } from '../abort.ts'
import { ascii, concat, lp, u16, u32, u8 } from '../core/bytes.ts'
import { PROTOCOL } from '../core/hash.ts'
import {
  HEADER_LENGTH,
  type Header,
  associatedData,
  decodeHeader,
  encodeHeader,
  headerOf,
} from './frame.ts'
import { MAX_MESSAGE, allMessageTypes, messageTypes } from './message-types.ts'
import { type RequestEntry, payloadHash, requestHash } from './request-hash.ts'

const header: fc.Arbitrary<Header> = fc.record({
  type: fc.constantFrom(...allMessageTypes),
  requestId: fc.uint8Array({ minLength: 16, maxLength: 16 }).map((id) => new Uint8Array(id)),
  index: fc.nat({ max: 0xffff }),
  attempt: fc.nat({ max: 0xffffffff }),
  keyId: fc.uint8Array({ minLength: 32, maxLength: 32 }).map((id) => new Uint8Array(id)),
  from: fc.nat({ max: 255 }),
  to: fc.nat({ max: 255 }),
  epoch: fc.nat({ max: 0xffffffff }),
})

describe('header', () => {
  test('a header survives the round trip', () => {
    fc.assert(
      fc.property(header, (one) => {
        const bytes = encodeHeader(one)
        expect(bytes.length).toBe(HEADER_LENGTH)
        expect(decodeHeader(bytes)).toEqual(one)
      }),
    )
  })

  test('the associated data is the version and every field of the header, in the written order', () => {
    const requestId = new Uint8Array(16).fill(0xaa)
    const keyId = new Uint8Array(32).fill(0xbb)
    const one: Header = {
      type: 'F2',
      requestId,
      index: 3,
      attempt: 4,
      keyId,
      from: 2,
      to: 1,
      epoch: 5,
    }
    const expected = concat(
      Uint8Array.of(0, 0, 0, 16),
      ascii('tandem-dkls23-v1'),
      Uint8Array.of(0x11),
      requestId,
      Uint8Array.of(0, 3, 0, 0, 0, 4),
      keyId,
      Uint8Array.of(2, 1, 0, 0, 0, 5),
    )
    expect(associatedData(encodeHeader(one))).toEqual(expected)
    expect(expected.length).toBe(81)
  })

  test('absent fields are zeros', () => {
    const bytes = encodeHeader(headerOf('hello', 1, 2))
    expect(bytes).toEqual(concat(u8(1), new Uint8Array(54), u8(1), u8(2), new Uint8Array(4)))
  })

  test('an unknown type and a wrong length are refused', () => {
    const bytes = encodeHeader(headerOf('F1', 1, 2))
    expect(() => decodeHeader(bytes.subarray(1))).toThrow(DecodeError)
    expect(() => decodeHeader(concat(bytes, u8(0)))).toThrow(DecodeError)
    bytes[0] = 0xff
    expect(() => decodeHeader(bytes)).toThrow(
      expect.objectContaining({ code: 'ENCODING', field: 'header.type' }),
    )
    expect(() => encodeHeader(headerOf('F1', 1, 2, { requestId: new Uint8Array(15) }))).toThrow(
      UsageError,
    )
    expect(() => encodeHeader(headerOf('F1', 1, 2, { keyId: new Uint8Array(33) }))).toThrow(
      UsageError,
    )
    expect(() => encodeHeader(headerOf('F1', 1, 256))).toThrow(UsageError)
  })

  test('types have numbers of their own, and none is longer than a message', () => {
    const entries = Object.values(messageTypes)
    expect(new Set(entries.map(({ code }) => code)).size).toBe(entries.length)
    expect(entries.every(({ code, maxLength }) => code < 256 && maxLength <= MAX_MESSAGE)).toBe(
      true,
    )
  })
})

describe('request hash', () => {
  const entry: RequestEntry = {
    index: 0,
    suite: 1,
    keyId: new Uint8Array(32).fill(7),
    path: [60, 0],
    message: new Uint8Array(32).fill(9),
  }
  const second: RequestEntry = { ...entry, index: 1, suite: 3, path: [], message: ascii('hello') }

  test('it is SHA-256 over the framed list', () => {
    const list = concat(
      u16(0),
      u8(1),
      entry.keyId,
      concat(u32(8), u32(60), u32(0)),
      concat(u32(32), entry.message),
      u16(1),
      u8(3),
      entry.keyId,
      u32(0),
      concat(u32(5), ascii('hello')),
    )
    expect(requestHash([entry, second])).toEqual(
      sha256(concat(lp(ascii(PROTOCOL)), lp(ascii('request')), lp(list))),
    )
  })

  test.for<[string, readonly RequestEntry[]]>([
    ['another index', [{ ...entry, index: 2 }, second]],
    ['another suite', [{ ...entry, suite: 2 }, second]],
    ['another key', [{ ...entry, keyId: new Uint8Array(32).fill(8) }, second]],
    ['another path', [{ ...entry, path: [60, 1] }, second]],
    ['a longer path', [{ ...entry, path: [60, 0, 0] }, second]],
    ['another message', [{ ...entry, message: new Uint8Array(32) }, second]],
    [
      'a path that takes bytes of the message',
      [{ ...entry, path: [60], message: concat(u32(0), entry.message) }, second],
    ],
    ['another order', [second, entry]],
    ['one entry less', [entry]],
    ['one entry twice', [entry, second, second]],
  ])('%s is another request', ([, entries]) => {
    expect(requestHash(entries)).not.toEqual(requestHash([entry, second]))
  })

  test('a key id of another length is refused', () => {
    expect(() => requestHash([{ ...entry, keyId: new Uint8Array(31) }])).toThrow(UsageError)
  })

  test('the payload has a hash of its own', () => {
    expect(payloadHash(ascii('a'))).toEqual(
      sha256(concat(lp(ascii(PROTOCOL)), lp(ascii('payload')), lp(ascii('a')))),
    )
  })
})
