/** A device whose pairing or ceremony was cut off comes back, and both machines agree on what there is. */
import { ed25519 } from '@noble/curves/ed25519.js'
import * as tandem from '@tandem/protocol'
import type { Kept } from '../test-device.ts'
import { type Wire, connect } from '../wire.ts'
import type { Journal } from './journal.ts'

type Status = Extract<tandem.ControlMessage, { type: 'hello' }>['wallets'][number]

/** @returns what is wrong. */
export async function settle(address: string, journal: Journal): Promise<string[]> {
  const { kept, received, sent } = journal
  const got = (type: tandem.Header['type']) => received.some(({ header }) => header.type === type)
  // Who heard no greeting does not know that it is paired, and begins anew.
  if (!kept || !got('hello')) return []
  const wrong: string[] = []
  const g5 = sent.find(({ header }) => header.type === 'G5')
  const wire = await dial(address, kept)
  const wallet = await greet(wire)
  if (got('dkg-ack') && !wallet?.active) wrong.push('an acknowledged wallet is not active')
  if (g5 && !wallet) wrong.push('a certified wallet is gone')
  if (wallet?.prepared && g5) {
    wire.send(g5)
    let { header } = await wire.receive()
    // By what it decides is told to who greets, before anything else.
    while (header.type === 'policy') ({ header } = await wire.receive())
    if (header.type !== 'dkg-ack') wrong.push(`a certificate is answered with ${header.type}`)
  }
  if (wallet?.prepared && !g5) wire.send(abortOf(kept, wallet.prepared.sid))
  await wire.close()

  const again = await dial(address, kept)
  const after = await greet(again)
  await again.close()
  if (after?.prepared || (after?.active !== undefined) !== (g5 !== undefined))
    wrong.push('a ceremony that was cut off is neither done nor undone')
  return wrong
}

function abortOf({ identity }: Kept, sid: Uint8Array) {
  const sign = (message: Uint8Array) => ed25519.sign(message, identity)
  const signature = tandem.signAbort(tandem.NO_EPOCHS, tandem.DEVICE, sid, sign)
  const message = { type: 'dkg-abort', from: tandem.DEVICE, sid, signature } as const
  const header = tandem.headerOf(message.type, tandem.DEVICE, tandem.COSIGNER)
  return { header, body: tandem.encodeControl(message) }
}

async function dial(address: string, { noise, peer }: Kept): Promise<Wire> {
  const { wire } = await connect(address, {
    kind: 'session',
    me: tandem.DEVICE,
    peer: tandem.COSIGNER,
    keys: noise,
    peerNoisePk: peer.noisePk,
  })
  return wire
}

/** As a device that knows of no wallet. */
async function greet(wire: Wire): Promise<Status | undefined> {
  const mine: tandem.ControlMessage = {
    type: 'hello',
    app: '0.0.0',
    protocol: tandem.PROTOCOL,
    decoders: new Uint8Array(32),
    wallets: [],
  }
  const about = tandem.headerOf('hello', tandem.DEVICE, tandem.COSIGNER)
  wire.send({ header: about, body: tandem.encodeControl(mine) })
  const { header, body } = await wire.receive()
  const hello = tandem.decodeControl(header, body)
  if (hello.type !== 'hello') throw new Error(`a greeting, not ${hello.type}`)
  return hello.wallets[0]
}
