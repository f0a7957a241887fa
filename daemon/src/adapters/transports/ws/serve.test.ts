import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { Handler, Hall, Line } from '../../../ports/transport.ts'
import { serve } from './serve.ts'

const extension = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop()
})

/** Timers that run when they are told to. */
function timers() {
  const waiting = new Set<{ left: number; work: () => Promise<void> }>()
  return {
    after(ms: number, work: () => Promise<void>) {
      const timer = { left: ms, work }
      waiting.add(timer)
      return () => void waiting.delete(timer)
    },
    async pass(ms: number) {
      for (const timer of Array.from(waiting)) {
        timer.left -= ms
        if (timer.left > 0 || !waiting.delete(timer)) continue
        await timer.work()
      }
    },
  }
}

type Behaviour = Partial<Handler> & { readonly arrives?: (line: Line) => void }

async function listening(behaviour: Behaviour = {}) {
  const { arrives, ...handler } = behaviour
  const failures: unknown[] = []
  const turnedAway: [string, string][] = []
  const { after, pass } = timers()
  const hall: Hall = {
    welcome(line) {
      arrives?.(line)
      return { take: async () => true, end: async () => undefined, ...handler }
    },
    turnedAway: (why, said) => void turnedAway.push([why, said]),
    fatal: (error) => void failures.push(error),
  }
  const server = await serve(
    { host: '127.0.0.1', port: 0, origins: [extension], hosts: [] },
    hall,
    after,
  )
  stops.push(() => server.close())
  const { port } = server
  return { url: `ws://127.0.0.1:${port}`, port, failures, turnedAway, pass, server }
}

async function opened(url: string): Promise<WebSocket> {
  const socket = new WebSocket(url)
  socket.on('error', () => undefined)
  stops.push(() => socket.terminate())
  await once(socket, 'open')
  return socket
}

async function closing(socket: WebSocket): Promise<number> {
  const [code] = (await once(socket, 'close')) as [number]
  return code
}

/** A caller that speaks what it likes. */
async function raw(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  stops.push(() => socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** Until what others do has come true. */
async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await new Promise((resolve) => setImmediate(resolve))
}

const upgrade = (port: number, path = '/') =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n'

describe('the door', () => {
  test('answers no page that is not a WebSocket, and keeps no connection for another', async () => {
    const { port } = await listening()
    const response = await fetch(`http://127.0.0.1:${port}/`)
    expect([response.status, response.headers.get('connection')]).toEqual([404, 'close'])
    expect(await response.text()).toBe('')
  })

  test('takes an invitation by its name, and no other path', async () => {
    const { port } = await listening()
    const statusOf = async (path: string) => {
      const socket = await raw(port)
      socket.write(upgrade(port, path))
      const [data] = (await once(socket, 'data')) as [Buffer]
      return data.toString().split(' ')[1]
    }
    expect(await statusOf('/')).toBe('101')
    expect(await statusOf('/pair/0011223344556677')).toBe('101')
    for (const path of ['/pair/', '/pair/00', '/pair/001122334455667X', '//', '/x', '/?a'])
      expect([path, await statusOf(path)]).toEqual([path, '404'])
  })

  test('hears of everyone who is turned away', async () => {
    const { url, turnedAway } = await listening()
    const socket = new WebSocket(url, { headers: { origin: 'https://evil.test' } })
    const [error] = (await once(socket, 'error')) as [Error]
    expect(error.message).toContain('403')
    expect(turnedAway).toEqual([['origin', 'https://evil.test']])
  })
})

describe('a connection', () => {
  test('hands over binary frames in order, and ends when its handler ends it', async () => {
    const frames: number[] = []
    const { url, failures } = await listening({
      async take([first = 0]) {
        frames.push(first)
        return first < 3
      },
    })
    const socket = await opened(url)
    for (const value of [1, 2, 3, 4]) socket.send(Uint8Array.of(value))
    expect(await closing(socket)).toBe(1008)
    expect(frames).toEqual([1, 2, 3])
    expect(failures).toEqual([])
  })

  test.for([
    ['text', 'hello'],
    ['nothing', new Uint8Array(0)],
    ['a frame beyond the longest record', new Uint8Array(65_537)],
  ] as const)('that sends %s ends', async ([, data]) => {
    const { url } = await listening({ arrives: (line) => line.proven() })
    const socket = await opened(url)
    socket.send(data)
    expect(await closing(socket)).not.toBe(1000)
  })

  test('gives what cannot be handled to whoever started it', async () => {
    const { url, failures } = await listening({
      take: async () => {
        throw new Error('the disk is gone')
      },
    })
    const socket = await opened(url)
    socket.send(Uint8Array.of(1))
    await until(() => failures.length > 0)
    expect(String(failures[0])).toContain('the disk is gone')
  })

  test('that breaks at any point ends no process', async () => {
    const { port, failures } = await listening()
    const request = upgrade(port)
    for (const length of [0, 1, 20, request.length - 1, request.length]) {
      const socket = await raw(port)
      socket.write(request.slice(0, length))
      socket.resetAndDestroy()
    }
    const wrong = await raw(port)
    wrong.write(request.replace('127.0.0.1', 'evil.test'))
    wrong.resetAndDestroy()
    await opened(`ws://127.0.0.1:${port}`)
    expect(failures).toEqual([])
  })
})

describe('what a stranger may do', () => {
  test('a caller has ten seconds to prove a key, whatever it does meanwhile', async () => {
    let last: Line | undefined
    const { url, port, pass } = await listening({ arrives: (line) => (last = line) })
    const silent = await raw(port)
    const slow = await raw(port)
    slow.write('GET / HTTP/1.1\r\n')
    const chatty = await opened(url)
    const known = await opened(url)
    last?.proven()
    const gone = [silent, slow, chatty].map((socket) => once(socket, 'close'))
    await pass(9_999)
    chatty.send(Uint8Array.of(1))
    chatty.ping()
    await once(chatty, 'pong')
    await pass(1)
    await Promise.all(gone)
    known.ping()
    await once(known, 'pong')
    expect(chatty.readyState).toBe(WebSocket.CLOSED)
  })

  test('a stranger who sends more than a handshake is cut off, also within one frame', async () => {
    let taken = 0
    const line = Promise.withResolvers<Line>()
    const { url } = await listening({
      arrives: line.resolve,
      take: async () => (taken += 1) > 0,
    })
    const long = await opened(url)
    long.send(new Uint8Array(5000))
    expect(await closing(long)).toBe(1006)
    const many = await opened(url)
    for (let times = 0; times < 5; times += 1) many.send(new Uint8Array(1000))
    expect(await closing(many)).toBe(1006)
    expect(taken).toBeLessThan(5)
    // The control: who has proven a key may.
    const other = await listening({ arrives: (one) => one.proven(), take: async () => false })
    const known = await opened(other.url)
    known.send(new Uint8Array(60_000))
    expect(await closing(known)).toBe(1008)
  })

  test('strangers go for strangers, the oldest first', async () => {
    const lines: Line[] = []
    const { url, port, turnedAway } = await listening({ arrives: (line) => lines.push(line) })
    const known = await opened(url)
    lines[0]?.proven()
    const answered = await opened(url)
    lines[1]?.send(Uint8Array.of(1))
    const closed: number[] = []
    for (let number = 0; number < 300; number += 1) {
      const socket = await raw(port)
      socket.on('close', () => closed.push(number))
    }
    await until(() => closed.length >= 44)
    expect(closed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 44 }, (_, at) => at))
    expect(turnedAway).toEqual(Array.from({ length: 44 }, () => ['crowd', '127.0.0.1']))
    expect([known.readyState, answered.readyState]).toEqual([WebSocket.OPEN, WebSocket.OPEN])
  })
})

describe('what a peer cannot make us keep', () => {
  test('frames that come while one is handled wait, and no more than a bound', async () => {
    const gate = Promise.withResolvers<void>()
    let taken = 0
    const { url, port } = await listening({
      arrives: (line) => line.proven(),
      async take() {
        taken += 1
        await gate.promise
        return true
      },
    })
    // Nothing that it sends is read while a frame is handled, so that it has to wait, too.
    const patient = await opened(url)
    for (let times = 0; times < 2000; times += 1) patient.send(new Uint8Array(16_384))
    await until(() => taken === 1)
    await until(() => patient.bufferedAmount > 0)
    expect(patient.readyState).toBe(WebSocket.OPEN)
    // As many as fit one chunk: too many to keep.
    const socket = await raw(port)
    socket.write(upgrade(port))
    await once(socket, 'data')
    const frame = Buffer.from([0x82, 0x81, 0, 0, 0, 0, 7])
    socket.write(Buffer.concat(Array.from({ length: 5000 }, () => frame)))
    await once(socket, 'close')
    const before = taken
    gate.resolve()
    await until(() => taken >= 2000)
    expect(taken).toBeLessThan(2000 + before + 1024)
    expect(patient.readyState).toBe(WebSocket.OPEN)
  })

  test('a caller who does not read is cut off', async () => {
    const line = Promise.withResolvers<Line>()
    const over = { is: false }
    const { url } = await listening({
      arrives: line.resolve,
      end: async () => void (over.is = true),
    })
    const socket = await opened(url)
    socket.pause()
    const { send, proven } = await line.promise
    proven()
    let sent = 0
    // What the system keeps for it, and a mebibyte that we do.
    for (; !over.is && sent < 1000; sent += 1) {
      send(new Uint8Array(60_000))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(sent).toBeLessThan(1000)
  })

  test('pings are answered, a few', async () => {
    const { url } = await listening({ arrives: (line) => line.proven() })
    const socket = await opened(url)
    let pongs = 0
    socket.on('pong', () => (pongs += 1))
    for (let times = 0; times < 100; times += 1) socket.ping()
    expect(await closing(socket)).toBe(1006)
    expect(pongs).toBeLessThanOrEqual(60)
  })
})

describe('a peer that is gone', () => {
  test('is noticed when it misses two beats, and one that answers stays', async () => {
    let ended = 0
    const { url, pass } = await listening({
      arrives: (line) => line.proven(),
      end: async () => void (ended += 1),
    })
    const alive = await opened(url)
    const dead = new WebSocket(url, { autoPong: false })
    stops.push(() => dead.terminate())
    await once(dead, 'open')
    const gone = closing(dead)
    for (let beats = 0; beats < 3; beats += 1) {
      expect(dead.readyState).toBe(WebSocket.OPEN)
      const heard = beats < 2 ? [once(alive, 'ping'), once(dead, 'ping')] : [once(alive, 'ping')]
      await pass(15_000)
      await Promise.all(heard)
      // What it answers is on the way before this is.
      alive.ping()
      await once(alive, 'pong')
    }
    expect(await gone).toBe(1006)
    expect(alive.readyState).toBe(WebSocket.OPEN)
    expect(ended).toBe(1)
  })
})

describe('a daemon that stops', () => {
  test('finishes what is in flight, says so to everybody and lets nobody in', async () => {
    const gate = Promise.withResolvers<void>()
    const began = Promise.withResolvers<void>()
    const done: string[] = []
    const { url, server } = await listening({
      arrives: (line) => line.proven(),
      async take([first]) {
        began.resolve()
        await gate.promise
        done.push(`took ${first}`)
        return true
      },
      end: async () => void done.push('ended'),
    })
    const socket = await opened(url)
    for (const value of [1, 2]) socket.send(Uint8Array.of(value))
    await began.promise
    const code = closing(socket)
    const stopped = server.close()
    await expect(opened(url)).rejects.toThrow('ECONNREFUSED')
    expect(done).toEqual([])
    gate.resolve()
    expect(await code).toBe(1001)
    await stopped
    // What had not begun is dropped: the device asks again.
    expect(done.slice(0, 2)).toEqual(['took 1', 'ended'])
  })

  test.for([
    ['three seconds for what waits for a person, and ends it', 3000, true, 1001],
    ['five seconds for what does not end, and no longer', 5000, false, 1006],
  ] as const)('waits %s', async ([, ms, endsWhenTold, expected]) => {
    const began = Promise.withResolvers<void>()
    const { url, server, pass } = await listening({
      arrives: (line) => line.proven(),
      async take() {
        began.resolve()
        return new Promise(() => undefined)
      },
      end: () => (endsWhenTold ? Promise.resolve() : new Promise(() => undefined)),
    })
    const socket = await opened(url)
    socket.send(Uint8Array.of(1))
    await began.promise
    const code = closing(socket)
    const stopped = server.close()
    await pass(ms - 1)
    expect(socket.readyState).toBe(WebSocket.OPEN)
    await pass(1)
    await stopped
    expect(await code).toBe(expected)
  })

  test('is not waited for by one whose caller has gone', async () => {
    const began = Promise.withResolvers<void>()
    const ended = Promise.withResolvers<void>()
    const { url } = await listening({
      arrives: (line) => line.proven(),
      async take() {
        began.resolve()
        await ended.promise
        return false
      },
      end: async () => ended.resolve(),
    })
    const socket = await opened(url)
    socket.send(Uint8Array.of(1))
    await began.promise
    socket.close()
    await expect(ended.promise).resolves.toBe(undefined)
  })
})
