import { relative } from 'node:path'
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule, Vitest } from 'vitest/node'

/** What a run of the tests came to, as `tests.ts` reads it back. */
export type Report = {
  readonly files: number
  readonly passed: number
  /** How many tests have the name that `-t` asked for; null when it was not given. */
  readonly named: number | null
  readonly failures: readonly { readonly name: string; readonly error: string }[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  /** Errors that belong to no test. */
  readonly stray: readonly string[]
}

/** Writes a `Report` to the file that `TANDEM_REPORT` names, and lines about test files to stderr. */
export default class FileReporter implements Reporter {
  #pattern: RegExp | undefined

  onInit(vitest: Vitest) {
    this.#pattern = vitest.config.testNamePattern
  }

  onTestModuleEnd(module: TestModule) {
    const count = this.#named(module).length
    const seconds = module.diagnostic().duration / 1000
    const file = { name: name(module), count, seconds, ok: module.ok() }
    if (isWorthALine(file, process.env['TANDEM_TERMINAL'] === '1'))
      process.stderr.write(
        `  ${file.ok ? '·' : '✗'} ${file.name}: ${count} tests, ${seconds.toFixed(1)} s\n`,
      )
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]) {
    const tests = modules.flatMap((module) => this.#named(module))
    const title = (test: TestCase) => `${name(test.module)} > ${test.fullName}`
    const report: Report = {
      files: modules.length,
      passed: tests.filter((test) => test.result().state === 'passed').length,
      named: this.#pattern ? tests.length : null,
      failures: [
        ...modules.flatMap((module) => broken(module)),
        ...tests
          .filter((test) => test.result().state === 'failed' || test.result().state === 'pending')
          .map((test) => ({ name: title(test), error: text(test.result().errors ?? []) })),
      ],
      skipped: tests.flatMap((test) => {
        const result = test.result()
        if (result.state !== 'skipped') return []
        return [{ name: title(test), reason: result.note ?? reasonIn(test.fullName) }]
      }),
      stray: errors.map((error) => text([error])),
    }
    writeFileSync(process.env['TANDEM_REPORT'] ?? 'report.json', JSON.stringify(report))
  }

  /** What `-t` left out was not asked for: it is neither a test of this run nor skipped. */
  #named(module: TestModule): TestCase[] {
    return [...module.children.allTests()].filter((test) => hasName(test.fullName, this.#pattern))
  }
}

/** As vitest decides it, with the titles of the groups in front: `signing > refuses a nonce`. */
export function hasName(fullName: string, pattern: RegExp | undefined): boolean {
  return pattern === undefined || fullName.search(pattern) !== -1
}

/** In a log only slow and broken files matter; at a terminal every line says that it goes on. */
export function isWorthALine(
  file: { readonly count: number; readonly seconds: number; readonly ok: boolean },
  isTerminal: boolean,
): boolean {
  return !file.ok || file.seconds > 5 || (isTerminal && file.count > 0)
}

/** A file or a group of tests that broke outside of any test, in an import or a hook. */
function broken(module: TestModule): Report['failures'] {
  return [module, ...module.children.allSuites()]
    .filter((suite) => suite.errors().length > 0)
    .map((suite) => ({ name: `${name(module)} ${suite.type}`, error: text(suite.errors()) }))
}

/** A title may carry the reason itself, in brackets: `… (needs chromium)`, `… (long)`. */
function reasonIn(title: string): string {
  return /\(((?:needs|long|only|not)\b[^)]*)\)/.exec(title)?.[1] ?? ''
}

function text(errors: readonly { message?: string; stack?: string; diff?: string }[]): string {
  return errors
    .map(({ message, stack, diff }) =>
      [stack ?? message ?? 'unknown error', diff].filter(Boolean).join('\n'),
    )
    .join('\n')
}

function name(module: TestModule): string {
  return relative(process.cwd(), module.moduleId)
}
