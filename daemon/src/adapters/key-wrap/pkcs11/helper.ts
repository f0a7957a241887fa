import { spawn } from 'node:child_process'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { KeyWrapError } from '../../../ports/key-wrap.ts'
import { type Answer, type Call, READY, decodeAnswer, encodeCall } from './calls.ts'
import { sendFrame, takeFrames } from './frames.ts'

/** How long a library may take over one call. */
const LIMIT_MS = 4_000
/** How long this machine may take to start a program. */
const START_MS = 30_000

const program = fileURLToPath(new URL('child.ts', import.meta.url))

/** A process that holds a PKCS#11 library. After its end, which a library can bring about, it stays ended. */
export type Helper = {
  /** @throws {KeyWrapError} `gone` the library hung, or ended the process. */
  call(call: Call): Promise<Answer>
  readonly isOver: () => boolean
  end(): Promise<void>
}

export function startHelper(): Helper {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  // A machine without descriptors left gives it no pipe.
  const pipe = child.stdio?.[3]
  if (!(pipe instanceof Socket)) {
    child.on('error', () => undefined)
    throw new KeyWrapError('gone', 'no process for the PKCS#11 library can be started')
  }
  // Whoever waits for an answer keeps this process; an idle library does not.
  child.unref()
  pipe.unref()
  const waiting = new Map<number, PromiseWithResolvers<Answer>>()
  let why: KeyWrapError | undefined
  let next = READY
  const exit = Promise.withResolvers<void>()

  function over(message: string): void {
    why ??= new KeyWrapError('gone', message)
    for (const one of waiting.values()) one.reject(why)
    waiting.clear()
    // SECURITY: a library that hangs would hold every signature. Test: src/adapters/key-wrap/pkcs11/isolated.test.ts "a library that hangs is gone within five seconds, for all who wait, and works again after"
    child.kill('SIGKILL')
  }

  child.on('error', () => {
    over('no process for the PKCS#11 library can be started')
    exit.resolve()
  })
  child.on('exit', (code, signal) => {
    over(`the PKCS#11 library ended its process (${signal ?? `code ${code}`})`)
    exit.resolve()
  })
  pipe.on('error', () => over('the process of the PKCS#11 library does not answer'))
  takeFrames(pipe, (body) => {
    const { id, answer } = decodeAnswer(body)
    body.fill(0)
    waiting.get(id)?.resolve(answer)
    waiting.delete(id)
  })

  async function within(limit: number, id: number, send: () => void): Promise<Answer> {
    if (why) throw new KeyWrapError('gone', why.message, why)
    const answered = Promise.withResolvers<Answer>()
    waiting.set(id, answered)
    const timer = setTimeout(() => over('the PKCS#11 library does not answer'), limit)
    try {
      send()
      return await answered.promise
    } finally {
      clearTimeout(timer)
    }
  }

  const ready = within(START_MS, READY, () => undefined)
  // Whoever calls hears of it.
  ready.catch(() => undefined)

  return {
    async call(call) {
      await ready
      const id = ++next
      const answer = await within(LIMIT_MS, id, () => sendFrame(pipe, encodeCall(id, call)))
      if (answer.error) throw new KeyWrapError(answer.error.code, answer.error.message)
      return answer
    },
    isOver: () => why !== undefined,
    end() {
      child.ref()
      over('the token was closed')
      return exit.promise
    },
  }
}
