import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { expect, test } from 'vitest'

const folder = join(import.meta.dirname, '..')

test('the example of the README is a program, and what it signs verifies', async () => {
  const [readme, example] = await Promise.all(
    ['README.md', 'test/example.ts'].map(async (name) => readFile(join(folder, name), 'utf8')),
  )
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)

  const { outcomes, publicKey, message } = await import('./example.ts')
  const [outcome] = outcomes
  if (outcome?.phase !== 'Complete' || !outcome.signature) throw new Error('expected a signature')
  const signature = outcome.signature.slice(0, 64)
  expect(secp256k1.verify(signature, message, publicKey, { prehash: false })).toBe(true)
})
