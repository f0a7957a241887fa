import { inspect } from 'node:util'
import { ed25519 } from '@noble/curves/ed25519.js'
import { schnorr } from '@noble/curves/secp256k1.js'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal, flip } from '../../test/deal.ts'
import { abortOf, both, dealt, exchange, input, requestId } from '../../test/frost.ts'
import { ProtocolAbort, UsageError } from '../abort.ts'
import { isZero } from '../core/bytes.ts'
import { once } from '../core/once.ts'
import { TAPROOT } from '../core/suite.ts'
import { testRng } from '../testing.ts'
import {
  type FrostInput,
  answerS1,
  discardFrost,
  finishS2,
  frostContext,
  isSignature,
  openS1,
  prepareFrost,
  startFrost,
} from './sign.ts'

describe('frost', () => {
  test('any two of three holders sign any message for any path, in two messages', () => {
    const pair = fc.constantFrom([1, 2], [1, 3], [2, 3])
    const path = fc.array(fc.nat(2 ** 31 - 1), { maxLength: 5 })
    fc.assert(
      fc.property(
        fc.constantFrom(...both),
        pair,
        path,
        fc.uint8Array({ maxLength: 200 }),
        fc.boolean(),
        fc.string(),
        (suite, signers, path, message, turned, seed) => {
          const [first, second] = turned ? [signers[1], signers[0]] : [signers[0], signers[1]]
          const shared = { signers, path, message }
          const ours = prepareFrost(input(suite, first, shared))
          const theirs = prepareFrost(input(suite, second, shared))
          const { state, s1 } = startFrost(ours, testRng('a' + Buffer.from(seed).toString('hex')))
          const { s2 } = answerS1(
            openS1(theirs, s1),
            testRng('b' + Buffer.from(seed).toString('hex')),
          )
          const { signature } = finishS2(state, s2)
          expect([s1.length, s2.length]).toEqual(suite === TAPROOT ? [98, 98] : [96, 96])
          expect(signature.length).toBe(64)
          const key = ours.address.publicKey
          expect(
            suite === TAPROOT
              ? schnorr.verify(signature, message, key.slice(1))
              : ed25519.verify(signature, message, key, { zip215: false }),
          ).toBe(true)
          expect(isSignature(theirs, signature)).toBe(true)
          expect(isSignature(theirs, flip(signature, 3))).toBe(false)
          expect(isSignature(theirs, signature.slice(1))).toBe(false)
        },
      ),
      { numRuns: process.env['TANDEM_LONG'] === '1' ? 2000 : 12 },
    )
  })

  test('row 34: a signer set that is not exactly t holders is refused', () => {
    const sets = [[], [1], [1, 2, 3], [2, 1], [1, 1], [2, 3], [1, 4], [0, 1], [1, 256]]
    for (const suite of both)
      for (const signers of sets)
        expect(() => prepareFrost(input(suite, 1, { signers }))).toThrow(UsageError)
    const key = deal(2, 'three', { t: 3 }).get(1)!
    expect(() => prepareFrost(input(2, 1, { key }))).toThrow(UsageError)
    expect(() => prepareFrost(input(2, 1, { key, signers: [1, 2, 3] }))).toThrow(UsageError)
  })

  test('an ECDSA key does not sign with FROST', () => {
    const key = deal(1, 'ecdsa').get(1)!
    expect(() => prepareFrost(input(2, 1, { key }))).toThrow(UsageError)
  })

  test('row 38: a hardened path is refused, and a tweak cannot be handed in', () => {
    for (const suite of both) {
      expect(() => prepareFrost(input(suite, 1, { path: [86, 2 ** 31] }))).toThrow('path')
      const smuggled = { ...input(suite, 1), tweak: 5n, shift: 5n, address: { shift: 5n } }
      expect(prepareFrost(smuggled).address).toEqual(prepareFrost(input(suite, 1)).address)
    }
  })

  test('row 54: a difference in any agreed value is HDR_MISMATCH', () => {
    for (const suite of both) {
      const base = input(suite, 2)
      const differences: Partial<FrostInput>[] = [
        { message: flip(base.message, 0) },
        { message: base.message.slice(1) },
        { requestId: flip(requestId, 7) },
        { index: 1 },
        { attempt: 2 },
        { path: [...base.path, 0] },
        { path: base.path.slice(1) },
        { key: { ...base.key, epochSid: flip(base.key.epochSid, 1) } },
        { key: { ...base.key, keyId: flip(base.key.keyId, 1) } },
        { key: { ...base.key, chainCode: flip(base.key.chainCode, 1) } },
        { signers: [2, 3] },
      ]
      const { s1 } = startFrost(prepareFrost(input(suite, 1)), testRng('a'))
      expect(openS1(prepareFrost(base), s1).task.peer).toBe(1)
      for (const change of differences) {
        const peer = change.signers ? 3 : 1
        expect(abortOf(() => openS1(prepareFrost(input(suite, 2, change)), s1))).toEqual({
          code: 'HDR_MISMATCH',
          culprit: peer,
        })
      }
    }
  })

  test('a state finishes once, whatever the first answer was', () => {
    for (const suite of both)
      for (const first of [
        (s2: Uint8Array) => s2,
        (s2: Uint8Array) => flip(s2, 777),
        () => new Uint8Array(0),
      ]) {
        const { state, s2 } = exchange(suite)
        try {
          finishS2(state, first(s2))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolAbort)
        }
        expect(() => finishS2({ ...state }, s2)).toThrow('used before')
      }
  })

  test('the nonces are wiped, whatever came back', () => {
    for (const suite of both)
      for (const first of [(s2: Uint8Array) => s2, () => new Uint8Array(0)]) {
        const { state, s2 } = exchange(suite)
        const nonces = state.nonces.take()
        expect(isZero(nonces.hiding) || isZero(nonces.binding)).toBe(false)
        try {
          finishS2({ ...state, nonces: once('test', nonces) }, first(s2))
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolAbort)
        }
        expect(isZero(nonces.hiding) && isZero(nonces.binding)).toBe(true)
      }
  })

  test('a discarded attempt has wiped its nonces and does not finish', () => {
    const { state, s2 } = exchange(TAPROOT)
    const nonces = state.nonces.take()
    const kept = { ...state, nonces: once('signing state', nonces) }
    discardFrost(kept)
    expect(isZero(nonces.hiding) && isZero(nonces.binding)).toBe(true)
    expect(() => finishS2(kept, s2)).toThrow('used before')
  })

  test('a state shows no secret in a log', () => {
    for (const suite of both) {
      const { state, theirs, s1 } = exchange(suite)
      const text = [state, theirs, openS1(theirs, s1)]
        .flatMap((value) => [JSON.stringify(value), inspect(value, { depth: 9 })])
        .join()
      for (const me of [1, 2]) {
        const secret = Array.from(dealt[suite].get(me)!.secret.slice(0, 4))
        expect(text).not.toMatch(new RegExp(secret.join(String.raw`\D+`)))
        expect(text).not.toMatch(new RegExp(`0":${secret[0]},"1":${secret[1]},`))
      }
    }
  })

  test('an S1 is answered once', () => {
    for (const suite of both) {
      const { s1, theirs } = exchange(suite)
      const opened = openS1(theirs, s1)
      answerS1(opened, testRng('a'))
      expect(() => answerS1(opened, testRng('b'))).toThrow(UsageError)
    }
  })

  test('the nonces are two labelled draws of 32 bytes, and no more', () => {
    for (const suite of both) {
      const draws: [string, number][] = []
      startFrost(prepareFrost(input(suite, 1)), (label, length) => {
        draws.push([label, length])
        return testRng('a')(label, length)
      })
      expect(draws).toEqual([
        ['frost-0', 32],
        ['frost-1', 32],
      ])
    }
  })

  test("signing leaves the caller's share, message and bytes as they were", () => {
    for (const suite of both) {
      const before = structuredClone(dealt[suite].get(1)!)
      const { s1, s2, state } = exchange(suite)
      const copies = [s1.slice(), s2.slice()]
      finishS2(state, s2)
      expect([s1, s2]).toEqual(copies)
      expect(dealt[suite].get(1)).toEqual(before)
    }
  })

  test('the context is the hash that S1 begins with', () => {
    const { s1, ours } = exchange(TAPROOT)
    expect(s1.slice(0, 32)).toEqual(frostContext(input(TAPROOT, 1)))
    expect(ours.context).toEqual(frostContext(input(TAPROOT, 2)))
  })
})
