import { describe, expect, test } from 'vitest'
import { pair } from '../../test/dkls.ts'
import { DecodeError, UsageError } from '../abort.ts'
import { concat, u16, u32 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { ECDSA, SECP256K1_ORDER as q, mod, suites } from '../core/suite.ts'
import { testRng } from '../testing.ts'
import { type SignInput, additiveShare, prepare, signHeader, signSid } from './prepare.ts'

const rng = testRng('what prepare is given')

describe('prepare', () => {
  const { initiator, responder, secret } = pair('prepare')

  test('row 34: only exactly t signers, holders all, sign', () => {
    expect(prepare(initiator, 'initiator').initiator).toBe(1)
    const wrong: Partial<SignInput>[] = [
      { signers: [1] },
      { signers: [1, 2, 3] },
      { signers: [2, 1] },
      { signers: [1, 1] },
      { signers: [1, 3] },
      { signers: [2, 3] },
      { signers: [] },
      { signers: [0, 2] },
      { quorum: { t: 3, holders: [1, 2, 3] } },
      { quorum: { t: 2, holders: [1, 3] } },
      { me: 2 },
    ]
    for (const change of wrong)
      expect(() => prepare({ ...initiator, ...change }, 'initiator')).toThrow(UsageError)
  })

  test('row 38: a hardened step is refused', () => {
    const path = [44 + 0x80000000]
    expect(() => prepare({ ...initiator, path }, 'initiator')).toThrow(DecodeError)
  })

  test('a share of another suite, a short message, a short request id are refused', () => {
    const { share } = initiator
    expect(() => prepare({ ...initiator, share: { ...share, suite: 2 } }, 'initiator')).toThrow(
      'ECDSA',
    )
    expect(() => prepare({ ...initiator, msgHash: new Uint8Array(31) }, 'initiator')).toThrow(
      'msgHash',
    )
    expect(() => prepare({ ...initiator, requestId: new Uint8Array(17) }, 'initiator')).toThrow(
      'requestId',
    )
  })

  test('the header frames everything that the request is', () => {
    const request = { ...initiator, path: [60, 3], index: 2, attempt: 7 }
    expect(signHeader(request)).toEqual(
      H(
        'sign-hdr',
        initiator.share.keyId,
        initiator.share.epochSid,
        Uint8Array.of(1, 2),
        Uint8Array.of(1),
        concat(u32(60), u32(3)),
        initiator.msgHash,
        initiator.requestId,
        u16(2),
        u32(7),
      ),
    )
  })

  test('row 30: any change of the request changes the header', () => {
    const changes: Partial<SignInput>[] = [
      { share: { ...initiator.share, keyId: rng('key', 32) } },
      { share: { ...initiator.share, epochSid: rng('epoch', 32) } },
      { signers: [1, 3] },
      { path: [0] },
      { msgHash: rng('message', 32) },
      { requestId: rng('request', 16) },
      { index: 1 },
      { attempt: 2 },
    ]
    const headers = [initiator, ...changes.map((change) => ({ ...initiator, ...change }))].map(
      (request) => signHeader(request).join(),
    )
    expect(new Set(headers).size).toBe(1 + changes.length)
  })

  test.for([
    [1, 2],
    [1, 3],
    [3, 2],
  ] as const)('the additive shares of %i and %i add up to the child key', (ids) => {
    const two = pair('additive', { path: [60, 1] }, ids)
    const one = prepare(two.initiator, 'initiator')
    const other = prepare(two.responder, 'responder')
    const sid = signSid(one.hdr, rng('a', 32), rng('b', 32), rng('c', 32))
    const sum = mod(additiveShare(one, sid) + additiveShare(other, sid), q)
    expect(sum).toBe(mod(two.secret + one.child.tweak, q))
    expect(suites[ECDSA].base.multiply(sum).toBytes()).toEqual(one.child.publicKey)
    expect(secret).not.toBe(sum)
  })

  test('additive shares are fresh in every attempt', () => {
    const one = prepare(initiator, 'initiator')
    const shares = ['x', 'y'].map((label) => additiveShare(one, rng(label, 32)))
    expect(shares[0]).not.toBe(shares[1])
    expect(additiveShare(prepare(responder, 'responder'), rng('x', 32))).not.toBe(shares[0])
  })
})
