import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { linesOf } from './changed.ts'
import { rules, titlePattern, titles, withSwitches } from './find.ts'
import { guards } from './guards.ts'

const root = join(import.meta.dirname, '..', '..')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-guards-test-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
})
afterEach(() => {
  rmSync(folder, { recursive: true, force: true })
})

const door = (condition: string, name: string) => `
export function enter(age: number): string {
  // SECURITY: nobody under 18 comes in. Test: src/door.test.ts "${name}"
  if (${condition}) throw new Error('too young')
  return 'welcome'
}
`
const doorTest = (body: string) => `
import { expect, test } from 'vitest'
import { enter } from './door.ts'
test('children stay out', () => { ${body} })
`

describe('a guard', () => {
  test('whose removal turns its test red is proven', async () => {
    write('door.ts', door('age < 18', 'children stay out'))
    write('door.test.ts', doorTest('expect(() => enter(7)).toThrow()'))
    expect(await guards(folder, { all: true })).toEqual({
      rules: 1,
      layout: 0,
      chosen: 1,
      noticed: 1,
      hung: 0,
      unproven: [],
      problems: [],
    })
  })

  test('whose removal nobody notices is reported', async () => {
    write('door.ts', door('age < 18', 'children stay out'))
    write('door.test.ts', doorTest("expect(enter(30)).toBe('welcome')"))
    const { noticed, problems } = await guards(folder, { all: true })
    expect(noticed).toBe(0)
    expect(problems).toEqual([expect.stringContaining('its test stays green')])
    expect(problems[0]).toContain('packages/house/src/door.ts:3')
  })

  test('whose removal makes its test hang is proven', async () => {
    const loop = `
export function count(step: number): number {
  // SECURITY: a step of 0 never ends. Test: src/door.test.ts "a step of 0 is refused"
  if (step === 0) throw new Error('no step')
  let steps = 0
  for (let at = 0; at < 10; at += step) steps += 1
  return steps
}`
    write('door.ts', loop)
    write(
      'door.test.ts',
      `import { expect, test } from 'vitest'
import { count } from './door.ts'
test('a step of 0 is refused', () => { expect(() => count(0)).toThrow() })`,
    )
    const found = await guards(folder, { all: true, patienceMs: 4000 })
    expect(found).toMatchObject({ noticed: 1, hung: 1, problems: [] })
  })

  test.for([
    ['names no test', door('age < 18', 'children stay out').replace(/ Test: .*/, '')],
    ['names a test that does not exist', door('age < 18', 'children come in')],
    ['names a file that does not exist', door('age < 18', 'x').replace('door.test', 'gate.test')],
  ] as const)('that %s is reported', async ([what, source]) => {
    write('door.ts', source)
    write('door.test.ts', doorTest('expect(() => enter(7)).toThrow()'))
    const { problems } = await guards(folder, { all: true })
    expect(problems.join('\n')).toContain(what)
  })

  test('whose test is red to begin with proves nothing', async () => {
    write('door.ts', door('age < 18', 'children stay out'))
    write('door.test.ts', doorTest('expect(() => enter(30)).toThrow()'))
    const { noticed, problems } = await guards(folder, { all: true })
    expect(noticed).toBe(0)
    expect(problems).toEqual([expect.stringContaining('not green to begin with')])
  })

  test('may name a test of a table by the title that the table gives it', async () => {
    write('door.ts', door('age < 18', 'a child of 7 stays out'))
    write(
      'door.test.ts',
      `import { expect, test } from 'vitest'
import { enter } from './door.ts'
for (const age of [7, 17])
  test(['a child of', age, 'stays out'].join(' '), () => { expect(() => enter(age)).toThrow() })`,
    )
    expect(await guards(folder, { all: true })).toMatchObject({ noticed: 1, problems: [] })
  })

  test('in another package is not met through a link to the original', async () => {
    write(
      'door.ts',
      door('age < 18', 'x').replace('src/door.test.ts "x"', 'tests/visit.test.ts "a visit"'),
    )
    place(
      'packages/house/package.json',
      '{"name":"house","type":"module","exports":"./src/door.ts"}',
    )
    place(
      'tests/visit.test.ts',
      `import { expect, test } from 'vitest'
import { enter } from 'house'
test('a visit', () => { expect(() => enter(7)).toThrow() })`,
    )
    mkdirSync(join(folder, 'tests/node_modules'), { recursive: true })
    symlinkSync(join(folder, 'packages/house'), join(folder, 'tests/node_modules/house'))
    expect(await guards(folder, { all: true })).toMatchObject({ noticed: 1, problems: [] })
  })
})

describe('a rule', () => {
  test('without a statement under it has no guard to remove', () => {
    const [rule] = rules(
      'a.ts',
      '/** SECURITY: big-endian. Test: src/a.test.ts "b" */\nexport type A = 1',
    )
    expect(rule).toEqual({
      line: 1,
      lastLine: 1,
      text: 'big-endian.',
      tests: [{ file: 'src/a.test.ts', title: 'b' }],
    })
  })

  test('may run over several lines and name several tests', () => {
    const [rule] = rules(
      'a.ts',
      `function f() {
  // SECURITY: first line
  // second line. Test: src/a.test.ts "one",
  // src/b.test.ts "two words"
  check()
}`,
    )
    expect(rule).toMatchObject({
      line: 2,
      lastLine: 5,
      text: 'first line second line.',
      tests: [
        { file: 'src/a.test.ts', title: 'one' },
        { file: 'src/b.test.ts', title: 'two words' },
      ],
    })
  })

  test('may guard the body of a loop', () => {
    const text = `for (const a of b)\n  // SECURITY: x. Test: a.test.ts "b"\n  if (a) throw c`
    const [rule] = rules('a.ts', text)
    expect(withSwitches(text, [{ id: 1, guard: rule!.guard! }])).toMatch(
      /!== '1' && \(a\)\) throw c$/,
    )
  })

  test('is no rule when it stands in a string', () => {
    expect(rules('a.ts', "export const a = '// SECURITY: no'")).toEqual([])
  })

  test.for([
    ['if (a) throw b', `if (ON && (a)) throw b`],
    ['if (a || b) return c', `if (ON && (a || b)) return c`],
    ['assert(a)', `if (ON) { assert(a) }`],
    ['for (const a of b) assert(a)', `if (ON) { for (const a of b) assert(a) }`],
    ['throw a', `if (ON) { throw a }`],
  ] as const)('switches off %s', ([statement, switched]) => {
    const text = `function f() {\n  // SECURITY: x. Test: a.test.ts "b"\n  ${statement}\n}`
    const [rule] = rules('a.ts', text)
    const result = withSwitches(text, [{ id: 7, guard: rule!.guard! }])
    expect(result.split('\n')[2]?.trim()).toBe(
      switched.replace('ON', `globalThis.process?.env.TANDEM_MUTANT !== '7'`),
    )
  })
})

test('titles are read as they are written', () => {
  const text = "test('a', f)\ntest.for([1])('b %s', f)\nit.skipIf(c)(`d ${e}`, f)\nother('g', f)"
  expect(titles('a.test.ts', text)).toEqual(['a', 'b %s', 'd ${e}'])
})

test('what a table fills in may be anything', () => {
  expect('row 3: (x) is refused').toMatch(new RegExp(`^${titlePattern('row %d: (x) is $what')}$`))
})

test('changed lines are the new ones, and both sides of a removal', () => {
  const diff = '+++ b/a.ts\n@@ -1,0 +2,2 @@\n@@ -9 +11,0 @@\n+++ b/b.ts\n@@ -1 +1 @@'
  const lines = linesOf(diff)
  expect([...lines.get('a.ts')!]).toEqual([2, 3, 11, 12])
  expect([...lines.get('b.ts')!]).toEqual([1])
})

function write(name: string, text: string) {
  place(`packages/house/src/${name}`, text)
}

function place(file: string, text: string) {
  mkdirSync(dirname(join(folder, file)), { recursive: true })
  writeFileSync(join(folder, file), text)
}
