/** What a device may ask of its co-signer beside signatures: who else shares its wallets, how secrets are kept. */
import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { type ControlMessage, DEVICE, decodeControl } from '@tandem/protocol'
import { expect, test, vi } from 'vitest'
import type { Packet } from '../../tests/daemon/wire.ts'
import { encodeRow } from '../src/core/encoding.ts'
import { pinDevice } from '../src/core/devices.ts'
import { inspectionFor } from '../src/core/inspection.ts'
import { WalletRecord, walletsOf } from '../src/core/wallet-record.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

type Inspection = Extract<ControlMessage, { type: 'inspection' }>

async function watched(cosigner: Daemon) {
  const heard: Packet[] = []
  const device = await cosigner.connect(undefined, undefined, (said) => heard.push(said))
  const { identity, noise } = device.kept
  const identityPk = ed25519.getPublicKey(identity)
  const pinned = { id: DEVICE, identityPk, noisePk: noise.publicKey }
  await pinDevice(cosigner.parts.store, pinned, new Date())
  return {
    device,
    identityPk,
    async inspect(): Promise<Inspection> {
      heard.length = 0
      device.say({ type: 'inspect' })
      const isIt = ({ header }: Packet) => header.type === 'inspection'
      const { header, body } = await vi.waitUntil(() => heard.find(isIt))
      const message = decodeControl(header, body)
      if (message.type !== 'inspection') throw new Error('an inspection')
      return message
    },
  }
}

test('a device hears of itself, and of none that has another wallet', async () => {
  const cosigner = await daemon()
  const one = await watched(cosigner)
  const other = await watched(cosigner)
  for (const { device } of [one, other]) await device.makeWallet({ proposal: { suites: [1] } })
  // The control: the co-signer knows both.
  expect(await cosigner.parts.view.list('device')).toHaveLength(2)
  for (const { identityPk, inspect } of [one, other])
    expect((await inspect()).devices.map((known) => known.identityPk)).toEqual([identityPk])
})

test('a device hears when it was paired and signed, and how secrets are sealed', async () => {
  const cosigner = await daemon()
  const { device, identityPk, inspect } = await watched(cosigner)
  const { sealing, devices } = await inspect()
  expect(sealing).toBe('key-file')
  expect(devices.map(({ name }) => name)).toEqual([
    `device ${bytesToHex(identityPk.subarray(0, 4))}`,
  ])
  await device.makeWallet({ proposal: { suites: [1] } })
  await device.sign(local, transfer(0n))
  const [known] = (await inspect()).devices
  expect(known!.signedAt).toBeGreaterThanOrEqual(known!.pairedAt)
})

test('a device that shared a wallet is named until it is revoked', async () => {
  const cosigner = await daemon()
  const { parts } = cosigner
  const one = await watched(cosigner)
  const other = await watched(cosigner)
  await one.device.makeWallet({ proposal: { suites: [1] } })
  const named = async (revokedAt?: number): Promise<Uint8Array[]> => {
    const view = {
      async get(kind: 'wallet' | 'device', id: Uint8Array) {
        const row = await parts.view.get(kind, id)
        if (kind === 'wallet') return { ...row, device: other.identityPk }
        return bytesToHex(id) === bytesToHex(other.identityPk) ? { ...row, revokedAt } : row
      },
    }
    const { devices } = await inspectionFor({ ...parts, view: view as never }, one)
    return devices.map(({ identityPk }) => identityPk)
  }
  expect(await named()).toEqual([one.identityPk, other.identityPk])
  expect(await named(1)).toEqual([one.identityPk])
})

test('of more devices than an answer names, the one that asks is among them', async () => {
  const { parts, connect } = await daemon()
  const device = await connect()
  const identityPk = ed25519.getPublicKey(device.kept.identity)
  await pinDevice(
    parts.store,
    { id: DEVICE, identityPk, noisePk: device.kept.noise.publicKey },
    new Date(),
  )
  await device.makeWallet({ proposal: { suites: [1] } })
  const [record] = await walletsOf(parts.store, identityPk)
  const named = async (count: number): Promise<Uint8Array[]> => {
    const rows = Array.from({ length: count }, (_, at) => {
      const wallet = new Uint8Array(32).fill(at + 1)
      return { key: wallet, value: encodeRow(WalletRecord, { ...record!, wallet }) }
    })
    const store = { ...parts.store, list: async () => rows }
    const view = {
      // Each wallet is shared with another device, which the wallet is the name of.
      async get(kind: 'wallet' | 'device', id: Uint8Array) {
        return kind === 'wallet' ? { device: id } : parts.view.get('device', identityPk)
      },
    }
    const inspected = await inspectionFor({ ...parts, store, view: view as never }, { identityPk })
    return inspected.devices.map((known) => known.identityPk)
  }
  expect(await named(62)).toHaveLength(63)
  for (const count of [63, 64, 90]) {
    const devices = await named(count)
    expect(devices).toHaveLength(64)
    expect(devices[0]).toEqual(identityPk)
  }
})
