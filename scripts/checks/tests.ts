import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Check, type Result, run, verdict } from './check.ts'
import type { Report } from './report.ts'
import { spawn } from 'node:child_process'

export type Selection = {
  /** Projects of `vitest.config.ts`; none means all. */
  readonly projects: readonly string[]
  /** Handed to vitest as they are: parts of file names, `-t <name>`. */
  readonly filters: readonly string[]
  readonly long: boolean
}

/** Every test of the selected projects, each counted by itself. */
export function tests(root: string, { projects, filters, long }: Selection): Check {
  return {
    name: 'unit',
    async run() {
      await install(root)
      const folder = mkdtempSync(join(tmpdir(), 'tandem-tests-'))
      const report = join(folder, 'report.json')
      const args = [
        'run',
        '--passWithNoTests',
        `--reporter=${join(root, 'scripts', 'checks', 'report.ts')}`,
        ...projects.flatMap((project) => ['--project', project]),
        ...filters,
      ]
      const env = {
        TANDEM_REPORT: report,
        TANDEM_TERMINAL: process.stdout.isTTY ? '1' : '0',
        ...(long ? { TANDEM_LONG: '1' } : {}),
        ...chromium(),
      }
      try {
        const { code, output } = await follow(
          join(root, 'node_modules/.bin/vitest'),
          args,
          root,
          env,
        )
        if (!existsSync(report)) return verdict([output.trim() || `vitest ended with code ${code}`])
        return summary(JSON.parse(readFileSync(report, 'utf8')) as Report, code)
      } finally {
        rmSync(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Adds up a report. A skipped test without a reason is a failure: nobody would know why. */
export function summary(report: Report, code: number): Result {
  const silent = report.skipped.filter(({ reason }) => reason === '')
  const problems = [
    ...report.failures.map(({ name, error }) => `${name}\n${error}`),
    ...report.stray,
    ...silent.map(({ name }) => `${name}\nis skipped without a reason: use context.skip(reason)`),
  ]
  if (report.files === 0) problems.push('no test file was found')
  else if (report.named === 0 && problems.length === 0) problems.push('no test has this name')
  if (problems.length === 0 && code !== 0) problems.push(`vitest ended with code ${code}`)
  return {
    passed: report.passed,
    failed: problems.length,
    skipped: report.skipped.length - silent.length,
    note: [`${report.files} files`, ...reasons(report)].join('\n  skipped: '),
    problems,
  }
}

function reasons({ skipped }: Report): string[] {
  const counts = new Map<string, number>()
  for (const { reason } of skipped)
    if (reason !== '') counts.set(reason, (counts.get(reason) ?? 0) + 1)
  return [...counts].map(([reason, count]) => `${count} × ${reason}`)
}

/** Runs vitest: its progress goes straight to the terminal, the rest is kept for when it fails. */
function follow(command: string, args: string[], cwd: string, env: Record<string, string>) {
  return new Promise<{ code: number; output: string }>((resolve) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (/^ {2}[·✗] /.test(text)) process.stdout.write(text)
    })
    child.on('error', (error) => {
      resolve({ code: 127, output: error.message })
    })
    child.on('close', (code) => {
      resolve({ code: code ?? 1, output })
    })
  })
}

/** What tests need from Debian: a program, the package that has it, and the files that ask for it. */
const wanted = [
  ['/usr/bin/chromium', 'chromium', 'tests/{browser/**/*,e2e/**/*,**/*.browser}.test.ts'],
  ['/usr/bin/firefox-esr', 'firefox-esr', 'tests/firefox/**/*.test.ts'],
  ['/usr/bin/softhsm2-util', 'softhsm2', 'daemon/**/*.test.ts'],
  ['/usr/bin/swtpm', 'swtpm', 'daemon/**/*.test.ts'],
  ['/usr/bin/swtpm_setup', 'swtpm-tools', 'daemon/**/*.test.ts'],
  ['/usr/bin/tpm2', 'tpm2-tools', 'daemon/**/*.test.ts'],
  ['/usr/bin/strace', 'strace', '{daemon,tests/daemon}/**/*.test.ts'],
] as const

/** Where a person says that theirs is. */
const own: Readonly<Record<string, string>> = {
  chromium: 'TANDEM_CHROMIUM',
  'firefox-esr': 'TANDEM_FIREFOX',
}

/**
 * Installs what is missing when this is root on Debian; otherwise the tests that need it skip
 * themselves and say so.
 */
async function install(root: string): Promise<void> {
  const missing = wanted.filter(
    ([program, name, files]) =>
      !existsSync(program) &&
      process.env[own[name] ?? ''] === undefined &&
      globSync(files, { cwd: root, exclude: ['**/node_modules'] }).length > 0,
  )
  const isRoot = process.getuid?.() === 0
  if (missing.length === 0 || !isRoot || !existsSync('/usr/bin/apt-get')) return
  const packages = missing.map(([, name]) => name)
  process.stdout.write(`· installing ${packages.join(', ')} with apt-get\n`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update', '-q'], { cwd: root, env })
  const args = ['install', '-q', '-y', '--no-install-recommends', ...packages]
  const { code, output } = await run('apt-get', args, { cwd: root, env })
  if (code !== 0) process.stdout.write(`${output.trim().split('\n').slice(-5).join('\n')}\n`)
}

/** Tests in `tests/browser/`, or named `*.browser.test.ts`, find the browser in `TANDEM_CHROMIUM`. */
function chromium(): Record<string, string> {
  if (process.env['TANDEM_CHROMIUM'] !== undefined || !existsSync('/usr/bin/chromium')) return {}
  return { TANDEM_CHROMIUM: '/usr/bin/chromium' }
}
