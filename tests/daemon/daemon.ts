/** A real daemon in its own process, on a folder of its own. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'

const program = join(dirname(import.meta.dirname), '../daemon/src/cli/tandem.ts')

export type DaemonProcess = {
  readonly process: ChildProcess
  readonly address: string
  /** When it was started to pair. */
  readonly link: string
  stop(): Promise<void>
}

export async function startDaemon(home: string, ...options: string[]): Promise<DaemonProcess> {
  const child = spawn(
    process.execPath,
    [program, 'start', '--home', home, '--port', '0', '--pair', ...options],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  let complaints = ''
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()))
  const lines = createInterface({ input: child.stdout })
  let address = ''
  for await (const line of lines) {
    if (line.startsWith('listening ')) address = line.slice('listening '.length)
    if (line.startsWith('tandem:pair'))
      return {
        process: child,
        address,
        link: line,
        async stop() {
          if (child.exitCode !== null) return
          child.kill('SIGTERM')
          await once(child, 'exit')
        },
      }
  }
  throw new Error(`the daemon did not start: ${complaints}`)
}
