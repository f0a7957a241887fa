import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { now, root } from '../../../test/log/history.ts'
import { memory } from '../../adapters/stores/memory.ts'
import { openLog } from '../log/open-log.ts'
import { busyWallets } from './busy-wallets.ts'

const wallet = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.nat(3).map((place) => new Uint8Array(32).fill([0, 1, 254, 255][place] ?? 0)),
)
const request = fc.record({
  table: fc.constantFrom('decision', 'unsigned', 'pair', 'wallet'),
  wallet,
  rest: fc.constantFrom(0, 1, 255).map((byte) => new Uint8Array(16).fill(byte)),
})

test('each wallet with a row in one of some tables is found once, and no other', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(request, { maxLength: 12 }), async (all) => {
      const log = await openLog(memory(), root, now)
      const rows = new Map(
        all.map(({ table, wallet: name, rest }) => {
          const key = concatBytes(name, rest)
          return [`${table} ${bytesToHex(key)}`, { table, key, value: Uint8Array.of(1) }] as const
        }),
      )
      await log.store.commit({ rows: [...rows.values()] })
      const found: string[] = []
      for await (const name of busyWallets(log, ['decision', 'unsigned']))
        found.push(bytesToHex(name))
      const asked = all.filter(({ table }) => table === 'decision' || table === 'unsigned')
      const expected = new Set(asked.map((one) => bytesToHex(one.wallet)))
      expect(found).toEqual([...expected].toSorted())
    }),
    { seed: 3, numRuns: 100 },
  )
})
