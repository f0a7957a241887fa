import { type ControlMessage, decodeControl, encodeControl } from '@tandem/protocol'
import { expect, test } from 'vitest'
import type { Packet } from '../../tests/daemon/wire.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

/** A greeting that says something else than the device would. */
const saying =
  (other: Partial<Extract<ControlMessage, { type: 'hello' }>>) =>
  (said: Packet): Packet => {
    if (said.header.type !== 'hello') return said
    const hello = decodeControl(said.header, said.body)
    if (hello.type !== 'hello') throw new Error('a greeting')
    return { header: said.header, body: encodeControl({ ...hello, ...other }) }
  }

const codes = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) => (event.type === 'refused' ? [event.code] : []))

test('a device whose decoders are others signs nothing, and keeps its budget', async () => {
  const cosigner = await daemon()
  const device = await cosigner.connect()
  await device.makeWallet()
  await device.close()
  const other = await cosigner.connect(device.kept, saying({ decoders: new Uint8Array(32) }))
  expect(await other.ask(local, transfer(1n))).toMatchObject({ decision: 'deny', rule: 'version' })
  const decided = (await cosigner.events()).filter(({ type }) => type === 'decided')
  expect(decided).toEqual([])
  expect(await codes(cosigner)).toEqual(['version'])
  await other.close()
  // The control: the same device with the same program again.
  const again = await cosigner.connect(device.kept)
  expect((await again.sign(local, transfer(1n))).type).toBe('transaction')
})

test('a device that speaks another protocol gets no further than its greeting', async () => {
  const cosigner = await daemon()
  const device = await cosigner.connect()
  await device.makeWallet()
  await device.close()
  const other = await cosigner.connect(device.kept, saying({ protocol: 'tandem-other-v9' }))
  expect(await other.ask(local, transfer(1n))).toMatchObject({ decision: 'deny' })
  expect(await codes(cosigner)).toEqual(['version', 'busy'])
})
