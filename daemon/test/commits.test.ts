import { expect, test } from 'vitest'
import { memory } from '../src/adapters/stores/memory.ts'
import { decodeEvent } from '../src/core/event.ts'
import type { Store } from '../src/ports/store.ts'
import { daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

test('a signature goes to the disk five times, its decision together with what may be signed', async () => {
  const raw = memory()
  let commits: string[][] = []
  const store: Store = {
    ...raw,
    commit(batch) {
      const events = (batch.events ?? []).map((body) => decodeEvent(body))
      commits.push(events.map((event) => (event.type === 'mark' ? event.mark : event.type)))
      return raw.commit(batch)
    },
  }
  const cosigner = await daemon({ store })
  const device = await cosigner.connect()
  await device.makeWallet({ proposal: { suites: [1] } })
  await device.ask(local, transfer(0n))
  commits = []
  await device.sign(local, transfer(1n))
  expect(commits).toEqual([
    ['decided', 'approved'],
    ['started', 'pending'],
    ['pass'],
    ['pending'],
    ['pass', 'signed'],
  ])
})
