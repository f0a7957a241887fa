import { chmodSync, lstatSync, rmSync } from 'node:fs'
import { type Socket, createServer } from 'node:net'
import { dirname } from 'node:path'
import type { Caller } from '../../core/operator/caller.ts'
import { OperatorError } from '../../core/operator/errors.ts'
import { Command, type ErrorCode, Reply } from '../../core/operator/messages.ts'
import { lines } from './lines.ts'

/** Longest path of a Unix socket, its closing zero left out. */
const MAX_PATH = 107

/** Answers one command. @throws {OperatorError} */
export type Operate = (command: Command, caller: Caller) => Promise<unknown>

/**
 * Listens on a Unix socket that only its owner can open: who may connect may approve.
 *
 * The caller holds the lock of the folder, so a socket that is there is left over.
 *
 * @param failed what is ours to answer for: the caller hears only that something failed.
 */
export async function listen(
  path: string,
  operate: Operate,
  failed: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  if (Buffer.byteLength(path) > MAX_PATH)
    throw new Error(`${path} is too long for a socket: expected at most ${MAX_PATH} bytes`)
  const { mode } = lstatSync(dirname(path))
  // SECURITY: who can reach the socket can approve, so nobody else may enter its folder. Test: src/adapters/control/listen.test.ts "a folder that others can enter gets no socket"
  if ((mode & 0o077) !== 0)
    throw new Error(`${dirname(path)} is open to other users: expected mode 0700`)
  rmSync(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer((socket) => {
    open.add(socket)
    socket.on('close', () => open.delete(socket))
    attend(socket, operate, failed)
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(path, resolve)
  })
  chmodSync(path, 0o600)
  return {
    async close() {
      for (const socket of open) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const [BEFORE, AFTER] = ['{"event":"words","words":"', '"}\n'].map((text) => Buffer.from(text))

/** An event whose words are letters and spaces: bytes that are wiped once the system has them. */
function writeWords(socket: Socket, words: Uint8Array): void {
  if (!socket.writable || !BEFORE || !AFTER) return
  // Not of the pool that other buffers share.
  const line = Buffer.alloc(BEFORE.length + words.length + AFTER.length)
  line.set(BEFORE)
  line.set(words, BEFORE.length)
  line.set(AFTER, BEFORE.length + words.length)
  socket.write(line, () => line.fill(0))
}

function attend(socket: Socket, operate: Operate, failed: (error: unknown) => void): void {
  let command: Command | undefined
  let answerWords: ((known: boolean) => void) | undefined
  const gone = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  const write = (line: unknown) => {
    if (socket.writable) socket.write(`${JSON.stringify(line)}\n`)
  }
  const callerWith = (secret: Uint8Array): Caller => ({
    say: write,
    secret,
    gone,
    confirm(words, ended) {
      writeWords(socket, words)
      return new Promise((resolve) => {
        answerWords = resolve
        ended.addEventListener('abort', () => {
          write({ event: 'words-ended' })
          resolve(false)
        })
        void gone.then(() => resolve(false))
      })
    },
  })
  const refuse = (error: ErrorCode, message: string) => {
    write({ error, message })
    socket.end()
  }

  async function run(asked: Command, secret: Uint8Array = new Uint8Array(0)): Promise<void> {
    try {
      write({ answer: await operate(asked, callerWith(secret)) })
      socket.end()
    } catch (error) {
      if (error instanceof OperatorError) return refuse(error.code, error.message)
      failed(error)
      refuse('internal', 'the co-signer failed at this; its log says why')
    } finally {
      secret.fill(0)
    }
  }

  function hear(line: unknown): number {
    if (command) {
      const reply = Reply.safeParse(line)
      if (reply.success) answerWords?.(reply.data.known)
      return 0
    }
    const parsed = Command.safeParse(line)
    if (!parsed.success) {
      refuse('unknown-command', 'not a command of this version')
      return 0
    }
    command = parsed.data
    if ('secret' in command && command.secret > 0) return command.secret
    void run(command)
    return 0
  }

  lines(socket, hear, (secret) => {
    if (command) void run(command, secret)
  })
}
