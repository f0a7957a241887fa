import { describe, expect, test } from 'vitest'
import type { Entropy } from '../ports/entropy.ts'
import { type KeyWrap, KeyWrapError } from '../ports/key-wrap.ts'
import { contextOf, seal, unseal } from './envelope.ts'

/** Remembers instead of encrypting: what matters here is the envelope. */
function rememberingKeys(): KeyWrap {
  const known: { key: Uint8Array; context: Uint8Array }[] = []
  return {
    kind: 'key-file',
    async wrap(key, context) {
      known.push({ key: key.slice(), context })
      return Uint8Array.of(known.length)
    },
    async unwrap([place = 0], context) {
      const found = known[place - 1]
      if (!found || Buffer.compare(found.context, context) !== 0)
        throw new KeyWrapError('failed', 'no such key')
      return found.key.slice()
    },
    async close() {},
  }
}

let drawn = 0
const entropy: Entropy = {
  bytes: (length) => new Uint8Array(length).map((_, at) => (drawn += at + 1) & 0xff),
}
const secret = Uint8Array.from({ length: 100 }, (_, at) => at)
const place = contextOf('share', Uint8Array.of(1), 4)

describe('a sealed secret', () => {
  test('opens in its place', async () => {
    const keys = rememberingKeys()
    const blob = await seal(keys, entropy, secret, place)
    expect(await unseal(keys, blob, place)).toEqual(secret)
    expect(Buffer.from(blob).includes(Buffer.from(secret.subarray(0, 16)))).toBe(false)
  })

  test('opens nowhere else, and not when any byte was changed', async () => {
    const keys = rememberingKeys()
    const blob = await seal(keys, entropy, secret, place)
    const elsewhere = contextOf('share', Uint8Array.of(1), 5)
    await expect(unseal(keys, blob, elsewhere)).rejects.toMatchObject({ code: 'failed' })
    for (let at = 0; at < blob.length; at++) {
      const changed = blob.map((byte, index) => (index === at ? byte ^ 1 : byte))
      await expect(unseal(keys, changed, place)).rejects.toMatchObject({ name: 'KeyWrapError' })
    }
    for (const length of [0, 4, 7, 20, blob.length - 1])
      await expect(unseal(keys, blob.slice(0, length), place)).rejects.toMatchObject({
        name: 'KeyWrapError',
      })
  })

  test('has a context in which no part runs into the next', () => {
    expect(contextOf('ab', 'c')).not.toEqual(contextOf('a', 'bc'))
    expect(contextOf('a')).not.toEqual(contextOf('a', ''))
  })
})
