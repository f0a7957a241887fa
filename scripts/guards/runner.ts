// A process that runs named tests in a copy of the workspace, once for each mutant it is told of.
// It is its own process because a mutant may never come back: then its parent kills it.
import { createVitest, type TestCase, type Vitest } from 'vitest/node'

/** A run to make. Mutant 0 is the unchanged code. */
export type Job = {
  readonly mutant: number
  readonly files: readonly string[]
  readonly pattern: string
}

/** What became of every test of the files (`skipped` where the pattern does not match), and of files
 * that did not even load. */
export type Outcome = {
  readonly mutant: number
  readonly tests: readonly {
    readonly file: string
    readonly name: string
    readonly state: 'passed' | 'failed' | 'skipped' | 'pending'
    readonly durationMs: number
  }[]
  readonly broken: readonly string[]
}

const [root = process.cwd()] = process.argv.slice(2)

const vitest = await createVitest({
  root,
  config: false,
  watch: false,
  maxWorkers: 1,
  testTimeout: 120_000,
  hookTimeout: 120_000,
  include: ['**/*.test.{ts,tsx}'],
  // What a mutant prints is of no interest, only whether it is noticed.
  reporters: [{}],
  silent: true,
})

process.on('message', (job: Job) => {
  runJob(vitest, job).then(
    (outcome) => process.send?.(outcome),
    (error: unknown) => {
      process.stderr.write(`${String(error)}\n`)
      process.exit(1)
    },
  )
})
process.on('disconnect', () => process.exit(0))

async function runJob(runner: Vitest, { mutant, files, pattern }: Job): Promise<Outcome> {
  process.env['TANDEM_MUTANT'] = String(mutant)
  const project = runner.getRootProject()
  runner.setGlobalTestNamePattern(new RegExp(pattern))
  const specifications = files.map((file) => project.createSpecification(file))
  const { testModules, unhandledErrors } = await runner.runTestSpecifications(specifications)

  const outcomes = testModules.flatMap((module) =>
    [...module.children.allTests()].map((test) => ({
      file: module.moduleId,
      name: spacedName(test),
      state: test.result().state,
      durationMs: test.diagnostic()?.duration ?? 0,
    })),
  )
  const broken = testModules.flatMap((module) =>
    [module, ...module.children.allSuites()].flatMap((suite) =>
      suite.errors().map((error) => error.message),
    ),
  )
  return { mutant, tests: outcomes, broken: [...broken, ...unhandledErrors.map(String)] }
}

/** The name that vitest matches patterns against. */
function spacedName(test: TestCase): string {
  return test.fullName.replaceAll(' > ', ' ')
}
