import { parseArgs } from 'node:util'

/** Steps of `npm test`, in the order in which its help names them. */
const steps = [
  'types',
  'lint',
  'format',
  'architecture',
  'unused',
  'hygiene',
  'lockfile',
  'decoders',
  'unit',
  'guards',
]

/** Projects of the unit tests. */
const projects = ['protocol', 'chains', 'daemon', 'extension', 'scripts', 'tests', 'e2e']

export const usage = `npm test -- [options] [part of a test file's name ...]

  --only a,b    only these: ${steps.join(' ')},
                or projects of the unit tests: ${projects.join(' ')}
  -t name       only tests with this name
  --long        the long campaigns, and every security guard
  --guards      every security guard, not only the changed ones (or TANDEM_FULL_GUARDS=1)
  --base REV    what "changed" is compared with
  --quick       without tests and guards (this is npm run check)
`

const options = {
  only: { type: 'string', default: '' },
  testNamePattern: { type: 'string', short: 't' },
  long: { type: 'boolean', default: false },
  guards: { type: 'boolean', default: false },
  base: { type: 'string' },
  quick: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const

/** What the command line asks for. @throws {Error} whose message is for the person who typed it */
export function parse(args: string[]) {
  const { values, positionals } = read(args)
  const only = values.only.split(',').filter((name) => name !== '')
  const unknown = only.filter((name) => !steps.includes(name) && !projects.includes(name))
  if (unknown.length > 0)
    throw new Error(
      `--only: no step is named ${unknown.join(', ')}\nknown: ${[...steps, ...projects].join(' ')}`,
    )
  const { testNamePattern: pattern } = values
  return {
    ...values,
    only,
    projects: projects.filter((name) => only.includes(name)),
    filters: [...positionals, ...(pattern === undefined ? [] : ['-t', pattern])],
  }
}

function read(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options })
  } catch (error) {
    // Node adds a hint about `--` that is longer than the message.
    const message = error instanceof Error ? error.message.split('. ')[0] : String(error)
    const known = Object.keys(options).map((name) => `--${name}`)
    throw new Error(`${message}\nknown: -t ${known.join(' ')}`, { cause: error })
  }
}
