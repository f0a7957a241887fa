import { expect, test } from 'vitest'
import { memoryDisk } from '../adapters/memory-disk.ts'
import { openNotes } from './notes.ts'
import type { Control } from './talk.ts'

const box = {
  seal: (_name: string, plain: Uint8Array) => Uint8Array.from(plain),
  open: (_name: string, sealed: Uint8Array) => Uint8Array.from(sealed),
}
const id = (value: number) => new Uint8Array(32).fill(value)
const hex = (value: number) => value.toString(16).padStart(2, '0').repeat(32)
const inspection: Control<'inspection'> = {
  type: 'inspection',
  sealing: 'passphrase',
  passkeys: [],
  devices: [
    { identityPk: id(1), name: 'older', pairedAt: 10n },
    { identityPk: id(2), name: 'newer', pairedAt: 20n, signedAt: 50n },
    { identityPk: id(3), name: 'mine', pairedAt: 5n },
  ],
}

test('this browser comes first, then who signed last', async () => {
  const notes = await openNotes(memoryDisk(), box)
  expect(notes.inspected(hex(3))).toBeUndefined()
  await notes.heard(inspection, 100)
  expect(notes.inspected(hex(3))).toEqual({
    at: 100,
    sealing: 'passphrase',
    devices: [
      { id: hex(3), name: 'mine', isThis: true, pairedAt: 5 },
      { id: hex(2), name: 'newer', isThis: false, pairedAt: 20, signedAt: 50 },
      { id: hex(1), name: 'older', isThis: false, pairedAt: 10 },
    ],
  })
})

test('what the co-signer said of its devices outlives the browser, with its time', async () => {
  const disk = memoryDisk()
  await (await openNotes(disk, box)).heard(inspection, 100)
  const again = await openNotes(disk, box)
  expect(again.inspected(undefined)).toMatchObject({ at: 100, sealing: 'passphrase' })
})

test('a strange name or time of a device is shown as what it is, and breaks nothing', async () => {
  const notes = await openNotes(memoryDisk(), box)
  const strange = { identityPk: id(1), name: 'me\u202Eyou\n', pairedAt: 2n ** 64n - 1n }
  await notes.heard({ ...inspection, devices: [strange] }, 100)
  const [device] = notes.inspected(undefined)!.devices
  expect(device).toMatchObject({ name: 'me?you?' })
  expect(new Date(device!.pairedAt).getTime()).not.toBeNaN()
})

test('a passkey that the co-signer removed counts no more, and stays so until the next one', async () => {
  const disk = memoryDisk()
  const notes = await openNotes(disk, box)
  const offer = (value: number) => ({
    requestId: new Uint8Array(16).fill(value),
    name: `key-${value}`,
    credentialId: new Uint8Array(8).fill(value),
    attestation: new Uint8Array(1),
    clientData: new Uint8Array(1),
  })
  const states = (of = notes) => of.passkeys().map(({ name, state }) => `${name} ${state}`)
  const counting = (...values: number[]) => ({
    ...inspection,
    passkeys: values.map((value) => offer(value).requestId),
  })
  await notes.offered(offer(1), 'enrolled')
  await notes.offered(offer(2), 'waits')
  // The control: one that the co-signer names counts, and one that waits goes on waiting.
  await notes.heard(counting(1), 100)
  expect(states()).toEqual(['key-1 enrolled', 'key-2 waits'])
  await notes.heard(counting(), 200)
  expect(states()).toEqual(['key-1 removed', 'key-2 waits'])
  expect(states(await openNotes(disk, box))).toEqual(['key-1 removed', 'key-2 waits'])
  await notes.heard(counting(1), 300)
  expect(states()).toEqual(['key-1 enrolled', 'key-2 waits'])
  await notes.heard(counting(), 400)
  await notes.offered(offer(3), 'waits')
  expect(states()).toEqual(['key-2 waits', 'key-3 waits'])
})
