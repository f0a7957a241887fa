// `npm test` and `npm run check`: every check, then every test, then one line that adds them up.
import { dirname } from 'node:path'
import { architecture } from './checks/architecture.ts'
import { type Check, type Result, tool, verdict } from './checks/check.ts'
import { decoders } from './checks/decoders.ts'
import { guardCheck } from './checks/guards.ts'
import { hygiene } from './checks/hygiene.ts'
import { lockfile } from './checks/lockfile.ts'
import { parse, usage } from './checks/options.ts'
import { tests } from './checks/tests.ts'

const root = dirname(import.meta.dirname)

const flags = understood()
if (flags?.help) process.stdout.write(usage)
else if (flags) await main(flags)

function understood() {
  try {
    return parse(process.argv.slice(2))
  } catch (error) {
    process.stdout.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.stdout.write('0 passed, 1 failed\n')
    process.exitCode = 1
    return undefined
  }
}

async function main({ only, projects, filters, ...flags }: ReturnType<typeof parse>) {
  const isWanted = ({ name }: Check) =>
    only.length === 0 ? filters.length === 0 || name === 'unit' : only.includes(name)

  // Two at a time where each uses one core; the tests and the guards use both by themselves.
  const light = [
    tool(root, 'types', 'tsc', '--project', '.'),
    tool(root, 'extension types', 'tsc', '--project', 'extension'),
    tool(root, 'lint', 'oxlint', '--deny-warnings'),
    tool(root, 'format', 'oxfmt', '--check'),
    architecture(root),
    tool(root, 'unused', 'knip', '--no-progress'),
    hygiene(root),
    lockfile(root),
    decoders(root),
  ].filter(isWanted)
  const unit = tests(root, { projects, filters, long: flags.long })
  const guard = guardCheck(root, {
    all: flags.guards || flags.long || process.env['TANDEM_FULL_GUARDS'] === '1',
    ...(flags.base === undefined ? {} : { base: flags.base }),
  })
  const heavy = [
    ...(isWanted(unit) || projects.length > 0 ? [unit] : []),
    ...(isWanted(guard) ? [guard] : []),
  ]

  const results = [...(await inTurn(light, 2)), ...(flags.quick ? [] : await inTurn(heavy, 1))]
  if (results.length === 0) results.push({ name: only.join(','), ...verdict(['is no step']) })
  const sum = (count: 'passed' | 'failed' | 'skipped') =>
    results.reduce((total, result) => total + result[count], 0)

  const broken = results.filter(({ failed }) => failed > 0).map(({ name }) => name)
  if (broken.length > 0) process.stdout.write(`\nnot green: ${broken.join(', ')}\n`)
  const skipped = sum('skipped') > 0 ? `, ${sum('skipped')} skipped` : ''
  process.exitCode = sum('failed') > 0 ? 1 : 0
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed${skipped}\n`)
}

type Named = Result & { readonly name: string }

async function inTurn(checks: readonly Check[], atOnce: number): Promise<Named[]> {
  const waiting = [...checks]
  const results: Named[] = []
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const start = performance.now()
      const result = { name: check.name, ...(await attempt(check)) }
      results.push(result)
      print(result, (performance.now() - start) / 1000)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return results
}

/** A check that throws has failed; the others still run. */
async function attempt(check: Check): Promise<Result> {
  try {
    return await check.run()
  } catch (error) {
    return verdict([error instanceof Error ? (error.stack ?? error.message) : String(error)])
  }
}

function print({ name, failed, passed, skipped, note, problems }: Named, seconds: number) {
  const mark = failed > 0 ? 'FAIL' : passed === 0 && skipped > 0 ? 'skip' : 'ok  '
  const counts = name === 'unit' ? `${passed} passed, ` : ''
  process.stdout.write(`${mark} ${name.padEnd(13)} ${seconds.toFixed(1)} s  ${counts}${note}\n`)
  const text = problems.join('\n\n').split('\n')
  for (const line of text.slice(0, 400))
    if (problems.length > 0) process.stdout.write(`     ${line}\n`)
  if (text.length > 400) process.stdout.write(`     … and ${text.length - 400} more lines\n`)
}
