import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../../..')
const lines = readFileSync(join(root, 'extension/CHECKLIST.md'), 'utf8')
  .split('\n')
  .filter((line) => /^[0-9]+\. /.test(line))

test('each line of the checklist names tests that there are', () => {
  expect(lines.map((line) => parseInt(line, 10))).toEqual(
    Array.from({ length: 30 }, (_one, at) => at + 1),
  )
  const missing = lines.flatMap((line) => {
    const named = [...line.matchAll(/`([^`]+\.test\.ts)` "([^"]+)"/g)]
    if (named.length === 0 && !line.includes('nothing shows this')) return [line]
    return named.flatMap(([whole, file = '', name = '']) =>
      readFileSync(join(root, file), 'utf8').includes(`'${name}'`) ? [] : [whole],
    )
  })
  expect(missing).toEqual([])
})
