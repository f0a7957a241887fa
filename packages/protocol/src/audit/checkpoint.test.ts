import { createPublicKey, verify } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { describe, expect, test } from 'vitest'
import { naiveConsistency, naiveRoot } from '../../test/naive-merkle.ts'
import { testRng } from '../testing.ts'
import {
  checkpointMessage,
  followCheckpoint,
  isSignedCheckpoint,
  signCheckpoint,
} from './checkpoint.ts'
import { leafHash } from './merkle.ts'

const identity = testRng('audit')('identity', 32)
const identityPk = ed25519.getPublicKey(identity)

const leavesOf = (story: string) => Array.from(story, (word) => leafHash(Buffer.from(word)))

/** What the owner of a log answers: every letter is an entry. */
function answer(story: string, from: number, at = 5n) {
  const leaves = leavesOf(story)
  const state = signCheckpoint(
    { length: BigInt(leaves.length), root: naiveRoot(leaves), at },
    identity,
  )
  const isProvable = from > 0 && from < leaves.length
  return { ...state, proof: isProvable ? naiveConsistency(leaves, from) : [] }
}

const keep = (story: string) => {
  const kept = followCheckpoint(undefined, answer(story, 0), identityPk)
  if (typeof kept === 'string') throw new Error(kept)
  return kept
}

describe('a device that keeps a checkpoint', () => {
  test('follows a log that only grows', () => {
    let kept = keep('a')
    for (const story of ['a', 'ab', 'abc', 'abcdefgh', 'abcdefgh', 'abcdefghi']) {
      const next = followCheckpoint(kept, answer(story, Number(kept.length)), identityPk)
      if (typeof next === 'string') throw new Error(next)
      kept = next
      expect(kept.length).toBe(BigInt(story.length))
    }
  })

  test('a checkpoint that another key signed, or that was changed, is forged', () => {
    const kept = keep('abc')
    const good = answer('abcd', 3)
    expect(followCheckpoint(kept, good, testRng('other')('identity', 32))).toBe('forged')
    expect(followCheckpoint(kept, { ...good, length: 5n }, identityPk)).toBe('forged')
    expect(followCheckpoint(kept, { ...good, at: 6n }, identityPk)).toBe('forged')
    expect(followCheckpoint(kept, { ...good, root: kept.root }, identityPk)).toBe('forged')
    expect(followCheckpoint(kept, { ...good, signature: kept.signature }, identityPk)).toBe(
      'forged',
    )
  })

  test('a log that became shorter was set back', () => {
    expect(followCheckpoint(keep('abcd'), answer('abc', 4), identityPk)).toBe('rollback')
    expect(followCheckpoint(keep('abcd'), answer('', 4), identityPk)).toBe('rollback')
  })

  test('a log with another past is a fork, whatever its length', () => {
    const kept = keep('abcd')
    for (const story of ['abcx', 'xbcd', 'abxde', 'abcxefgh', 'bacdefghi'])
      expect([story, followCheckpoint(kept, answer(story, 4), identityPk)]).toEqual([story, 'fork'])
    // The control: the same story goes on.
    expect(followCheckpoint(kept, answer('abcdefghi', 4), identityPk)).toMatchObject({ length: 9n })
  })

  test('has a signature that OpenSSL accepts, over the message that the document names', () => {
    const state = answer('abc', 0)
    const key = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(identityPk).toString('base64url') },
      format: 'jwk',
    })
    expect(verify(null, checkpointMessage(state), key, state.signature)).toBe(true)
    expect(isSignedCheckpoint(state, identityPk)).toBe(true)
  })
})
