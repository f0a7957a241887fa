// Removes security guards to see whether their tests notice:
// `node scripts/run.mjs guards.ts [--all] [--base REV]`. `npm test` does it for what changed.
import { dirname } from 'node:path'
import { parseArgs } from 'node:util'
import { guards } from './guards/guards.ts'

const { values } = parseArgs({
  options: { all: { type: 'boolean', default: false }, base: { type: 'string' } },
})
const { problems, unproven, ...counts } = await guards(dirname(import.meta.dirname), values)
for (const problem of problems) process.stdout.write(`${problem}\n`)
for (const rule of unproven) process.stdout.write(`not proven here: ${rule}\n`)
process.stdout.write(`${JSON.stringify(counts)}\n`)
process.exitCode = problems.length > 0 ? 1 : 0
