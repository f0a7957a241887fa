import { relative } from 'node:path'
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestModule } from 'vitest/node'

/** What a run of the tests came to, as `tests.ts` reads it back. */
export type Report = {
  readonly files: number
  readonly passed: number
  readonly failures: readonly { readonly name: string; readonly error: string }[]
  readonly skipped: readonly { readonly name: string; readonly reason: string }[]
  /** Errors that belong to no test. */
  readonly stray: readonly string[]
}

/** Writes a `Report` to the file that `TANDEM_REPORT` names, and a line a test file to stderr. */
export default class FileReporter implements Reporter {
  onTestModuleEnd(module: TestModule) {
    const tests = [...module.children.allTests()]
    const seconds = (module.diagnostic().duration / 1000).toFixed(1)
    const mark = module.ok() ? '·' : '✗'
    process.stderr.write(`  ${mark} ${name(module)}: ${tests.length} tests, ${seconds} s\n`)
  }

  onTestRunEnd(modules: readonly TestModule[], errors: readonly SerializedError[]) {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const title = (test: (typeof tests)[number]) => `${name(test.module)} > ${test.fullName}`
    const report: Report = {
      files: modules.length,
      passed: tests.filter((test) => test.result().state === 'passed').length,
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
