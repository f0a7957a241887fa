import { lstatSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { networks } from '@tandem/chains'
import { TomlError, parse } from 'smol-toml'
import * as z from 'zod'
import { levels } from './ports/log-lines.ts'
import { Sealing } from './sealing.ts'

const words = (what: string) => z.string(`expected ${what}, in quotes`).min(1)

/** An origin of a browser: a scheme and a host, without a path. */
const origin = words('an origin').regex(
  /^[a-z-]+:\/\/[^/\s]+$/,
  'expected an origin such as "chrome-extension://…", without a path',
)

const Listen = z.strictObject({
  host: words('an address').default('127.0.0.1'),
  port: z.int('expected a number').min(0).max(65_535).default(8765),
  /** What pairing links say, where that is another name: `studio.local:8765`. */
  reached_at: words('a name with a port').optional(),
  /** Origins that may connect, beside those of browser extensions; whose passkeys count. */
  origins: z.array(origin, 'expected a list of origins').default([]),
  /** Further names under which it is reached, with their port. */
  hosts: z.array(words('a host'), 'expected a list of hosts').default([]),
  /** Of one device, after five seconds' worth at once; all together have ten times as many. */
  frames_per_second: z.int('expected a number').min(1).max(10_000).default(100),
})

const Log = z.strictObject({
  /** Lines below it are not written. */
  level: z.enum(levels, 'expected "debug", "info", "warn" or "error"').default('info'),
  /** Instead of the standard error. */
  file: words('a file').exactOptional(),
})

const Health = z.strictObject({
  /** Where `/healthz`, `/readyz` and `/metrics` answer, on this machine only. Off without one. */
  port: z.int('expected a number').min(0).max(65_535).exactOptional(),
})

const days = 'expected a number of days, from 30 to 36500'

const Requests = z.strictObject({
  /** How long a request that is over is kept in full. */
  keep_days: z.int(days).min(30, days).max(36_500, days).default(90),
})

const File = z.strictObject({
  /** Where everything is that it keeps. */
  folder: words('a folder').optional(),
  /** CAIP-2. */
  chains: z
    .array(
      z.enum(
        networks.map(({ id }) => id),
        'expected a chain that Tandem knows, such as "eip155:1"',
      ),
      'expected a list of chains',
    )
    .min(1, 'expected at least one chain')
    .default(networks.filter(({ test }) => !test).map(({ id }) => id)),
  listen: Listen.prefault({}),
  log: Log.prefault({}),
  health: Health.prefault({}),
  requests: Requests.prefault({}),
  /** Whether a wallet may be made that no recovery phrase brings back. */
  wallets_without_phrase: z.boolean('expected true or false').default(false),
  /** Left out: what `tandem init` chose. */
  sealing: Sealing.optional(),
})

/** Every setting of the daemon, whole. */
export type Config = Omit<z.infer<typeof File>, 'folder'> & { readonly folder: string }

/** Where a value comes from: `default`, `/etc/tandem.toml:3`, `--port`, `$XDG_DATA_HOME`. */
export type Origins = ReadonlyMap<string, string>

/** A setting that is wrong: where, and what was expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** What the command line says instead of the file. */
export type Flags = {
  readonly config?: string | undefined
  readonly folder?: string | undefined
  readonly port?: string | undefined
  readonly host?: string | undefined
  readonly chain?: readonly string[] | undefined
}

type Environment = Readonly<Record<string, string | undefined>>

/** Reads the settings: a flag counts before the file, the file before the default. @throws {ConfigError} */
export function loadConfig(
  flags: Flags,
  env: Environment,
): { readonly config: Config; readonly origins: Origins; readonly path: string | undefined } {
  const named = flags.config ?? configPath(env)
  const text = readConfig(named, flags.config !== undefined)
  const tree = text === undefined ? {} : parseToml(text, named)
  const merged = withFlags(tree, flags)
  const parsed = File.safeParse(merged)
  if (!parsed.success) throw wrong(parsed.error, text ?? '', named, flags)
  const [folder, from] = folderOf(parsed.data.folder, env)
  const config = { ...parsed.data, folder }
  const origins = new Map<string, string>()
  for (const path of pathsOf(config)) origins.set(path, originOf(path, text, named, flags))
  if (from !== undefined) origins.set('folder', from)
  return { config, origins, path: text === undefined ? undefined : named }
}

/** Where the file is looked for. */
export function configPath(env: Environment): string {
  const systemd = env['CONFIGURATION_DIRECTORY']
  if (systemd !== undefined) return join(systemd, 'tandem.toml')
  return join(env['XDG_CONFIG_HOME'] ?? join(homeOf(env), '.config'), 'tandem', 'tandem.toml')
}

function folderOf(set: string | undefined, env: Environment): [string, string | undefined] {
  if (set !== undefined) return [set, undefined]
  const systemd = env['STATE_DIRECTORY']
  if (systemd !== undefined) return [systemd, '$STATE_DIRECTORY']
  const data = env['XDG_DATA_HOME']
  if (data !== undefined) return [join(data, 'tandem'), '$XDG_DATA_HOME']
  return [join(homeOf(env), '.local', 'share', 'tandem'), 'default']
}

function homeOf(env: Environment): string {
  const home = env['HOME']
  if (home === undefined) throw new ConfigError('there is no home folder: name one with --folder')
  return home
}

function readConfig(path: string, mustBeThere: boolean): string | undefined {
  try {
    requireOwn(path)
    requireOwn(dirname(path))
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfigError) throw error
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    if (isMissing && !mustBeThere) return undefined
    throw new ConfigError(`${path} cannot be read`, { cause: error })
  }
}

function requireOwn(path: string): void {
  const { mode, uid } = lstatSync(path)
  // A folder for everybody in which each may remove only what is his own, such as /tmp.
  const isShared = (mode & 0o1000) !== 0
  // SECURITY: who can write the settings decides where the keys are and who may connect. Test: src/config.test.ts "a file that others can write is refused"
  if ((mode & 0o022) !== 0 && !isShared)
    throw new ConfigError(`${path} can be written by other users: chmod go-w it`)
  // SECURITY: settings of another user are not ours. Test: src/config.test.ts "a file of another user is refused (needs root)"
  if (uid !== 0 && uid !== process.getuid?.())
    throw new ConfigError(`${path} belongs to another user: expected you or root`)
}

function parseToml(text: string, path: string): Record<string, unknown> {
  try {
    return { ...parse(text) }
  } catch (error) {
    if (!(error instanceof TomlError)) throw error
    const [reason = ''] = error.message.split('\n')
    throw new ConfigError(`${path}:${error.line}: ${reason}`, { cause: error })
  }
}

function withFlags(tree: Record<string, unknown>, flags: Flags): Record<string, unknown> {
  const { folder, port, host, chain } = flags
  const before = tree['listen']
  const listen = typeof before === 'object' && before !== null ? before : {}
  return {
    ...tree,
    ...(folder !== undefined && { folder }),
    ...(chain !== undefined && { chains: chain }),
    ...((port !== undefined || host !== undefined) && {
      listen: {
        ...listen,
        ...(port !== undefined && { port: /^\d+$/.test(port) ? Number(port) : port }),
        ...(host !== undefined && { host }),
      },
    }),
  }
}

const flagOf: Readonly<Record<string, keyof Flags>> = {
  folder: 'folder',
  chains: 'chain',
  'listen.port': 'port',
  'listen.host': 'host',
}

function originOf(path: string, text: string | undefined, file: string, flags: Flags): string {
  const flag = flagOf[path]
  if (flag && flags[flag] !== undefined) return `--${flag}`
  const line = text === undefined ? undefined : lineOf(text, path.split('.'))
  return line === undefined ? 'default' : `${file}:${line}`
}

/** The names of all values: `listen.port`. */
function pathsOf(value: object, before = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? pathsOf(inner, `${before}${name}.`)
      : [`${before}${name}`],
  )
}

function wrong(error: z.ZodError, text: string, file: string, flags: Flags): ConfigError {
  const [issue] = error.issues
  if (!issue) return new ConfigError(`${file} is wrong`, { cause: error })
  const path = issue.path.map(String)
  const isUnknown = issue.code === 'unrecognized_keys'
  const at = isUnknown ? [...path, issue.keys[0] ?? ''] : path.filter((part) => !/^\d+$/.test(part))
  const name = at.join('.')
  const flag = flagOf[name]
  const line = lineOf(text, at)
  const where =
    flag && flags[flag] !== undefined
      ? `--${flag}`
      : `${file}${line === undefined ? '' : `:${line}`}`
  const what = isUnknown ? 'is no setting of Tandem' : issue.message
  return new ConfigError(`${where}: ${name}: ${what}`, { cause: error })
}

/** The line of a key, or of the table that it is missing from. */
function lineOf(text: string, path: readonly string[]): number | undefined {
  const wanted = path.join('.')
  let table = ''
  let found: number | undefined
  for (const [at, line] of text.split('\n').entries()) {
    const header = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1]
    const key = /^\s*([A-Za-z0-9_."-]+)\s*=/.exec(line)?.[1]?.replaceAll('"', '')
    if (header !== undefined) table = header
    const name = header ?? (key === undefined ? undefined : table === '' ? key : `${table}.${key}`)
    if (name === wanted) return at + 1
    if (name !== undefined && wanted.startsWith(`${name}.`)) found = at + 1
  }
  return found
}
