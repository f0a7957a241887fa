import { once } from 'node:events'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { serve } from './serve.ts'

const extension = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
let server: Awaited<ReturnType<typeof serve>> | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

async function listening(take: (frame: Uint8Array) => Promise<boolean> = async () => true) {
  const failures: unknown[] = []
  server = await serve(
    { host: '127.0.0.1', port: 0, origins: [extension], hosts: ['tandem.test:8765'] },
    () => ({ take, end: async () => undefined }),
    (error) => failures.push(error),
  )
  return { url: `ws://127.0.0.1:${server.port}`, port: server.port, failures }
}

/** Whether a WebSocket opens, or the status that it is refused with. */
async function outcome(url: string, headers: Record<string, string>): Promise<string> {
  const socket = new WebSocket(url, { headers })
  return new Promise((resolve) => {
    socket.on('open', () => {
      socket.close()
      resolve('open')
    })
    socket.on('unexpected-response', (_request, response) => {
      response.destroy()
      resolve(String(response.statusCode))
    })
    socket.on('error', () => undefined)
  })
}

describe('the door', () => {
  test('a page of another origin or under another name is refused', async () => {
    const { url, port } = await listening()
    const hosts = {
      right: [`127.0.0.1:${port}`, 'tandem.test:8765'],
      wrong: ['rebind.test', `rebind.test:${port}`, '127.0.0.1', `localhost.evil.test:${port}`],
    }
    const origins = {
      right: [undefined, extension],
      wrong: [
        'https://evil.test',
        'http://127.0.0.1',
        'null',
        'file://',
        `${extension}/`,
        `${extension}.evil.test`,
        'moz-extension://other',
      ],
    }
    const all = (kinds: Record<string, readonly (string | undefined)[]>) =>
      Object.entries(kinds).flatMap(([kind, values]) => values.map((value) => ({ kind, value })))
    for (const host of all(hosts))
      for (const origin of all(origins)) {
        const headers = {
          host: host.value ?? '',
          ...(origin.value !== undefined && { origin: origin.value }),
        }
        const expected = host.kind === 'right' && origin.kind === 'right' ? 'open' : '403'
        expect([headers, await outcome(url, headers)]).toEqual([headers, expected])
      }
  })

  test('answers no page that is not a WebSocket', async () => {
    const { port } = await listening()
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect(response.status).toBe(404)
    expect(await response.text()).toBe('')
  })

  test('hands over binary frames in order, and ends a connection that its handler ends', async () => {
    const frames: number[] = []
    const { url, failures } = await listening(async ([first = 0]) => {
      frames.push(first)
      return first < 3
    })
    const socket = new WebSocket(url)
    await once(socket, 'open')
    for (const value of [1, 2, 3]) socket.send(Uint8Array.of(value))
    await once(socket, 'close')
    expect(frames).toEqual([1, 2, 3])
    expect(failures).toEqual([])
  })

  test.for([
    ['text', 'hello'],
    ['a frame beyond the longest record', new Uint8Array(65_537)],
  ] as const)('ends a connection that sends %s', async ([, data]) => {
    const { url } = await listening()
    const socket = new WebSocket(url)
    socket.on('error', () => undefined)
    await once(socket, 'open')
    socket.send(data)
    await once(socket, 'close')
    expect(socket.readyState).toBe(WebSocket.CLOSED)
  })

  test('gives what cannot be handled to whoever started it', async () => {
    const { url, failures } = await listening(async () => {
      throw new Error('the disk is gone')
    })
    const socket = new WebSocket(url)
    await once(socket, 'open')
    socket.send(Uint8Array.of(1))
    while (failures.length === 0) await new Promise((resolve) => setImmediate(resolve))
    expect(String(failures[0])).toContain('the disk is gone')
    socket.terminate()
  })
})
