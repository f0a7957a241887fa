import { secp256k1 } from '@noble/curves/secp256k1.js'
import { describe, expect, test } from 'vitest'
import { concat, toBigInt, u32, u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { nobleRistretto } from '../core/ristretto.ts'
import { SECP256K1_ORDER as q } from '../core/suite.ts'
import { derive } from '../hd/derive.ts'
import { baseSid, receiverFinish, receiverInit, senderFinish, senderInit } from '../ot/base.ts'
import type { OtSetup } from '../share/share.ts'
import { testRng } from '../testing.ts'
import { FLOW_LENGTH, encodeSignature } from './messages.ts'
import type { SignInput } from './sign.ts'
import { pair, rngs, sign } from '../../test/dkls.ts'

describe('sign', () => {
  test('both sides hold the same signature, which verifies under the key', () => {
    const two = pair('keys')
    const { initiator, responder, flows } = sign(two, rngs('nonces'))
    expect(initiator).toEqual(responder)
    expect(
      secp256k1.verify(
        encodeSignature(initiator).slice(0, 64),
        two.initiator.msgHash,
        two.initiator.share.publicKey,
        { prehash: false },
      ),
    ).toBe(true)
    expect(Object.values(flows).map((bytes) => bytes.length)).toEqual(Object.values(FLOW_LENGTH))
    expect(Object.values(FLOW_LENGTH)).toEqual([10_864, 51_028, 40_292, 65])
  })

  test('a signature for a path verifies under the child key', () => {
    const path = [84, 0, 0, 1, 5]
    const two = pair('keys', { path })
    const { share, msgHash } = two.initiator
    const child = derive(1, share.publicKey, share.chainCode, path)
    const { initiator } = sign(two, rngs('nonces'))
    const bytes = encodeSignature(initiator).slice(0, 64)
    expect(secp256k1.verify(bytes, msgHash, child.publicKey, { prehash: false })).toBe(true)
    expect(secp256k1.verify(bytes, msgHash, share.publicKey, { prehash: false })).toBe(false)
  })

  test.for([
    [1, 3],
    [2, 1],
    [3, 2],
  ] as const)('holders %i and %i sign, whichever begins', (ids) => {
    const two = pair('keys', {}, ids)
    expect(sign(two, rngs('nonces')).initiator).toEqual(sign(two, rngs('nonces')).responder)
  })
})

describe('with base transfers that the parties made', () => {
  /** One direction: `receiver` receives in the extension, so it sends in the base transfers. */
  function transfers(receiver: number, sender: number, seed: string) {
    const bsid = baseSid(H('dkg-sid2'), receiver, sender)
    const one = senderInit(nobleRistretto, testRng(`${seed}/one`))
    const other = receiverInit(nobleRistretto, bsid, testRng(`${seed}/other`))
    const asSender = receiverFinish(nobleRistretto, bsid, other, one.botA)
    return { asReceiver: senderFinish(nobleRistretto, bsid, one, other.botR, 'botR'), asSender }
  }

  test('both sides sign', () => {
    const forward = transfers(1, 2, 'forward')
    const backward = transfers(2, 1, 'backward')
    const { initiator, responder } = pair('real')
    const withOt = (input: SignInput, ot: OtSetup) => ({ ...input, peer: { ...input.peer, ot } })
    const signed = sign(
      {
        initiator: withOt(initiator, { ...backward, asReceiver: forward.asReceiver, otNo: 1 }),
        responder: withOt(responder, { ...forward, asReceiver: backward.asReceiver, otNo: 1 }),
      },
      rngs('real'),
    )
    expect(signed.initiator).toEqual(signed.responder)
  })
})

describe('many signatures', () => {
  test('row 48: every signature has a low s and recovers the key', () => {
    const runs = process.env['TANDEM_LONG'] === '1' ? 10_000 : 200
    const seen = new Set<number>()
    const nonces = new Set<bigint>()
    for (let run = 0; run < runs; run++) {
      const path = run % 3 === 0 ? [60, run] : []
      const two = pair(`key ${run % 4}`, { path, msgHash: H('request', u32(run)), attempt: run })
      const { initiator, responder } = sign(two, rngs(`run ${run}`))
      const { r, s, recovery } = initiator
      expect(responder).toEqual(initiator)
      expect(s <= q >> 1n).toBe(true)
      const { share, msgHash } = two.initiator
      const { point } = derive(1, share.publicKey, share.chainCode, path)
      const found = new secp256k1.Signature(r, s, recovery).recoverPublicKey(msgHash)
      expect(point.equals(found)).toBe(true)
      seen.add(recovery)
      nonces.add(r)
    }
    // Both parities of the nonce point; x above the order has its own test.
    expect(seen).toEqual(new Set([0, 1]))
    expect(nonces.size).toBe(runs)
  })

  test('row 48: a nonce point with even or odd y, whichever the sum is', () => {
    const seen = new Set<string>()
    for (let r = 1; seen.size < 4 && r < 40; r++) {
      const forced = (label: string, length: number) =>
        label === 'r' ? concat(new Uint8Array(47), u8(r)) : rngs('forced').initiator(label, length)
      const { initiator } = sign(pair('forced'), { ...rngs('forced'), initiator: forced })
      const other = toBigInt(rngs('forced').responder('r', 48)) % q
      const { y } = secp256k1.Point.BASE.multiply((other + BigInt(r)) % q).toAffine()
      seen.add(`${y & 1n} ${initiator.recovery}`)
    }
    // Equal when s was low as it came, different when it was negated.
    expect([...seen].toSorted()).toEqual(['0 0', '0 1', '1 0', '1 1'])
  })
})
