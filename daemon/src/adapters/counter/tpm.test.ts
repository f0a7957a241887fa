import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../../test/swtpm.ts'
import { rollbackCounterContract } from '../../ports/rollback-counter.contract.ts'
import type { Tpm } from '../../ports/tpm.ts'
import { tpm2Tools } from '../tpm/tpm2-tools.ts'
import { COUNTER_INDEX, newTpmCounter, placeTpmCounter, tpmCounter } from './tpm.ts'

const index = `0x${COUNTER_INDEX.toString(16)}`

describe.skipIf(!hasSwtpm)('a counter in a TPM (needs swtpm)', () => {
  let device: Swtpm
  let tools: Tpm

  beforeAll(async () => {
    device = await startSwtpm()
    tools = tpm2Tools(device.tcti)
    expect(await newTpmCounter(tools)).toBeGreaterThan(0n)
  })
  afterAll(async () => {
    await device.stop()
  })

  rollbackCounterContract('a TPM', {
    open: async () => tpmCounter(tools),
    restart: () => device.cutPower(),
  })

  test('is never made over another', async () => {
    const before = await tpmCounter(tools).read()
    await expect(newTpmCounter(tools)).rejects.toMatchObject({ code: 'failed' })
    expect(await tpmCounter(tools).read()).toBe(before)
  })

  test('of another co-signer has a place of its own', async () => {
    const [one, two] = [await placeTpmCounter(tools), await placeTpmCounter(tools)]
    expect([one, two]).toEqual([COUNTER_INDEX + 1, COUNTER_INDEX + 2])
    const before = await tpmCounter(tools, two).read()
    await tpmCounter(tools, one).increment()
    expect(await tpmCounter(tools, two).read()).toBe(before)
  })

  test('cannot be written, by the owner of the machine either', async () => {
    const before = await tpmCounter(tools).read()
    await expect(
      tools.turn(async (run) => {
        await run('getrandom', '8', '-o', 'bytes')
        await run('nvwrite', index, '-C', 'o', '-i', 'bytes')
      }),
    ).rejects.toMatchObject({ code: 'refused' })
    expect(await tpmCounter(tools).read()).toBe(before)
  })

  test('that was deleted is missing, and a new one goes on above it', async () => {
    const counter = tpmCounter(tools)
    const before = await counter.read()
    device.tool('nvundefine', index, '-C', 'o')
    await expect(counter.read()).rejects.toMatchObject({ code: 'missing' })
    await expect(counter.increment()).rejects.toMatchObject({ code: 'missing' })
    expect(await newTpmCounter(tools)).toBeGreaterThan(before)
  })

  test('a plain index in the place of the counter is refused', async () => {
    device.tool('nvundefine', index, '-C', 'o')
    device.tool('nvdefine', index, '-C', 'o', '-s', '8', '-a', 'authread|authwrite|no_da')
    await tools.turn(async (run) => {
      await run('getrandom', '8', '-o', 'bytes')
      await run('nvwrite', index, '-i', 'bytes')
    })
    await expect(tpmCounter(tools).read()).rejects.toMatchObject({ code: 'unsafe' })
    await expect(tpmCounter(tools).increment()).rejects.toMatchObject({ code: 'unsafe' })
  })

  test('of a TPM that is not there is gone', async () => {
    await device.stop()
    await expect(tpmCounter(tools).read()).rejects.toMatchObject({ code: 'gone' })
    await expect(tpmCounter(tools).increment()).rejects.toMatchObject({ code: 'gone' })
  })
})
