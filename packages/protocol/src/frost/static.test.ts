import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'

const folder = new URL('./', import.meta.url)
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

/** What a file does, without what it says about it. */
const code = (text: string): string => text.replaceAll(/\/\*[^]*?\*\/|\/\/.*$/gm, '')

describe('frost', () => {
  test("row 21: nonces, binding factors and challenges are the library's, none are made here", () => {
    expect(sources.map(({ name }) => name).toSorted()).toEqual([
      'adapter.ts',
      'library.ts',
      'messages.ts',
      'sign.ts',
      'suite.ts',
      'tweak.ts',
    ])
    for (const { name, text } of sources) {
      const body = code(text)
      // No hash of FROST's, no constant-time multiplication: nothing to build a nonce or a challenge of.
      if (name !== 'suite.ts') expect(body).not.toMatch(/@noble\/hashes/)
      expect(body).not.toMatch(/\.multiply\(/)
      expect(body).not.toMatch(/randomScalar|randomBytes|\.DKG\b|\.sign\(/)
      // Shifting a key to its address is the only arithmetic.
      if (name !== 'tweak.ts') expect(body).not.toMatch(/multiplyUnsafe|taggedHash|\bmod\(/)
    }
    // A hash is named once, for the library.
    const suite = code(sources.find(({ name }) => name === 'suite.ts')!.text)
    expect(suite.match(/@noble\/hashes|\bsha\w+/g)).toEqual([
      'sha512',
      '@noble/hashes',
      'sha2',
      'sha512',
    ])
    expect(suite).toMatch(/createFROST\(\{[^}]*\bhash: sha512,[^}]*\}\)/)
    const used = new Set(
      sources.flatMap(({ text }) =>
        [...code(text).matchAll(/\bnoble\.(\w+)/g)].map((one) => one[1]!),
      ),
    )
    expect([...used].toSorted()).toEqual([
      'Identifier',
      'aggregate',
      'commit',
      'public',
      'secret',
      'signShare',
      'verifyShare',
    ])
  })
})
