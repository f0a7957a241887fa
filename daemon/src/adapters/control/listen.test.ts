import { chmodSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { OperatorError } from '../../core/operator/errors.ts'
import { type Operate, listen } from './listen.ts'

let folder: string
let server: Awaited<ReturnType<typeof listen>> | undefined
const failures: unknown[] = []

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-control-'))
  failures.length = 0
})
afterEach(async () => {
  await server?.close()
  server = undefined
  rmSync(folder, { recursive: true })
})

const path = () => join(folder, 'control')

async function opened(operate: Operate): Promise<void> {
  server = await listen(path(), operate, (error) => failures.push(error))
}

/** Writes lines, and gives what comes back until the other side hangs up. */
async function say(...texts: string[]): Promise<unknown[]> {
  const socket = connect(path())
  await once(socket, 'connect')
  for (const text of texts) socket.write(`${text}\n`)
  const heard: unknown[] = []
  for await (const line of createInterface({ input: socket })) heard.push(JSON.parse(line))
  return heard
}

const status = '{"command":"status"}'

describe('the control socket', () => {
  test('is for its owner alone', async () => {
    await opened(async () => 1)
    expect(statSync(path()).mode & 0o777).toBe(0o600)
  })

  test('a folder that others can enter gets no socket', async () => {
    chmodSync(folder, 0o750)
    await expect(opened(async () => 1)).rejects.toThrow('open to other users')
  })

  test('takes the place of one that a crash left', async () => {
    await opened(async () => 1)
    const first = server
    await opened(async () => 2)
    expect(await say(status)).toEqual([{ answer: 2 }])
    await first?.close()
  })

  test('answers one command, after its events', async () => {
    await opened(async (command, caller) => {
      caller.say({ event: 'wallet', wallet: 'aa' })
      return command
    })
    expect(await say(status)).toEqual([
      { event: 'wallet', wallet: 'aa' },
      { answer: { command: 'status' } },
    ])
  })

  test.for([
    ['at once', 1000],
    ['byte by byte', 1],
  ] as const)('takes the secret that follows a command, %s, and wipes it', async ([, size]) => {
    const seen: Uint8Array[] = []
    await opened(async (_command, { secret }) => {
      seen.push(secret)
      return new TextDecoder().decode(secret)
    })
    const socket = connect(path())
    await once(socket, 'connect')
    socket.setNoDelay(true)
    // Bytes that are no line, and look like the end of one.
    const all = Buffer.from('{"command":"unseal","secret":7}\n47\n11 {')
    for (let at = 0; at < all.length; at += size)
      await new Promise((resolve) => socket.write(all.subarray(at, at + size), resolve))
    const [line] = (await once(createInterface({ input: socket }), 'line')) as [string]
    expect(JSON.parse(line)).toEqual({ answer: '47\n11 {' })
    expect(seen).toEqual([new Uint8Array(7)])
    socket.destroy()
  })

  test('hears whether the person knew the words', async () => {
    await opened(async (_command, caller) =>
      caller.confirm(Buffer.from('a b'), new AbortController().signal),
    )
    const words = { event: 'words', words: 'a b' }
    expect(await say('{"command":"words"}', '{"reply":"words","known":true}')).toEqual([
      words,
      { answer: true },
    ])
    expect(await say('{"command":"words"}', '{"reply":"words","known":false}')).toEqual([
      words,
      { answer: false },
    ])
  })

  test('takes a terminal that is gone for a no', async () => {
    const answered = Promise.withResolvers<boolean>()
    await opened(async (_command, caller) => {
      answered.resolve(caller.confirm(Buffer.from('a b'), new AbortController().signal))
      return answered.promise
    })
    const socket = connect(path())
    socket.write('{"command":"words"}\n')
    await once(socket, 'data')
    socket.destroy()
    expect(await answered.promise).toBe(false)
  })

  test.for([
    ['a command that there is not', '{"command":"sign"}'],
    ['a field too many', '{"command":"status","secret":"x"}'],
    ['no object', '7'],
  ] as const)('refuses %s', async ([, text]) => {
    await opened(async () => expect.unreachable())
    expect(await say(text)).toMatchObject([{ error: 'unknown-command' }])
  })

  test.for([
    ['no JSON', 'status'],
    ['a line without an end', 'x'.repeat(70_000)],
  ] as const)('hangs up on %s', async ([, text]) => {
    await opened(async () => expect.unreachable())
    expect(await say(text)).toEqual([])
  })

  test('says what a person may hear, and of a failure only that it failed', async () => {
    await opened(async () => {
      throw new OperatorError('not-found', 'no device begins with aaaa')
    })
    expect(await say(status)).toEqual([
      { error: 'not-found', message: 'no device begins with aaaa' },
    ])
    await server?.close()
    await opened(async () => {
      throw new Error('canary')
    })
    expect(JSON.stringify(await say(status))).not.toContain('canary')
    expect(failures).toMatchObject([{ message: 'canary' }])
  })
})
