/** A daemon process that may stay sealed, and says in its log what becomes of it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import * as z from 'zod'
import { answer } from './control.ts'
import { type Wanted, program, testConfig } from './daemon.ts'

const Line = z.looseObject({ event: z.string(), port: z.number().optional() })
const Status = z.looseObject({
  sealed: z.object({ code: z.string(), message: z.string() }).optional(),
  open: z.looseObject({ address: z.string() }).optional(),
})

export type SealedProcess = {
  readonly process: ChildProcess
  /** Why it is sealed, and where it listens when it is not. */
  status(): Promise<z.infer<typeof Status>>
  /** Its address, once it is unsealed. */
  opened(): Promise<string>
  /** Health, over HTTP. */
  get(path: string): Promise<{ readonly status: number; readonly body: string }>
  stop(): Promise<void>
}

/** Starts one that was set up. */
export async function startSealed(home: string, wanted: Wanted): Promise<SealedProcess> {
  const settings = `[health]\nport = 0\n${wanted.settings ?? ''}`
  const config = testConfig(home, { ...wanted, settings })
  const child = spawn(
    process.execPath,
    [program, 'start', '--folder', home, '--config', config, '--port', '0'],
    { stdio: ['ignore', 'ignore', 'pipe'], env: { ...process.env, ...wanted.env } },
  )
  let text = ''
  const seen: z.infer<typeof Line>[] = []
  const wakes = new Set<() => void>()
  const wakeAll = () => {
    for (const wake of wakes) wake()
  }
  createInterface({ input: child.stderr }).on('line', (line) => {
    text += `${line}\n`
    if (line.startsWith('{')) seen.push(Line.parse(JSON.parse(line)))
    wakeAll()
  })
  const ended = once(child, 'exit')
  child.on('exit', wakeAll)

  async function said(event: string): Promise<z.infer<typeof Line>> {
    for (;;) {
      const line = seen.find((one) => one.event === event)
      if (line) return line
      if (child.exitCode !== null) throw new Error(`it ended, and never said ${event}: ${text}`)
      await new Promise<void>((resolve) => wakes.add(resolve))
    }
  }

  const status = async () => Status.parse(await answer(home, { command: 'status' }))
  const { port } = await said('health')
  return {
    process: child,
    status,
    async opened() {
      await said('unsealed')
      const { open } = await status()
      if (!open) throw new Error('it is sealed')
      return open.address
    },
    async get(path) {
      const response = await fetch(`http://127.0.0.1:${port}${path}`)
      return { status: response.status, body: await response.text() }
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      await ended
    },
  }
}
