/** A real daemon process whose time a test moves. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { tandem, testConfig } from '../daemon.ts'

/** What can be asked of it. */
export type Question = { readonly id: number; readonly pass?: number }

export type Reply = {
  readonly id: number
  /** Timers of the core that run. */
  readonly timers: number
  /** Frames that are being handled. */
  readonly busy: number
  /** Open files and sockets. */
  readonly files: number
  /** What keeps the process from ending, by its kind. */
  readonly handles: readonly string[]
}

/** Where passkeys of its devices come from. */
export const ORIGIN = 'chrome-extension://test'

export type Clocked = {
  readonly address: string
  readonly pid: number
  /** Lets time go by in it. */
  pass(ms: number): Promise<Reply>
  /** Once it has nothing to do but to answer this. */
  look(): Promise<Reply>
  /** One command over its control socket. @returns the first line that it answers. */
  command(command: object): Promise<Record<string, unknown>>
  /** An invitation that stays open until it is done. */
  invite(): Promise<{ readonly link: string; done(): Promise<void> }>
  stop(): Promise<void>
}

export async function startClocked(home: string, chains: readonly string[]): Promise<Clocked> {
  const config = testConfig(home)
  const { code, err } = await tandem(home, ['init', '--sealing', 'key-file'])
  if (code !== 0) throw new Error(`no daemon was set up: ${err}`)
  const entry = join(import.meta.dirname, 'clocked-daemon.ts')
  const child = fork(entry, [home, config, ...chains], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] })
  let said = ''
  child.stdout?.resume()
  child.stderr?.on('data', (data: Buffer) => (said += data.toString()))
  const ended = once(child, 'exit')
  const gone = ended.then(() => Promise.reject(new Error(`the daemon ended: ${said}`)))
  gone.catch(() => undefined)
  const [{ address }] = (await Promise.race([once(child, 'message'), gone])) as [
    { address: string },
  ]
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  let asked = 0
  function ask(question: Omit<Question, 'id'>): Promise<Reply> {
    asked += 1
    const id = asked
    const reply = new Promise<Reply>((resolve) => waiting.set(id, resolve))
    child.send({ ...question, id })
    return Promise.race([reply, gone]).finally(() => waiting.delete(id))
  }
  async function say(command: object) {
    const socket = connect(join(home, 'control'))
    socket.on('error', () => socket.destroy())
    socket.write(`${JSON.stringify(command)}\n`)
    const [line] = (await once(createInterface({ input: socket }), 'line')) as [string]
    const end = async () => {
      socket.destroy()
      if (!socket.closed) await once(socket, 'close')
    }
    return { answer: JSON.parse(line) as Record<string, unknown>, end }
  }

  return {
    address,
    pid: child.pid ?? 0,
    pass: (ms) => ask({ pass: ms }),
    look: () => ask({}),
    async command(command) {
      const { answer, end } = await say(command)
      await end()
      return answer
    },
    async invite() {
      const { answer, end } = await say({ command: 'pair', words: false })
      return { link: String(answer['link']), done: end }
    },
    async stop() {
      if (child.connected) child.disconnect()
      await ended
    },
  }
}
