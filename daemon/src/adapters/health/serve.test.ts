import { once } from 'node:events'
import { request } from 'node:http'
import { type Socket, connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Health, MOST, READY_MS, serveHealth } from './serve.ts'

let close = async () => {}
let port = 0
afterEach(() => close())

async function running(health: Partial<Health> = {}, now = () => 0) {
  const server = await serveHealth(
    0,
    { isSealed: () => false, probe: async () => true, metrics: async () => 'x 1\n', ...health },
    now,
  )
  ;({ close, port } = server)
  return (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, headers, method, agent: false }, (response) => {
        let body = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => (body += part))
        response.on('end', () => resolve({ status: response.statusCode, body }))
      })
        .on('error', reject)
        .end()
    })
}

describe('the health of a daemon', () => {
  test('is told: alive, sealed or not, and its figures', async () => {
    let sealed = true
    const get = await running({ isSealed: () => sealed })
    expect(await get('/healthz')).toEqual({ status: 200, body: '{"alive":true,"sealed":true}\n' })
    sealed = false
    expect((await get('/healthz')).body).toBe('{"alive":true,"sealed":false}\n')
    expect(await get('/metrics')).toEqual({ status: 200, body: 'x 1\n' })
    expect((await get('/other')).status).toBe(404)
  })

  test('is ready only when it opens what is sealed', async () => {
    const ready = { status: 200, body: '{"ready":true}\n' }
    const not = { status: 503, body: '{"ready":false}\n' }
    expect(await (await running())('/readyz')).toEqual(ready)
    await close()
    expect(await (await running({ probe: async () => false }))('/readyz')).toEqual(not)
    await close()
    const gone = () => Promise.reject(new Error('the token is gone'))
    expect(await (await running({ probe: gone }))('/readyz')).toEqual(not)
    await close()
    let asked = 0
    const counting = async () => (asked += 1) > 0
    expect(await (await running({ isSealed: () => true, probe: counting }))('/readyz')).toEqual(not)
    expect(asked).toBe(0)
  })

  test('unseals once in ten seconds, however often it is asked', async () => {
    let clock = 0
    let probes = 0
    const probe = async () => (probes += 1) > 0
    const get = await running({ probe }, () => clock)
    await Promise.all(Array.from({ length: 20 }, () => get('/readyz')))
    expect(probes).toBe(1)
    clock += READY_MS
    await get('/readyz')
    expect(probes).toBe(2)
    clock -= 3_600_000
    await get('/readyz')
    expect(probes).toBe(3)
  })

  test('a page under another name is refused', async () => {
    const get = await running()
    expect((await get('/metrics', { host: 'attacker.example' })).status).toBe(403)
    expect((await get('/metrics', { origin: 'https://attacker.example' })).status).toBe(403)
    expect((await get('/metrics', {}, 'POST')).status).toBe(403)
    expect((await get('/metrics')).status).toBe(200)
  })

  test('has room for a few connections, and no more', async () => {
    const get = await running()
    const sockets: Socket[] = []
    const open = async () => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      sockets.push(socket)
      await once(socket, 'connect')
      return socket
    }
    try {
      for (let count = 0; count < MOST; count += 1) await open()
      const extra = await open()
      extra.resume()
      await once(extra, 'close')
      await expect(get('/healthz')).rejects.toThrow(/ECONNRESET|socket hang up|EPIPE/)
      expect(sockets.filter((socket) => !socket.destroyed)).toHaveLength(MOST)
      // The one that leaves makes room.
      const [first] = sockets
      first?.end().resume()
      if (first) await once(first, 'close')
      expect((await get('/healthz')).status).toBe(200)
    } finally {
      for (const socket of sockets) socket.destroy()
    }
  })

  test('a page of figures that cannot be made is an error, not a hang', async () => {
    const get = await running({ metrics: () => Promise.reject(new Error('no')) })
    expect((await get('/metrics')).status).toBe(500)
  })
})
