import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { networks } from '../../packages/chains/src/networks.ts'
import { say, step } from './say.ts'
import { askTandem, program, tandem } from './tandem.ts'

export type CoSigner = {
  /** Its PIN or passphrase is missing. */
  readonly isSealed: boolean
  /** Rejects when it ends by itself. */
  readonly ended: Promise<never>
  stop(): Promise<void>
}

/** Makes one where there is none yet, with the best sealing that this machine has. */
export async function setUp(folder: string): Promise<boolean> {
  if (existsSync(join(folder, 'tandem.db'))) return true
  return (await tandem(folder, 'init')) === 0
}

/** @throws what it says, when it does not start. */
export async function startCoSigner(
  folder: string,
  { mainnet, port }: { readonly mainnet: boolean; readonly port?: string | undefined },
): Promise<CoSigner> {
  const chains = networks.filter(({ test }) => test || mainnet).flatMap(({ id }) => ['--chain', id])
  const listen = port === undefined ? [] : ['--port', port]
  const args = [program, 'start', '--folder', folder, ...listen, ...chains]
  const child = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // Ctrl-C is for this process, which ends it in its turn.
    detached: true,
  })
  const exit = once(child, 'exit') as Promise<[number | null]>
  const ended = exit.then(([code]) => {
    throw new Error(`the co-signer ended with exit code ${code ?? 'none'}`)
  })
  ended.catch(() => undefined)
  const isSealed = await Promise.race([started(child), ended])
  return {
    isSealed,
    ended,
    async stop() {
      child.kill('SIGTERM')
      await exit
    },
  }
}

/** @returns whether it is sealed. */
async function started(child: ChildProcess): Promise<boolean> {
  let log = ''
  child.stderr?.on('data', (data: Buffer) => (log = (log + data.toString()).slice(-4096)))
  if (!child.stdout) throw new Error('the co-signer has no output')
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('listening ') || line.startsWith('sealed: ')) {
      step(`co-signer ${line}`)
      child.stdout.resume()
      return line.startsWith('sealed: ')
    }
  }
  say(log)
  throw new Error('the co-signer did not start: its last lines are above')
}

/** Whether a browser is paired that was not revoked. */
export async function isPaired(folder: string): Promise<boolean> {
  const { lines } = await askTandem(folder, 'devices')
  return lines.some(hasDevice)
}

type Page = { readonly devices?: readonly { readonly revokedAt?: unknown }[] }

const hasDevice = (page: unknown): boolean =>
  ((page as Page).devices ?? []).some(({ revokedAt }) => revokedAt === undefined)
