// `npm run bench -- [prefix ...]`: one JSON object a line on stdout, everything else on stderr.
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type Bench, measure } from './bench/bench.ts'
import { pointMultiplication } from './bench/yardstick.ts'

const root = dirname(import.meta.dirname)
const prefixes = process.argv.slice(2)
const isWanted = ({ name }: Bench) =>
  prefixes.length === 0 || prefixes.some((prefix) => name.startsWith(prefix))

const files = globSync('{packages/*,daemon,tests}/bench/**/*.bench.ts', { cwd: root }).toSorted()
const loaded = await Promise.all(
  files.map((file) => import(join(root, file)) as Promise<{ readonly benches: readonly Bench[] }>),
)
const benches = loaded.flatMap((module) => module.benches).filter((bench) => isWanted(bench))

// The first calls of anything are slow; the yardstick must not pay for that in the first round.
for (let call = 0; call < 20; call += 1) pointMultiplication()
process.stderr.write(
  `yardstick: one point multiplication, ${pointMultiplication().toFixed(3)} ms\n`,
)

for (const bench of benches) {
  try {
    const start = performance.now()
    const measured = await measure(bench, pointMultiplication)
    const seconds = ((performance.now() - start) / 1000).toFixed(1)
    process.stdout.write(`${JSON.stringify(measured)}\n`)
    process.stderr.write(
      `${measured.name}: ${measured.value} ${measured.unit} (took ${seconds} s)\n`,
    )
  } catch (error) {
    process.stderr.write(`${bench.name}: ${error instanceof Error ? error.stack : String(error)}\n`)
    process.exitCode = 1
  }
}
if (benches.length === 0) {
  process.stderr.write(
    `no bench has a name that starts with: ${prefixes.join(' ') || '(anything)'}\n`,
  )
  process.exitCode = 1
}
// What a bench still has running ends with it.
process.exit()
