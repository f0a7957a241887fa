import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import * as tandem from '@tandem/protocol'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon } from './daemon.ts'
import { type Kept, deviceOver, pairDevice } from './test-device.ts'
import { type Packet, type Wire, connect } from './wire.ts'

let home: string
let daemon: DaemonProcess

beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'tandem-ceremony-'))
  daemon = await startDaemon(home)
})

afterEach(async () => {
  await daemon.stop()
  rmSync(home, { recursive: true })
})

/** As when the power fails: nothing is written any more. */
async function kill(): Promise<void> {
  daemon.process.kill('SIGKILL')
  await once(daemon.process, 'exit')
}

const dial = async ({ noise, peer }: Kept): Promise<Wire> => {
  const { wire } = await connect(daemon.address, {
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: noise,
    peerNoisePk: peer.noisePk,
  })
  return wire
}

/** Makes a wallet up to the last message, which does not leave. */
async function almost(): Promise<{ kept: Kept; g5: Packet }> {
  const first = await pairDevice(daemon.link)
  const { kept } = first
  await first.close()
  const wire = await dial(kept)
  let caught: (packet: Packet) => void = () => {}
  const g5 = new Promise<Packet>((resolve) => (caught = resolve))
  const device = await deviceOver(kept, {
    ...wire,
    send: (packet) => (packet.header.type === 'G5' ? caught(packet) : wire.send(packet)),
  })
  // It is cut off with the daemon, at the latest.
  const made = device.makeWallet().catch(() => 'cut off')
  const packet = await g5
  await kill()
  expect(await made).toBe('cut off')
  return { kept, g5: packet }
}

/** Says hello as a device without a wallet, and hears the daemon's. */
async function greet(wire: Wire) {
  const about = tandem.headerOf('hello', tandem.DEVICE, tandem.COSIGNER)
  const mine = { app: '0.0.0', protocol: tandem.PROTOCOL, decoders: new Uint8Array(32) }
  wire.send({ header: about, body: tandem.encodeControl({ type: 'hello', ...mine, wallets: [] }) })
  const { header, body } = await wire.receive()
  const hello = tandem.decodeControl(header, body)
  if (hello.type !== 'hello') throw new Error('a greeting')
  return hello.wallets
}

describe('a daemon that is killed before the last message of a ceremony', () => {
  test('takes that message after it started again', async () => {
    const { kept, g5 } = await almost()
    daemon = await startDaemon(home)
    const wire = await dial(kept)
    const [wallet] = await greet(wire)
    expect(wallet).toMatchObject({ prepared: { epoch: 0 } })
    wire.send(g5)
    const said = []
    while (said.at(-1)?.type !== 'dkg-ack') {
      const { header, body } = await wire.receive()
      said.push(tandem.decodeControl(header, body))
    }
    const ack = said.at(-1)
    expect(said.map(({ type }) => type)).toEqual(['policy', 'dkg-ack'])
    expect(ack).toMatchObject({ type: 'dkg-ack', tau: wallet?.prepared?.tau })
    await wire.close()
    await kill()
    daemon = await startDaemon(home)
    const again = await dial(kept)
    expect(await greet(again)).toMatchObject([{ active: { epoch: 0 } }])
    await again.close()
  })

  test('forgets the wallet when the device says that it has nothing of it', async () => {
    const { kept } = await almost()
    daemon = await startDaemon(home)
    const wire = await dial(kept)
    const [wallet] = await greet(wire)
    const { sid } = wallet!.prepared!
    const sign = (message: Uint8Array) => ed25519.sign(message, kept.identity)
    const signature = tandem.signAbort(tandem.NO_EPOCHS, tandem.DEVICE, sid, sign)
    wire.send({
      header: tandem.headerOf('dkg-abort', tandem.DEVICE, tandem.COSIGNER),
      body: tandem.encodeControl({ type: 'dkg-abort', from: tandem.DEVICE, sid, signature }),
    })
    await wire.close()
    const again = await dial(kept)
    expect(await greet(again)).toEqual([])
    await again.close()
    // And another one can be made.
    const device = await deviceOver(kept, await dial(kept))
    await device.makeWallet()
    await device.close()
  })
})
