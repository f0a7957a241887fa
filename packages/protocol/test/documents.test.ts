import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { messageTypes } from '../src/wire/message-types.ts'

const folder = join(import.meta.dirname, '..')
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
const protocol = text('PROTOCOL.md')

/** The rows of the table under a heading, cut into cells. */
function table(heading: string): string[][] {
  const from = protocol.indexOf(`## ${heading}`)
  expect(from, `${heading} is a section`).toBeGreaterThan(0)
  const section = protocol.slice(from).split('\n## ')[0]!
  return section
    .split('\n')
    .filter((line) => /^\| (?:0x)?[0-9a-f]+ \|/.test(line))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
}

describe('PROTOCOL.md', () => {
  test('lists every message with its number and its longest body', () => {
    const listed = table('Appendix E. Messages').map(([number, name, length]) => [
      name,
      { code: Number(number), maxLength: Number(length) },
    ])
    expect(Object.fromEntries(listed)).toEqual(messageTypes)
  })

  test('lists every tag of a hash', () => {
    const union = text('src/core/hash.ts').split('export type Tag =')[1]!.split('\n\n')[0]!
    const tags = [...union.matchAll(/\| '([^']+)'/g)].map(([, tag]) => tag!)
    expect(tags.length).toBeGreaterThan(50)
    const appendix = protocol.split('## Appendix A. Tags')[1]!.split('\n## ')[0]!
    expect(tags.filter((tag) => !appendix.includes(`\`${tag}\``))).toEqual([])
  })

  test('names tests that exist, and every row that a test is named after', () => {
    const rows = table('Appendix F. Attacks')
    for (const [, , answered] of rows)
      for (const name of answered!.split(', ').filter((one) => !one.startsWith('`'))) {
        const path = name.startsWith('test/') ? name : `src/${name}`
        const found = globSync(`${path}{,.test.ts,.test,.ts,/*.test.ts}`, { cwd: folder })
        expect({ name, found: found.length > 0 }).toEqual({ name, found: true })
      }
    const known = new Set(rows.map(([row]) => Number(row)))
    for (const file of globSync('{src,test}/**/*.test.ts', { cwd: folder }))
      for (const [, row] of text(file).matchAll(/'rows? (\d+)/g))
        expect(known, `${file}: row ${row}`).toContain(Number(row))
  })

  test('has every section that the source points to', () => {
    const headings = [...protocol.matchAll(/^#+ (?:\d+\. |Appendix [A-Z]\. )?(.+)$/gm)].map(
      ([, name]) => name!,
    )
    const paragraphs = [...protocol.matchAll(/^\*\*([^*]+?)\.?\*\*/gm)].map(([, name]) => name!)
    const known = [...headings, ...paragraphs]
    for (const file of globSync('src/**/*.ts', { cwd: folder }))
      for (const [, names] of text(file).matchAll(
        /PROTOCOL\.md,((?:[\s*]*(?:and|,)?[\s*]*"[^"]+")+)/g,
      ))
        for (const [, name] of names!.matchAll(/"([^"]+)"/g)) {
          const wanted = name!.replaceAll(/\s*\n\s*\*\s*/g, ' ')
          expect(
            known.some((one) => one.toLowerCase().includes(wanted.toLowerCase())),
            `${file}: ${wanted}`,
          ).toBe(true)
        }
  })
})
