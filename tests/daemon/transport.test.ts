import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { connect as dialTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import * as tandem from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { transfer } from '../../daemon/test/transfer.ts'
import { invite, logOf, revoke } from './control.ts'
import { type DaemonProcess, startWith, tandem as command } from './daemon.ts'
import { type Kept, type TestDevice, callAgain, deviceOver, pairDevice } from './test-device.ts'
import { type Wire, connect } from './wire.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-transport-'))
const logFile = join(home, 'lines.log')
const listed = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
const chrome = 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'
const firefox = 'moz-extension://2c127fa4-62c7-4e4f-90e5-472b45eecfdc'
const chain = evm(network('eip155:31337'))
let daemon: DaemonProcess
let device: TestDevice

const settings = `[log]
file = "${logFile}"
[health]
port = 0
[listen]
origins = ["${listed}"]
hosts = ["tandem.test:8765"]
`
const start = () => startWith(home, { settings })

beforeAll(async () => {
  daemon = await start()
  device = await pairDevice(daemon.link)
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const portOf = () => Number(daemon.address.split(':')[1])
const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

/** What the daemon has counted of one kind of refusal since it started. */
async function counted(code: string): Promise<number> {
  const lines = readFileSync(logFile, 'utf8').trim().split('\n')
  const ports = lines
    .map((line) => JSON.parse(line) as { event: string; port?: number })
    .filter(({ event }) => event === 'health')
  const page = await fetch(`http://127.0.0.1:${ports.at(-1)?.port}/metrics`)
  const label = `tandem_events_total{what="refusal",label="${code}"} `
  const line = (await page.text()).split('\n').find((one) => one.startsWith(label))
  return Number(line?.slice(label.length) ?? 0)
}

/** All that the daemon says to these bytes, until it or the first answer ends. */
async function said(bytes: Buffer, more?: Buffer): Promise<Buffer> {
  const socket = dialTcp(portOf(), '127.0.0.1')
  socket.on('error', () => socket.destroy())
  socket.write(bytes)
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await Promise.race([once(socket, 'data'), once(socket, 'close')])
  const isOpen = Buffer.concat(chunks).includes(' 101 ')
  if (isOpen && more) socket.write(more)
  if (isOpen && !more) socket.destroy()
  if (!socket.closed) await once(socket, 'close')
  return Buffer.concat(chunks)
}

function upgrade(origins: readonly string[], hosts: readonly string[]): Buffer {
  const lines = [
    'GET / HTTP/1.1',
    ...hosts.map((host) => `Host: ${host}`),
    ...origins.map((origin) => `Origin: ${origin}`),
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  ]
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
}

/** A masked binary frame, as a browser sends it. */
function framed(bytes: Uint8Array): Buffer {
  const length = Buffer.alloc(4)
  length.writeUInt16BE(0x82fe)
  length.writeUInt16BE(bytes.length, 2)
  return Buffer.concat([length, Buffer.alloc(4), bytes])
}

describe('the door of a real daemon', () => {
  test('lets in four kinds of callers under its own names, of six hundred', async () => {
    const port = portOf()
    const origins = {
      right: [[], [listed], [chrome], [firefox]],
      wrong: [
        `${listed}/`,
        `${listed}/x`,
        `${listed}:1`,
        `${listed}.evil.test`,
        `x${listed}`,
        listed.toUpperCase(),
        listed.slice(0, -1),
        `${listed}a`,
        `${listed}?`,
        `${listed}#`,
        'chrome-extension://',
        'chrome-extension://null',
        'chrome-extension://q',
        `chrome-extension://${'z'.repeat(32)}`,
        `chrome-extension://${'1'.repeat(32)}`,
        `chrome://${'a'.repeat(32)}`,
        `chrome-extensions://${'a'.repeat(32)}`,
        `safari-web-extension://${'a'.repeat(32)}`,
        `edge-extension://${'a'.repeat(32)}`,
        `${firefox}/`,
        firefox.toUpperCase(),
        firefox.slice(0, -1),
        `${firefox}0`,
        'moz-extension://x',
        firefox.replaceAll('-', ''),
        firefox.replace('moz', 'moz2'),
        'null',
        'undefined',
        '',
        'file://',
        'about:blank',
        'data:',
        'blob:',
        '*',
        'ws://',
        ' ',
        '://',
        '127.0.0.1',
        'https://evil.test',
        'http://evil.test:80',
        'https://tandem.test',
        'https://ex\u00e4mple',
        `http://127.0.0.1:${port}`,
        `http://localhost:${port}`,
        `ws://127.0.0.1:${port}`,
        'http://127.0.0.1',
        'http://localhost',
        'http://localhost:5000',
        'https://[::1]',
        `https://${'a'.repeat(32)}`,
        `http://evil.test/#${listed}`,
        `https://evil.test@${listed}`,
      ].map((origin) => [origin]),
      two: [
        [listed, listed],
        [listed, 'https://evil.test'],
        ['https://evil.test', listed],
        [`${listed}, ${listed}`],
      ],
    }
    const hosts = {
      right: [[`127.0.0.1:${port}`], [`localhost:${port}`], ['tandem.test:8765']],
      wrong: [
        [`rebind.test:${port}`],
        ['127.0.0.1'],
        [`127.0.0.1:${port + 1}`],
        [`localhost.evil.test:${port}`],
        [`0.0.0.0:${port}`],
        [''],
        [`127.0.0.1:${port}`, `127.0.0.1:${port}`],
      ],
    }
    const allOrigins = [...origins.right, ...origins.wrong, ...origins.two]
    const allHosts = [...hosts.right, ...hosts.wrong]
    expect([allOrigins.length, allHosts.length]).toEqual([60, 10])
    const before = { origin: await counted('origin'), host: await counted('host') }
    const expected = { origin: 0, host: 0 }
    for (const host of allHosts)
      for (const origin of allOrigins) {
        const isHost = hosts.right.includes(host)
        const isIn = isHost && origins.right.includes(origin)
        if (!isIn) expected[isHost ? 'origin' : 'host'] += 1
        const answer = (await said(upgrade(origin, host))).toString()
        expect([origin, host, answer.split(' ')[1]]).toEqual([origin, host, isIn ? '101' : '403'])
        if (!isIn) expect(answer).toMatch(/^HTTP\/1\.1 403 [\w\s:-]+\r\n\r\n$/)
      }
    const after = { origin: await counted('origin'), host: await counted('host') }
    // Each is counted, and the log keeps a few of them.
    expect(expected).toEqual({ origin: 168, host: 420 })
    expect([after.origin - before.origin, after.host - before.host]).toEqual([168, 420])
    const rows = (await logOf(home)).filter(({ type }) => type === 'refused')
    expect(rows.length).toBeGreaterThanOrEqual(60)
    expect(rows.length).toBeLessThan(100)
  })

  test('says nothing to an extension without a key, whatever it claims to be', async () => {
    const { noise, peer } = device.kept
    const peerNoisePk = peer.noisePk
    const us = { kind: 'session', me: tandem.DEVICE, peer: tandem.COSIGNER } as const
    const stranger = tandem.dial({ ...us, keys: tandem.dhKeys(fresh('k', 32)), peerNoisePk }, fresh)
    const known = tandem.dial({ ...us, keys: noise, peerNoisePk }, fresh)
    const host = [`127.0.0.1:${portOf()}`]
    const answers = await Promise.all([
      ...[[], [listed], [chrome], [firefox]].map((origin) =>
        said(upgrade(origin, host), framed(stranger.send!)),
      ),
      // The key of a device that paired without a browser is no use to an extension, either.
      said(upgrade([chrome], host), framed(known.send!)),
    ])
    // A close frame of two bytes: 1008.
    expect(answers.map(afterHead)).toEqual(answers.map(() => '880203f0'))
  })
})

/** What comes after the head of an answer, in hex. */
function afterHead(answer: Buffer): string {
  return answer.subarray(answer.indexOf('\r\n\r\n') + 4).toString('hex')
}

/** What an extension pairs and comes back with. */
async function fromBrowser(origin: string, kept: Pick<Kept, 'identity' | 'noise'>) {
  const us = { me: tandem.DEVICE, peer: tandem.COSIGNER, keys: kept.noise } as const
  const card = tandem.identityCard(tandem.DEVICE, kept.identity, kept.noise.publicKey)
  const peerNoisePk = device.kept.peer.noisePk
  return {
    pair: async (link: string) => {
      const secret = Uint8Array.from(Buffer.from(/s=([0-9a-f]+)$/.exec(link)?.[1] ?? '', 'hex'))
      return connect(daemon.address, { ...us, kind: 'pairing', secret, card }, { origin })
    },
    come: () => connect(daemon.address, { ...us, kind: 'session', peerNoisePk }, { origin }),
  }
}

describe('an extension that the settings do not name', () => {
  test('pairs by a link, and comes back as the one that it paired as', async () => {
    const kept = { identity: fresh('identity', 32), noise: tandem.dhKeys(fresh('noise', 32)) }
    const mine = await fromBrowser(firefox, kept)
    const other = await fromBrowser(chrome, kept)
    await expect(mine.come()).rejects.toThrow('closed the connection')
    const { link, hangUp } = await invite(home)
    const paired = await mine.pair(link)
    const { peer } = paired
    if (!peer) throw new Error('a daemon')
    await (await deviceOver({ ...kept, peer }, paired.wire)).close()
    hangUp()
    const back = await mine.come()
    await (await deviceOver({ ...kept, peer }, back.wire)).close()
    await expect(other.come()).rejects.toThrow('closed the connection')
    const listedOne = await fromBrowser(listed, kept)
    await expect(listedOne.come()).rejects.toThrow('closed the connection')
  })
})

/** A second connection of a device, and how it ends. */
async function again(kept: Kept, change: (wire: Wire) => Wire = (wire) => wire) {
  const { wire, socket } = await connect(daemon.address, {
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: kept.noise,
    peerNoisePk: kept.peer.noisePk,
  })
  const code = once(socket, 'close').then(([number]) => Number(number))
  return { device: await deviceOver(kept, change(wire)), code }
}

describe('a device', () => {
  test('that connects once more takes the place of its first connection, which is told', async () => {
    const first = await again(device.kept)
    const second = await again(first.device.kept)
    expect(await first.code).toBe(4001)
    expect(await second.device.sign(chain, transfer(0n))).toMatchObject({ type: 'transaction' })
    device = second.device
  })

  test('that is revoked is cut off at once, and stays out after a restart', async () => {
    const { link, hangUp } = await invite(home)
    const lost = await pairDevice(link)
    hangUp()
    await lost.makeWallet()
    const { device: there, code } = await again(lost.kept)
    // While it signs: what was under way never ends well.
    const signing = there.sign(chain, transfer(0n)).then(
      () => 'signed before',
      () => 'cut off',
    )
    await revoke(home, Buffer.from(ed25519.getPublicKey(lost.kept.identity)).toString('hex'))
    expect(await code).toBe(1008)
    await signing
    await expect(callAgain(daemon.address, lost.kept)).rejects.toThrow('closed the connection')
    const { kept } = device
    await daemon.stop()
    daemon = await start()
    await expect(callAgain(daemon.address, lost.kept)).rejects.toThrow('closed the connection')
    device = await callAgain(daemon.address, kept)
    expect(await device.sign(chain, transfer(1n))).toMatchObject({ type: 'transaction' })
  })
})

describe('a daemon that is told to stop', () => {
  test('ends a signature in flight, says goodbye, and goes on where it was', async () => {
    const stop = (wire: Wire): Wire => ({
      ...wire,
      send(packet) {
        wire.send(packet)
        if (packet.header.type === 'F1') daemon.process.kill('SIGTERM')
      },
    })
    const exited = once(daemon.process, 'exit')
    const { device: signing, code } = await again(device.kept, stop)
    const outcome = await signing.sign(chain, transfer(2n)).then(
      () => 'signed',
      (error: unknown) => String(error),
    )
    expect(outcome).toContain('closed the connection')
    expect(await code).toBe(1001)
    expect(await exited).toEqual([0, null])
    const verified = await command(home, ['audit', 'verify'])
    expect([verified.code, verified.err]).toEqual([0, ''])
    daemon = await start()
    device = await callAgain(daemon.address, signing.kept)
    expect(await device.sign(chain, transfer(3n))).toMatchObject({ type: 'transaction' })
  })
})
