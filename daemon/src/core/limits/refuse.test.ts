import { expect, test } from 'vitest'
import { memory } from '../../adapters/stores/memory.ts'
import { none } from '../../adapters/metrics/none.ts'
import { decodeEvent } from '../event.ts'
import { limits } from './limits.ts'
import { refuse } from './refuse.ts'

test('a flood of refusals leaves few rows and is counted in full', async () => {
  let clock = 0
  const now = () => new Date(clock)
  const store = memory()
  const counted: string[] = []
  const metrics = { ...none, count: (_what: string, label: string) => void counted.push(label) }
  const parts = { store, metrics, now, limits: limits(100, { now, after: () => () => undefined }) }
  const rows = async () => (await store.head()).length

  const stranger = { code: 'origin', message: 'https://evil.test' }
  for (let times = 0; times < 1000; times += 1) await refuse(parts, undefined, stranger)
  expect([await rows(), counted.length]).toEqual([60, 940])

  // What strangers do is not held against a device, nor one device against another.
  const wrong = { code: 'bad-message', message: 'no message' }
  const devices = [1, 2].map((byte) => new Uint8Array(32).fill(byte))
  for (const device of devices)
    for (let times = 0; times < 300; times += 1) await refuse(parts, device, wrong)
  expect([await rows(), counted.length]).toEqual([460, 1140])

  clock += 60_000
  await refuse(parts, undefined, stranger)
  const [last] = await store.events(461, 1)
  expect(decodeEvent(last!.body)).toMatchObject({ ...stranger, type: 'refused', at: 60_000 })
})
