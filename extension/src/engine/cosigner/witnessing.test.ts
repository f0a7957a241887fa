import { expect, test } from 'vitest'
import { memoryDisk } from '../adapters/memory-disk.ts'
import type { Disk } from '../ports/disk.ts'
import type { Receipt, Witness } from './kept.ts'
import { openWitness } from './witnessing.ts'

const checkpoint = (length: bigint): NonNullable<Witness['checkpoint']> => ({
  length,
  root: new Uint8Array(32).fill(Number(length)),
  at: 1n,
  signature: new Uint8Array(64),
})
const receipt = (epoch: number, counter: bigint): Receipt => ({
  epoch,
  counter,
  state: new Uint8Array(32),
  mac: new Uint8Array(32),
})

/** A disk whose writes wait until they may go on. */
function heldDisk(disk: Disk) {
  let held: (() => void)[] | undefined
  return {
    disk: {
      ...disk,
      async write(batch) {
        if (held) await new Promise<void>((resolve) => held?.push(resolve))
        await disk.write(batch)
      },
    } satisfies Disk,
    hold: () => (held = []),
    waiting: () => held?.length ?? 0,
    release() {
      const all = held ?? []
      held = undefined
      for (const go of all) go()
    },
  }
}

test('what comes in while another log begins to count goes on from that log', async () => {
  const plain = memoryDisk()
  const { disk, hold, waiting, release } = heldDisk(plain)
  const witness = await openWitness(disk)
  await witness.keep({ checkpoint: checkpoint(40n), receipt: receipt(0, 9n) })
  witness.beginAnew()
  await witness.keep({ checkpoint: checkpoint(3n), receipt: receipt(1, 1n) })
  expect(witness.kept().checkpoint?.length).toBe(40n)
  hold()
  const going = witness.goOnAnew()
  await new Promise((resolve) => setImmediate(resolve))
  expect(waiting()).toBe(1)
  // A message of the co-signer, while the disk is slow.
  expect(witness.seen().checkpoint?.length).toBe(3n)
  await witness.keep({ receipt: receipt(1, 2n) })
  release()
  await going
  const expected = { checkpoint: checkpoint(3n), receipt: receipt(1, 2n) }
  expect(witness.kept()).toEqual(expected)
  expect((await openWitness(plain)).kept()).toEqual(expected)
})

test('a log that was given up leaves nothing behind', async () => {
  const disk = memoryDisk()
  const witness = await openWitness(disk)
  await witness.keep({ checkpoint: checkpoint(40n) })
  witness.beginAnew()
  await witness.keep({ checkpoint: checkpoint(3n), receipt: receipt(1, 1n) })
  witness.giveUpAnew()
  const expected = { checkpoint: checkpoint(40n), receipt: undefined }
  expect([witness.seen(), (await openWitness(disk)).kept()]).toEqual([expected, expected])
})

test('two that come at once are both kept, and an older receipt takes the place of none', async () => {
  const disk = memoryDisk()
  const witness = await openWitness(disk)
  await Promise.all([
    witness.keep({ checkpoint: checkpoint(4n) }),
    witness.keep({ receipt: receipt(2, 7n) }),
    witness.keep({ receipt: receipt(1, 8n) }),
    witness.keep({ receipt: receipt(2, 6n) }),
  ])
  const expected = { checkpoint: checkpoint(4n), receipt: receipt(2, 7n) }
  expect((await openWitness(disk)).kept()).toEqual(expected)
})
