import { existsSync, globSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, type Result, run, verdict } from './check.ts'

/** The part of dependency-cruiser's report that is read here. */
export type Cruise = {
  readonly modules: readonly { readonly source: string }[]
  readonly summary: {
    readonly violations: readonly {
      readonly from: string
      readonly to: string
      readonly rule: { readonly name: string }
    }[]
  }
}

const rooms = ['packages', 'daemon', 'extension', 'tests', 'scripts']

/** The walls of `.dependency-cruiser.js`. */
export function architecture(root: string): Check {
  return {
    name: 'architecture',
    async run() {
      const program = join(root, 'node_modules', '.bin', 'depcruise')
      const seen = rooms.filter((room) => existsSync(join(root, room)))
      const args = ['--config', '.dependency-cruiser.js', '--output-type', 'json', ...seen]
      const { stdout, output } = await run(program, args, { cwd: root })

      const cruise = parse(stdout)
      if (!cruise) return verdict([output.trim() || 'dependency-cruiser gave no report'])
      const sources = globSync(`{${rooms.join(',')}}/**/*.{ts,tsx,mjs}`, {
        cwd: root,
        exclude: (name) => name === 'node_modules' || name === 'dist',
      })
      return judge(cruise, sources)
    },
  }
}

/**
 * Arrows that point the wrong way, and files that nobody looked at: without a parser for TypeScript
 * dependency-cruiser reads nothing and calls it a success.
 */
export function judge(cruise: Cruise, sources: readonly string[]): Result {
  const seen = new Set(cruise.modules.map(({ source }) => source))
  const read = sources.filter((source) => seen.has(source))
  const problems = [
    ...(read.length === 0 ? ['0 modules were read'] : []),
    ...sources.filter((source) => !seen.has(source)).map((source) => `not read: ${source}`),
    ...cruise.summary.violations.map(({ from, to, rule }) => `${rule.name}: ${from} -> ${to}`),
  ]
  return verdict(problems, `${read.length} modules`)
}

function parse(json: string): Cruise | undefined {
  try {
    return JSON.parse(json) as Cruise
  } catch {
    return undefined
  }
}
