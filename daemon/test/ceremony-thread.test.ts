import { describe, expect, test } from 'vitest'
import { here } from '../src/adapters/ceremonies/here.ts'
import { type Ceremonies, CeremonyError } from '../src/ports/ceremonies.ts'
import { readyRistretto } from '../../tests/ristretto.ts'
import { daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

/** Ceremonies that are computed when `until` is over, and fail where it fails. */
async function computedAfter(until: () => Promise<void>): Promise<Ceremonies> {
  const inner = here((await readyRistretto()).group)
  return {
    begin() {
      const computing = inner.begin()
      return {
        ...computing,
        answerG1: async (...asked) => {
          await until()
          return computing.answerG1(...asked)
        },
      }
    },
  }
}

describe('while a ceremony is computed', () => {
  test('other devices sign, and it ends well', async () => {
    let gate: PromiseWithResolvers<void> | undefined
    const waits = Promise.withResolvers<void>()
    const ceremonies = await computedAfter(async () => {
      if (!gate) return
      waits.resolve()
      await gate.promise
    })
    const cosigner = await daemon({ ceremonies })
    const first = await cosigner.connect()
    await first.makeWallet()
    gate = Promise.withResolvers()
    const second = await cosigner.connect()
    const made = second.makeWallet()
    await waits.promise
    const signed = await first.sign(local, transfer(1n))
    expect(signed).toBeDefined()
    expect(second.kept.share).toBeUndefined()
    gate.resolve()
    await made
    await second.sign(local, transfer(1n))
  })

  test('a machine that cannot go on says so, keeps nothing, and makes the next wallet', async () => {
    let fails = true
    const ceremonies = await computedAfter(async () => {
      if (fails) throw new CeremonyError('the thread of ceremonies ended')
    })
    const cosigner = await daemon({ ceremonies })
    const told = Promise.withResolvers<void>()
    const device = await cosigner.connect(undefined, undefined, ({ header }) => {
      if (header.type === 'refuse') told.resolve()
    })
    // A device waits for its answer without end.
    void device.makeWallet().catch(told.reject)
    await told.promise
    await device.close()
    const events = await cosigner.events()
    expect(events).toContainEqual(expect.objectContaining({ type: 'refused', code: 'busy' }))
    expect(events.some(({ type }) => type === 'epoch')).toBe(false)
    fails = false
    await (await cosigner.connect(device.kept)).makeWallet()
  })
})
