import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { forgetMac, keyedMac } from './keyed-mac.ts'

test('one after the other, under any keys, each is the HMAC of its message', () => {
  const some = fc.uint8Array({ minLength: 1, maxLength: 200 })
  fc.assert(
    fc.property(
      fc.array(some, { minLength: 1, maxLength: 3 }),
      fc.array(some, { maxLength: 20 }),
      (keys, messages) => {
        for (const [at, message] of messages.entries()) {
          const key = keys[at % keys.length]!
          expect(keyedMac(key, message)).toEqual(hmac(sha256, key, message))
        }
      },
    ),
    { seed: 5 },
  )
})

test('a key that was forgotten is read anew', () => {
  const [key, message] = [new Uint8Array(32).fill(1), Uint8Array.of(1, 2, 3)]
  const before = keyedMac(key, message)
  forgetMac(key)
  key.fill(2)
  expect(keyedMac(key, message)).toEqual(hmac(sha256, key, message))
  expect(keyedMac(key, message)).not.toEqual(before)
})
