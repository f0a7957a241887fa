import { existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Changed, changedLines } from './changed.ts'
import { copyWorkspace } from './copy.ts'
import { type NamedTest, type Rule, rules, titlePattern, titles, withSwitches } from './find.ts'
import { type Lane, lane } from './lane.ts'
import type { Outcome } from './runner.ts'

export type Options = {
  /** Remove every guard, not only the ones in changed lines. */
  readonly all?: boolean
  /** Compare with this commit instead of the usual one. */
  readonly base?: string
  /** How much longer than usual a test may take without its guard before it counts as stuck. */
  readonly patienceMs?: number
}

/** What the removal of guards showed. */
export type Findings = {
  readonly rules: number
  /** Rules without a statement to remove: for them only the existence of the test is checked. */
  readonly layout: number
  /** Guards whose removal was asked for, and the removals that turned a test red. */
  readonly chosen: number
  readonly noticed: number
  /** Of the noticed ones: the test never came back. */
  readonly hung: number
  /** Guards whose test does not run here, such as one of the long campaigns. */
  readonly unproven: readonly string[]
  readonly problems: readonly string[]
}

/** A rule, where it stands, and its tests as files of the repository. */
type Placed = Rule & {
  readonly id: number
  readonly file: string
  readonly named: readonly Found[]
}
type Found = { readonly file: string; readonly title: string; readonly exists: boolean }

/**
 * Takes security guards away, one at a time and in a copy, and demands that the test each of them
 * names turns red.
 */
export async function guards(root: string, options: Options = {}): Promise<Findings> {
  const placed = findRules(root)
  const changed = options.all ? undefined : await changedLines(root, options.base)
  const chosen = placed.filter((rule) => rule.guard && isChanged(rule, changed))
  const unsure = placed.filter(({ named }) => named.some(({ exists }) => !exists))

  const problems = placed.flatMap((rule) => wrongNames(rule))
  const counts = { chosen: chosen.length, noticed: 0, hung: 0 }
  const unproven: string[] = []
  const copy = chosen.length + unsure.length > 0 ? switchedCopy(root, placed) : undefined
  const lanes: Lane[] = []
  try {
    if (copy !== undefined) {
      const first = lane(copy, vectors(root))
      lanes.push(first)
      const missing = await missingTests(first, copy, unsure)
      problems.push(...missing.values())

      const known = chosen.filter(
        ({ id, named }) => !missing.has(id) && named.some(({ file }) => file !== ''),
      )
      const ready = known.filter(({ named }) => !named.some(isInBrowser))
      for (const rule of known)
        if (rule.named.some(isInBrowser))
          unproven.push(
            `${place(rule)} has its test in a browser, which runs a build without switches`,
          )
      const plain = await unchanged(first, copy, ready)
      if (typeof plain === 'string') problems.push(plain)
      else {
        if (ready.length > 3) lanes.push(lane(copy, vectors(root)))
        const waiting = [...ready]
        const work = async (on: Lane) => {
          for (let rule = waiting.shift(); rule; rule = waiting.shift()) {
            const verdict = await judge(on, copy, rule, plain, options.patienceMs ?? 30_000)
            if (verdict.kind === 'unproven') unproven.push(`${place(rule)} ${verdict.why}`)
            if (verdict.kind === 'wrong') problems.push(`${place(rule)} ${verdict.why}`)
            if (verdict.kind === 'noticed') counts.noticed += 1
            if (verdict.kind === 'noticed' && verdict.hung) counts.hung += 1
          }
        }
        await Promise.all(lanes.map((on) => work(on)))
      }
    }
  } finally {
    for (const on of lanes) on.close()
    if (copy !== undefined) rmSync(copy, { recursive: true, force: true })
  }
  const layout = placed.filter(({ guard }) => !guard).length
  return { rules: placed.length, layout, ...counts, unproven, problems }
}

/** These tests use a build of the extension, which is made once and knows no switch. */
const isInBrowser = ({ file }: Found): boolean => file.startsWith('tests/e2e/')

const sources = '{packages/*,daemon,extension}/src/**/*.{ts,tsx}'

function findRules(root: string): Placed[] {
  const files = globSync(sources, { cwd: root })
    .filter((file) => !/\.(test|contract)\.tsx?$/.test(file))
    .toSorted()
  const found = files.flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8')
    if (!text.includes('SECURITY:')) return []
    const home = file.slice(0, file.indexOf('/src/'))
    return rules(file, text).map((rule) => ({
      ...rule,
      file,
      named: rule.tests.map((test) => locate(root, home, test)),
    }))
  })
  return found.map((rule, index) => ({ ...rule, id: index + 1 }))
}

/** A test is named relative to its package; a whole-system test relative to the repository. */
function locate(root: string, home: string, { file, title }: NamedTest): Found {
  const path = [join(home, file), file].find((candidate) => existsSync(join(root, candidate)))
  if (path === undefined) return { file: '', title: `${file} "${title}"`, exists: false }
  const written = titles(path, readFileSync(join(root, path), 'utf8'))
  const exists = written.some(
    (candidate) => candidate === title || new RegExp(`^${titlePattern(candidate)}$`).test(title),
  )
  return { file: path, title, exists }
}

function isChanged(rule: Placed, changed: Changed | undefined): boolean {
  const lines = changed ? changed.get(rule.file) : 'all'
  if (lines === undefined || lines === 'all') return lines === 'all'
  for (let line = rule.line; line <= rule.lastLine; line += 1) if (lines.has(line)) return true
  return false
}

function wrongNames(rule: Placed): string[] {
  if (rule.named.length === 0)
    return [`${place(rule)} names no test. Write: Test: src/file.test.ts "name of the test"`]
  return rule.named
    .filter(({ file }) => file === '')
    .map(({ title }) => `${place(rule)} names a file that does not exist: ${title}`)
}

function switchedCopy(root: string, placed: readonly Placed[]): string {
  const copy = mkdtempSync(join(tmpdir(), 'tandem-guards-'))
  copyWorkspace(root, copy)
  for (const file of new Set(placed.map((rule) => rule.file))) {
    const switches = placed.flatMap(({ id, guard, file: its }) =>
      guard && its === file ? [{ id, guard }] : [],
    )
    const text = readFileSync(join(root, file), 'utf8')
    writeFileSync(join(copy, file), withSwitches(text, switches))
  }
  return copy
}

/** Published vectors lie beside the repository, where a copy of it does not find them. */
function vectors(root: string): Record<string, string> {
  const folder = process.env['VECTORS_DIR'] ?? join(root, '..', 'shared', 'vectors')
  return existsSync(folder) ? { VECTORS_DIR: folder } : {}
}

/** Titles that no reader of the file can see, as those of a table, are asked of the test runner. */
async function missingTests(
  on: Lane,
  copy: string,
  unsure: readonly Placed[],
): Promise<ReadonlyMap<number, string>> {
  const asked = unsure.flatMap((rule) =>
    rule.named
      .filter(({ file, exists }) => file !== '' && !exists)
      .map((found) => ({ ...found, rule })),
  )
  if (asked.length === 0) return new Map()
  const job = { mutant: 0, files: absolute(copy, asked), pattern: '$.^' }
  const answer = await on.run(job, 120_000)
  return new Map(
    asked
      .filter((found) => typeof answer === 'string' || matching(answer, copy, found).length === 0)
      .map(({ rule, file, title }) => [
        rule.id,
        `${place(rule)} names a test that does not exist: ${file} "${title}"`,
      ]),
  )
}

/** One run of all the chosen tests on unchanged code: they must be green to begin with. */
async function unchanged(
  on: Lane,
  copy: string,
  chosen: readonly Placed[],
): Promise<Outcome | string> {
  const named = chosen.flatMap((rule) => rule.named.filter(({ file }) => file !== ''))
  if (named.length === 0) return { mutant: 0, tests: [], broken: [] }
  const pattern = patternOf(named)
  const answer = await on.run({ mutant: 0, files: absolute(copy, named), pattern }, 20 * 60_000)
  if (typeof answer === 'string')
    return `the tests of the guards did not finish on unchanged code (${answer})`
  if (answer.broken.length > 0) return `on unchanged code: ${answer.broken.join('\n')}`
  return answer
}

type Verdict =
  | { readonly kind: 'noticed'; readonly hung: boolean }
  | { readonly kind: 'unproven' | 'wrong'; readonly why: string }

async function judge(
  on: Lane,
  copy: string,
  rule: Placed,
  plain: Outcome,
  patienceMs: number,
): Promise<Verdict> {
  const named = rule.named.filter(({ file }) => file !== '')
  const before = named.flatMap((found) => matching(plain, copy, found))
  const red = before.find(({ state }) => state === 'failed' || state === 'pending')
  if (red) return { kind: 'wrong', why: `its test is not green to begin with: ${red.name}` }
  const usualMs = before.reduce((sum, { durationMs }) => sum + durationMs, 0)
  if (!before.some(({ state }) => state === 'passed'))
    return before.length > 0
      ? { kind: 'unproven', why: 'its test is skipped here' }
      : { kind: 'wrong', why: `names a test that does not exist: ${named[0]?.title ?? ''}` }

  const job = { mutant: rule.id, files: absolute(copy, named), pattern: patternOf(named) }
  const answer = await on.run(job, patienceMs + 5 * usualMs)
  if (answer === 'hung') return { kind: 'noticed', hung: true }
  if (answer === 'died') return { kind: 'wrong', why: 'the test runner died without the guard' }
  const after = named.flatMap((found) => matching(answer, copy, found))
  const noticed = answer.broken.length > 0 || after.some(({ state }) => state === 'failed')
  if (noticed) return { kind: 'noticed', hung: false }
  const titleList = named.map(({ file, title }) => `${file} "${title}"`).join(', ')
  return { kind: 'wrong', why: `the guard can be removed and its test stays green: ${titleList}` }
}

function matching(outcome: Outcome, copy: string, { file, title }: Found): Outcome['tests'] {
  const pattern = new RegExp(`(^| )${titlePattern(title)}$`)
  return outcome.tests.filter((test) => test.file === join(copy, file) && pattern.test(test.name))
}

function patternOf(named: readonly Found[]): string {
  return `(^| )(${[...new Set(named.map(({ title }) => titlePattern(title)))].join('|')})$`
}

function absolute(copy: string, named: readonly Found[]): string[] {
  return [...new Set(named.map(({ file }) => join(copy, file)))]
}

function place(rule: Placed): string {
  return `${rule.file}:${rule.line} "${rule.text}"`
}
