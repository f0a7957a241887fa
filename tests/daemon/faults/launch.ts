/** A real daemon process that a test may break: nothing here believes that it goes on. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { program, tandem, testConfig } from '../daemon.ts'

export type Launched = {
  readonly process: ChildProcess
  readonly pid: number
  readonly address: string
  /** All that it wrote. */
  readonly output: () => string
  /**
   * A fresh pairing link. With words, somebody is there who writes down each half of a phrase.
   *
   * @throws when the daemon ends first.
   */
  link(words?: 'words'): Promise<string>
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>
  /** Ends it in order. */
  stop(): Promise<void>
  /** As when the power fails. */
  kill(): Promise<void>
}

export type Launching = {
  /** What Node runs instead of the command line's source. */
  readonly entry?: readonly string[]
  readonly options?: readonly string[]
  /** Runs it under this command, as `strace`. */
  readonly under?: readonly string[]
}

/** Sets one up where there is none. */
export async function setUp(home: string): Promise<void> {
  testConfig(home)
  if (existsSync(join(home, 'tandem.db'))) return
  const { code, err } = await tandem(home, ['init', '--sealing', 'key-file'])
  if (code !== 0) throw new Error(`no daemon was set up: ${err}`)
}

/** Starts one that was set up, without touching its folder. @throws what it says when it does not listen. */
export async function launch(home: string, launching: Launching = {}): Promise<Launched> {
  const { entry = [program], options = [], under = [] } = launching
  const config = join(home, 'test.toml')
  const command = [process.execPath, ...entry, 'start', '--folder', home, '--config', config]
  const [first = '', ...rest] = [...under, ...command, '--port', '0', ...options]
  const child = spawn(first, rest, { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'close').then(() => ({
    code: child.exitCode,
    signal: child.signalCode,
  }))
  let output = ''
  child.stderr.on('data', (data: Buffer) => (output += data.toString()))
  const lines = createInterface({ input: child.stdout })
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await ended
  }
  const address = await new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      output += `${line}\n`
      if (line.startsWith('listening ')) resolve(line.slice('listening '.length))
      if (line.startsWith('sealed: ')) void end('SIGTERM')
    })
    void ended.then(() => reject(new Error(`the daemon did not start: ${output}`)))
  })
  return {
    process: child,
    pid: child.pid ?? 0,
    address,
    output: () => output,
    link: (words) => invite(join(home, 'control'), words === 'words'),
    ended,
    stop: () => end('SIGTERM'),
    kill: () => end('SIGKILL'),
  }
}

/** The invitation stays open until the device came, or as long as the daemon runs. */
async function invite(path: string, words: boolean): Promise<string> {
  const socket = connect(path)
  const link = await new Promise<string>((resolve, reject) => {
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the daemon closed its control socket')))
    createInterface({ input: socket }).on('line', (line) => {
      const said: unknown = JSON.parse(line)
      if (typeof said !== 'object' || !said) return
      if ('link' in said) resolve(String(said.link))
      if ('event' in said && said.event === 'words')
        socket.write('{"reply":"words","known":true}\n')
    })
    socket.write(`${JSON.stringify({ command: 'pair', words })}\n`)
  })
  socket.on('error', () => socket.destroy())
  return link
}
