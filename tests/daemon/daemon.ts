/** A real daemon in its own process, on a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { type Socket, connect } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

/** The bundle that the tests made, or the sources of it. */
export const program =
  process.env['TANDEM_PROGRAM'] ?? join(dirname(import.meta.dirname), '../daemon/src/cli/tandem.ts')

export type DaemonProcess = {
  readonly process: ChildProcess
  readonly address: string
  /** For the first device. */
  readonly link: string
  stop(): Promise<void>
}

/** How a command ended. */
export type Ended = { readonly code: number | null; readonly out: string; readonly err: string }

/** Runs a command of the program to its end, with nobody at a terminal. */
export async function tandem(
  home: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const child = spawn(process.execPath, [program, ...args, '--folder', home], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (data: Buffer) => (out += data.toString()))
  child.stderr.on('data', (data: Buffer) => (err += data.toString()))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, out, err }
}

/** What a test wants otherwise. */
export type Wanted = {
  /** CAIP-2; a chain of this machine. */
  readonly chains?: readonly string[]
  /** More settings, as TOML. */
  readonly settings?: string
  /** How it is set up: `--sealing key-file`. */
  readonly init?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
  /** Of `tandem start`. */
  readonly options?: readonly string[]
  /** Another build of it. */
  readonly program?: string
  /** A command that runs it elsewhere: `ip netns exec NAME`. */
  readonly within?: readonly string[]
}

/** Settings for tests, in the folder: a chain of this machine, and wallets without a phrase. */
export function testConfig(home: string, { chains, settings = '' }: Wanted = {}): string {
  mkdirSync(home, { recursive: true, mode: 0o700 })
  const path = join(home, 'test.toml')
  const named = JSON.stringify(chains ?? ['eip155:31337'])
  const text = `chains = ${named}\nwallets_without_phrase = true\n${settings}`
  writeFileSync(path, text, { mode: 0o600 })
  return path
}

/** Sets one up where there is none, starts it, and invites a device. @throws what it says when it stays sealed. */
export function startDaemon(home: string, ...options: string[]): Promise<DaemonProcess> {
  return startWith(home, { options })
}

/** The same, as a test wants it. */
export async function startWith(home: string, wanted: Wanted): Promise<DaemonProcess> {
  const {
    init = ['--sealing', 'key-file'],
    env = {},
    options = [],
    program: own = program,
    within = [],
  } = wanted
  const config = testConfig(home, wanted)
  if (!existsSync(join(home, 'tandem.db'))) {
    const { code, err } = await tandem(home, ['init', ...init, '--config', config], env)
    if (code !== 0) throw new Error(`no daemon was set up: ${err}`)
  }
  const start = ['start', '--folder', home, '--config', config, '--port', '0', ...options]
  const [command = process.execPath, ...args] = [...within, process.execPath, own, ...start]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  })
  let said = ''
  child.stderr.on('data', (data: Buffer) => (said += data.toString()))
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  for await (const line of createInterface({ input: child.stdout })) {
    said += `${line}\n`
    if (line.startsWith('sealed: ')) {
      await stop()
      throw new Error(line)
    }
    if (!line.startsWith('listening ')) continue
    const { link, socket } = await invite(home)
    return {
      process: child,
      address: line.slice('listening '.length),
      link,
      async stop() {
        socket.destroy()
        await stop()
      },
    }
  }
  throw new Error(`the daemon did not start: ${said}`)
}

/** A pairing link, as `tandem pair` prints it. */
async function invite(home: string): Promise<{ link: string; socket: Socket }> {
  const socket = connect(join(home, 'control'))
  socket.on('error', () => socket.destroy())
  socket.write('{"command":"pair","words":false}\n')
  const [line] = (await once(createInterface({ input: socket }), 'line')) as [string]
  const { link } = JSON.parse(line) as { link: string }
  return { link, socket }
}
