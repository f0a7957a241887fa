import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { deal, flip } from '../../test/deal.ts'
import { ascii, concat, toBigInt, u64 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import { ED25519, ED25519_ORDER as L, TAPROOT, mod, suites } from '../core/suite.ts'
import { type Rng, hedgedRng } from '../rng.ts'
import { testRng } from '../testing.ts'
import {
  type FrostInput,
  type FrostTask,
  answerS1,
  openS1,
  prepareFrost,
  startFrost,
} from './sign.ts'
import type { FrostSuiteId } from './suite.ts'

const keys = { 2: deal(2, 'hedge'), 3: deal(3, 'hedge') }

/** A machine whose entropy never changes: a snapshot that is started again and again. */
const stuck = {
  key: new Uint8Array(32).fill(1),
  os64: new Uint8Array(64).fill(2),
  bootCounter: 3n,
  incarnation: new Uint8Array(16).fill(4),
}
const hedged = (context: Uint8Array, body: Uint8Array): Rng =>
  hedgedRng(stuck, H('hedge', context, body))

function task(suite: FrostSuiteId, me: 1 | 2 | 3, change: Partial<FrostInput> = {}): FrostTask {
  return prepareFrost({
    key: keys[suite].get(me)!,
    me,
    signers: [1, 2],
    path: [7],
    message: ascii('pay alice'),
    requestId: new Uint8Array(16),
    index: 0,
    attempt: 1,
    ...change,
  })
}

/** The nonce commitments of a responder with stuck entropy. */
function answer(mine: FrostTask, theirs: FrostTask, seed: string) {
  const { s1 } = startFrost(theirs, testRng(seed))
  return answerS1(openS1(mine, s1), hedged(mine.context, s1)).s2
}

describe('hedge', () => {
  test.for([TAPROOT, ED25519] as const)(
    'row 22: with constant entropy, any change of the input changes the nonces (suite %i)',
    (suite) => {
      const key = keys[suite].get(2)!
      const other = deal(suite, 'another').get(2)!
      const changes: Partial<FrostInput>[] = [
        {},
        { message: ascii('pay mallory') },
        { path: [8] },
        { requestId: flip(new Uint8Array(16), 5) },
        { index: 1 },
        { attempt: 2 },
        { key: { ...key, epochSid: flip(key.epochSid, 0) } },
        { key: { ...key, keyId: flip(key.keyId, 0) } },
        { key: { ...key, chainCode: flip(key.chainCode, 0) } },
        { key: other },
      ]
      const answers = changes.map((change) => {
        const publicOf = change.key ?? key
        const first = keys[suite].get(1)!
        const theirs = {
          ...first,
          keyId: publicOf.keyId,
          epochSid: publicOf.epochSid,
          chainCode: publicOf.chainCode,
          publicKey: publicOf.publicKey,
        }
        return answer(task(suite, 2, change), task(suite, 1, { ...change, key: theirs }), 'e')
      })
      answers.push(answer(task(suite, 2), task(suite, 1), 'other commitments'))
      answers.push(
        answer(task(suite, 2, { signers: [2, 3] }), task(suite, 3, { signers: [2, 3] }), 'e'),
      )
      const length = 2 * suites[suite].pointLength
      const commitments = answers.map((s2) => Buffer.from(s2.slice(0, length)).toString('hex'))
      expect(new Set(commitments).size).toBe(changes.length + 2)

      // The control: nothing changed, nothing changes.
      expect(answer(task(suite, 2), task(suite, 1), 'e')).toEqual(answers[0])
    },
  )

  test('row 22: an initiator with constant entropy never repeats a counter, so never a nonce', () => {
    for (const suite of [TAPROOT, ED25519] as const) {
      const mine = task(suite, 1)
      const start = (counter: bigint) => startFrost(mine, hedged(mine.context, u64(counter))).s1
      expect(start(1n)).toEqual(start(1n))
      expect(start(1n)).not.toEqual(start(2n))
    }
  })

  test('row 52: one S1 against two payloads draws two nonces, although the entropy is stuck', () => {
    for (const suite of [TAPROOT, ED25519] as const) {
      const payloads = [ascii('pay alice'), ascii('pay mallory')]
      const { s1 } = startFrost(task(suite, 1), testRng('e'))
      const commitments = payloads.map((message) => {
        const mine = task(suite, 2, { message })
        // The sender names what it wants signed and keeps its commitments.
        const named = concat(mine.context, s1.slice(32))
        const { s2 } = answerS1(openS1(mine, named), hedged(mine.context, named))
        return Buffer.from(s2.slice(0, 2 * suites[suite].pointLength)).toString('hex')
      })
      expect(new Set(commitments).size).toBe(2)
    }
  })

  test('row 52: three answers over one pair of nonces give the share away, and only without the hedge', () => {
    const share = keys[3].get(2)!
    const attack = (rng: (context: Uint8Array, body: Uint8Array) => Rng): Uint8Array => {
      const rows = ['a', 'b', 'c'].map((text) => {
        const mine = task(ED25519, 2, { message: ascii(text), path: [] })
        const theirs = task(ED25519, 1, { message: ascii(text), path: [] })
        const { s1 } = startFrost(theirs, testRng('e'))
        const { s2 } = answerS1(openS1(mine, s1), rng(mine.context, s1))
        return equation(mine, s1.slice(32), s2)
      })
      return suites[3].encodeScalar(solveShare(rows))
    }
    const weakened = attack(() => testRng('stuck'))
    expect(weakened).toEqual(share.secret)
    expect(attack(hedged)).not.toEqual(share.secret)
  })
})

/** z = d + rho·e + (lambda·c)·s, over the two commitments of a signature: RFC 9591, section 4. */
function equation({ address, message }: FrostTask, theirs: Uint8Array, s2: Uint8Array) {
  const id = (n: number) => suites[3].encodeScalar(BigInt(n))
  const wide = (...parts: Uint8Array[]) => mod(toBigInt(sha512(concat(...parts)).toReversed()), L)
  const name = ascii('FROST-ED25519-SHA512-v1')
  const list = concat(id(1), theirs, id(2), s2.slice(0, 64))
  const prefix = concat(
    name,
    ascii('rho'),
    address.publicKey,
    sha512(concat(name, ascii('msg'), message)),
    sha512(concat(name, ascii('com'), list)),
  )
  const rho = [1, 2].map((n) => wide(prefix, id(n)))
  const point = (bytes: Uint8Array) => ed25519.Point.fromBytes(bytes)
  const R = point(theirs.slice(0, 32))
    .add(point(theirs.slice(32)).multiply(rho[0]!))
    .add(point(s2.slice(0, 32)))
    .add(point(s2.slice(32, 64)).multiply(rho[1]!))
  const challenge = wide(R.toBytes(), address.publicKey, message)
  // lambda of party 2 with party 1: 1 / (1 - 2) = -1.
  return {
    rho: rho[1]!,
    k: mod(-challenge, L),
    z: suites[3].decodeScalar(s2.slice(64), 'z'),
  }
}

/** Eliminates d and e from three equations. */
function solveShare(rows: { rho: bigint; k: bigint; z: bigint }[]): bigint {
  const [a, b, c] = rows
  const minus = (x: typeof a, y: typeof a) => ({
    rho: mod(x!.rho - y!.rho, L),
    k: mod(x!.k - y!.k, L),
    z: mod(x!.z - y!.z, L),
  })
  const [p, q] = [minus(a, b), minus(a, c)]
  const k = mod(p.k * q.rho - q.k * p.rho, L)
  const z = mod(p.z * q.rho - q.z * p.rho, L)
  return mod(z * ed25519.Point.Fn.inv(k), L)
}
