import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { recoverTransactionAddress } from 'viem'
import { expect, test } from 'vitest'
import { explanation, found, risk, signed } from './example.ts'

const folder = join(import.meta.dirname, '..')

test('the example of the README is a program that does what the README says', async () => {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const example = readFileSync(join(folder, 'test/example.ts'), 'utf8')
  expect(readme).toContain(`\`\`\`ts\n${example}\`\`\``)

  expect(explanation.intents).toMatchObject([{ kind: 'approve', amount: 'unlimited' }])
  expect(found.map(({ code }) => code)).toContain('unlimited-approval')
  expect(risk).toBe('high')
  if (signed.type !== 'transaction') throw new Error(signed.type)
  const serializedTransaction =
    `0x02${Buffer.from(signed.raw.subarray(1)).toString('hex')}` as const
  expect(`eip155:8453:${await recoverTransactionAddress({ serializedTransaction })}`).toBe(
    explanation.account,
  )
})
