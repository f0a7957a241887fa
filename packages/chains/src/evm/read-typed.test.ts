import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { describe, expect, test } from 'vitest'
import { encodePayload } from '../payload.ts'
import { alice, chain, mail, sign } from './evm.fixture.ts'
import { typedDataPayload } from './payloads.ts'

describe('typed data', () => {
  test('of EIP-712’s example has its digest', () => {
    const reading = chain.read(typedDataPayload('v4', mail), alice)
    const [digest] = reading.digests()
    const message = digest?.message ?? new Uint8Array()
    expect(bytesToHex(message)).toBe(
      'be609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2',
    )
    expect(reading.explain()).toMatchObject({
      intents: [{ kind: 'typed-data', primaryType: 'Mail' }],
    })
    expect(reading.explain()).not.toHaveProperty('fee')
    const signed = reading.assemble([sign(message)])
    expect([27, 28]).toContain(signed.type === 'signature' && signed.signature[64])
  })

  test('needs a version that is known, and text', () => {
    const from =
      (...parts: Uint8Array[]) =>
      () =>
        chain.read(encodePayload('typed-data', ...parts), alice)
    const v4 = utf8ToBytes('v4')
    const json = utf8ToBytes(mail)
    expect(from(v4, json)().kind).toBe('typed-data')
    expect(from(v4)).toThrow('a version and JSON text')
    expect(from(v4, json, json)).toThrow('two parts')
    expect(from(utf8ToBytes('v1'), json)).toThrow('v3 or v4')
    expect(from(v4, Uint8Array.of(0xff))).toThrow('UTF-8')
    expect(from(v4, utf8ToBytes(`${mail} x`))).toThrow(
      expect.objectContaining({ name: 'ChainError' }),
    )
  })
})
