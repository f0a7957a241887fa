import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { titlePattern, titles } from '../guards/find.ts'

const root = join(import.meta.dirname, '../..')

/** The rows of a table of attacks: each with the tests that answer it, as `path` "title". */
function rowsOf(text: string) {
  return text
    .split('\n')
    .filter((line) => /^\| W\d+ \|/.test(line))
    .map((line) => ({
      id: /W\d+/.exec(line)?.[0] ?? '',
      named: [...line.matchAll(/`([^`]+)`((?:,? "[^"]+")+)/g)].flatMap(([, file = '', list = '']) =>
        [...list.matchAll(/"([^"]+)"/g)].map(([, title = '']) => ({ file, title })),
      ),
    }))
}

function exists({ file, title }: { readonly file: string; readonly title: string }): boolean {
  const path = join(root, file)
  if (!existsSync(path)) return false
  const found = titles(file, readFileSync(path, 'utf8'))
  return found.some((one) => one === title || new RegExp(`^${titlePattern(one)}$`).test(title))
}

test('SECURITY.md names a test for every attack from the browser, and each of them exists', () => {
  const rows = rowsOf(readFileSync(join(root, 'SECURITY.md'), 'utf8'))
  const ids = new Set(rows.map(({ id }) => id))
  const wanted = Array.from({ length: 19 }, (_, index) => `W${index + 1}`)
  expect(wanted.filter((id) => !ids.has(id))).toEqual([])
  expect(rows.filter(({ named }) => named.length === 0)).toEqual([])
  expect(rows.flatMap(({ named }) => named).filter((one) => !exists(one))).toEqual([])
})

test('a row that names nothing, or a test that is not there, is noticed', () => {
  const [row] = rowsOf(
    '| W1 | an attack | `scripts/checks/attacks.test.ts` "no such test", "nor this" |',
  )
  expect(row?.named.map(exists)).toEqual([false, false])
  expect(rowsOf('| W2 | an attack | nobody looked |')).toEqual([{ id: 'W2', named: [] }])
  const file = 'scripts/checks/attacks.test.ts'
  const title = 'a row that names nothing, or a test that is not there, is noticed'
  expect(exists({ file, title })).toBe(true)
  expect(exists({ file: 'no/such.test.ts', title })).toBe(false)
})
