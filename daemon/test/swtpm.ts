/** A software TPM in a process of its own, reached only over the loopback interface. */
import {
  type ChildProcess,
  type ExecFileSyncOptionsWithBufferEncoding,
  execFileSync,
  spawn,
} from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { type Server, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const programs = ['swtpm', 'swtpm_setup', 'tpm2', 'setpriv']
export const hasSwtpm = programs.every((name) =>
  (process.env['PATH'] ?? '').split(':').some((folder) => existsSync(join(folder, name))),
)

export type Swtpm = {
  readonly port: number
  readonly tcti: string
  /** One of tpm2-tools, as somebody else on this machine would run it. */
  tool(...args: readonly string[]): Buffer
  /** Cuts the power, and turns it on again. */
  cutPower(): Promise<void>
  off(): Promise<void>
  on(): Promise<void>
  /** What it keeps without power. @returns puts that back, as nobody can with a chip. */
  snapshot(): Promise<() => Promise<void>>
  /** It takes commands and answers none. */
  hang(): void
  resume(): void
  /** @returns whether it was there. */
  stop(): Promise<boolean>
}

export async function startSwtpm(): Promise<Swtpm> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-swtpm-'))
  execFileSync('swtpm_setup', ['--tpm2', '--tpmstate', folder], { stdio: 'ignore' })
  const port = await freePorts()
  const tcti = `swtpm:host=127.0.0.1,port=${port}`
  let child = await run(folder, port)

  async function kill(): Promise<boolean> {
    if (child.exitCode !== null || child.signalCode !== null) return false
    const end = once(child, 'exit')
    child.kill('SIGKILL')
    await end
    return true
  }

  const off = async () => {
    if (!(await kill())) throw new Error('there was no power to cut')
  }
  const on = async () => {
    child = await run(folder, port)
  }

  return {
    port,
    tcti,
    off,
    on,
    async snapshot() {
      const copy = `${folder}-copy`
      await off()
      cpSync(folder, copy, { recursive: true })
      await on()
      return async () => {
        await off()
        rmSync(folder, { recursive: true })
        renameSync(copy, folder)
        await on()
      }
    },
    tool(...args) {
      const env = { ...process.env, TPM2TOOLS_TCTI: tcti, TSS2_LOG: 'all+NONE' }
      const options: ExecFileSyncOptionsWithBufferEncoding = { cwd: folder, env, stdio: 'pipe' }
      try {
        return execFileSync('tpm2', args, options)
      } finally {
        execFileSync('tpm2', ['flushcontext', '-t'], options)
      }
    },
    async cutPower() {
      await off()
      await on()
    },
    hang: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      const wasThere = await kill()
      rmSync(folder, { recursive: true, force: true })
      return wasThere
    },
  }
}

/** It ends with us, also when we are killed. */
async function run(folder: string, port: number): Promise<ChildProcess> {
  const server = ['--server', `type=tcp,bindaddr=127.0.0.1,port=${port}`]
  const control = ['--ctrl', `type=tcp,bindaddr=127.0.0.1,port=${port + 1}`]
  const flags = ['--tpmstate', `dir=${folder}`, '--flags', 'not-need-init,startup-clear']
  const args = ['--pdeathsig', 'KILL', 'swtpm', 'socket', '--tpm2', ...server, ...control, ...flags]
  const child = spawn('setpriv', args, { stdio: 'ignore' })
  while (!(await answers(port + 1)))
    if (child.exitCode !== null) throw new Error(`swtpm ended with code ${child.exitCode}`)
  return child
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.on('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

/** Two neighbours: the tools look for the control port beside the other. */
export async function freePorts(): Promise<number> {
  for (;;) {
    const first = await listen(0)
    const address = first.address()
    if (address === null || typeof address === 'string') throw new Error('expected a port')
    const second = await listen(address.port + 1).catch(() => undefined)
    await closed(first)
    if (!second) continue
    await closed(second)
    return address.port
  }
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.on('error', reject)
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()))
}
