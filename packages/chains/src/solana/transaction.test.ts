import { getTransferSolInstruction } from '@solana-program/system'
import { getTransactionDecoder } from '@solana/kit'
import { base58 } from '@scure/base'
import { describe, expect, test } from 'vitest'
import { ED25519 } from '../suite.ts'
import { account } from '../account.ts'
import { encodePayload } from '../payload.ts'
import { transactionPayload } from './payloads.ts'
import {
  chain,
  code,
  instruction,
  keyOf,
  messageOf,
  named,
  readWire,
  self,
  sign,
  signer,
  unsigned,
  us,
  wireOf,
} from './solana.fixture.ts'

const transfer = getTransferSolInstruction({ source: signer, destination: named('to'), amount: 1n })
const wire = wireOf([transfer])
const friend = keyOf('friend')
/** Two signers: the friend pays, we are the second. */
const shared = wireOf([transfer], { payer: friend.address })
const signedPart = shared.subarray(129)

describe('a transaction', () => {
  test('is signed as the bytes that were explained', () => {
    const reading = readWire(wire)
    expect(reading.kind).toBe('transaction')
    expect(reading.digests()).toEqual([
      { index: 0, suite: ED25519, path: [501, 0], message: wire.subarray(65) },
    ])
  })

  test.for([
    ['bytes', (payload: Uint8Array) => payload],
    ['a pool', (payload: Uint8Array) => Buffer.from(payload)],
  ] as const)('%s that change after they were read are signed as they were', ([, holder]) => {
    const payload = holder(transactionPayload(wire))
    const reading = chain.read(payload, us)
    const explained = reading.explain()
    payload.fill(0)
    reading.digests()[0]?.message.fill(0)
    const [digest] = reading.digests()
    expect(digest?.message).toEqual(wire.subarray(65))
    expect(reading.explain()).toEqual(explained)
    const signature = sign(wire.subarray(65))
    expect(reading.assemble([signature])).toEqual(readWire(wire).assemble([signature]))
  })

  test('is ready with our signature, and named by it', () => {
    const signature = sign(wire.subarray(65))
    const signed = readWire(wire).assemble([signature])
    expect(signed).toEqual({
      type: 'transaction',
      id: base58.encode(signature),
      raw: Uint8Array.of(1, ...signature, ...wire.subarray(65)),
    })
  })

  test('is partial while another signature is missing, and then complete', () => {
    const ours = sign(signedPart)
    const partial = readWire(shared).assemble([ours])
    expect(partial.type).toBe('partial')
    const raw = 'raw' in partial ? partial.raw : new Uint8Array()
    expect(getTransactionDecoder().decode(raw).signatures).toEqual({
      [friend.address]: null,
      [self]: ours,
    })
    const theirs = sign(signedPart, friend.secret)
    const half = Uint8Array.from(shared)
    half.set(theirs, 1)
    expect(readWire(half).assemble([ours])).toMatchObject({
      type: 'transaction',
      id: base58.encode(theirs),
    })
  })

  test('a wrong signature of somebody else is refused', () => {
    const half = Uint8Array.from(shared)
    half.set(sign(signedPart, friend.secret), 1)
    expect(code(() => readWire(half))).toBeUndefined()
    half[1] = (half[1] ?? 0) ^ 1
    expect(code(() => readWire(half))).toBe('signature')
  })

  test('that we have signed already is refused', () => {
    const signed = Uint8Array.from(wire)
    signed.set(sign(wire.subarray(65)), 1)
    expect(code(() => readWire(signed))).toBe('not-valid')
  })

  test('a signature of other bytes is refused', () => {
    const reading = readWire(wire)
    const good = sign(wire.subarray(65))
    expect(code(() => reading.assemble([good]))).toBeUndefined()
    expect(code(() => reading.assemble([sign(wire)]))).toBe('signature')
    expect(code(() => reading.assemble([sign(wire.subarray(65), friend.secret)]))).toBe('signature')
    expect(code(() => reading.assemble([good.subarray(0, 63)]))).toBe('signature')
    expect(code(() => reading.assemble([good, good]))).toBe('signature')
    expect(code(() => reading.assemble([]))).toBe('signature')
  })

  test('a transaction of others is refused', () => {
    const pay = instruction(named('program'), [[friend.address, 'sw']], [])
    expect(code(() => readWire(wireOf([pay], { payer: friend.address })))).toBe('wrong-account')
    // We are in it, and are not asked to sign.
    const about = instruction(named('program'), [[self, 'w']], [])
    expect(code(() => readWire(wireOf([about], { payer: friend.address })))).toBe('wrong-account')
  })

  test('of more bytes than a packet holds is refused', () => {
    const long = (length: number) =>
      wireOf([instruction(named('program'), [], new Uint8Array(length))])
    const room = 1232 - long(1000).length + 1000
    expect(long(room)).toHaveLength(1232)
    expect(code(() => readWire(long(room)))).toBeUndefined()
    expect(code(() => readWire(long(room + 1)))).toBe('limit')
  })

  test('with another number of signatures than signers is refused', () => {
    const message = messageOf()
    expect(code(() => readWire(unsigned(message)))).toBeUndefined()
    expect(code(() => readWire(Uint8Array.of(0, ...message)))).toBe('not-valid')
    expect(code(() => readWire(Uint8Array.of(2, ...new Uint8Array(128), ...message)))).toBe(
      'not-valid',
    )
  })

  test('of version 1 is refused', () => {
    expect(code(() => readWire(Uint8Array.of(0x81, ...wire)))).toBe('unsupported')
  })

  test("of another chain's account is refused", () => {
    const elsewhere = account('solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1', 0, us.addresses)
    const payload = encodePayload('transaction', wire)
    expect(code(() => chain.read(payload, elsewhere))).toBe('wrong-account')
    expect(code(() => chain.read(payload, us))).toBeUndefined()
  })

  test("is never one of another chain's kinds", () => {
    for (const kind of ['psbt', 'typed-data', 'authorization'] as const)
      expect(code(() => chain.read(encodePayload(kind, wire), us))).toBe('unsupported')
    expect(code(() => chain.read(encodePayload('transaction'), us))).toBe('missing')
  })
})
