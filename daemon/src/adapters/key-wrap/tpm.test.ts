import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../../test/swtpm.ts'
import { wiretap } from '../../../test/wiretap.ts'
import { unwrapUnder } from '../../core/wrap-under.ts'
import { keyWrapContract } from '../../ports/key-wrap.contract.ts'
import { type RunTool, TPM_RC, type Tpm } from '../../ports/tpm.ts'
import { tpm2Tools } from '../tpm/tpm2-tools.ts'
import { newTpmKey, tpm } from './tpm.ts'

const dataKey = Uint8Array.from({ length: 32 }, (_, at) => at)
const context = Uint8Array.of(1, 2, 3)

describe.skipIf(!hasSwtpm)('a TPM (needs swtpm)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-tpm-test-'))
  const path = join(folder, 'key.json')
  let device: Swtpm
  let tools: Tpm

  beforeAll(async () => {
    device = await startSwtpm()
    tools = tpm2Tools(device.tcti)
    await newTpmKey(tools, path)
  })
  afterAll(async () => {
    await device.stop()
    rmSync(folder, { recursive: true })
  })

  keyWrapContract('a TPM', { open: () => tpm(tools, path) })

  test('is opened by another process with the same file', async () => {
    const keys = await tpm(tools, path)
    const wrapped = await keys.wrap(dataKey, context)
    const others = tpm2Tools(device.tcti)
    const again = await tpm(others, path)
    expect(await again.unwrap(wrapped, context)).toEqual(dataKey)
  })

  test('keeps two keys apart', async () => {
    const other = join(folder, 'other.json')
    await newTpmKey(tools, other)
    const [one, two] = [await tpm(tools, path), await tpm(tools, other)]
    const wrapped = await one.wrap(dataKey, context)
    await expect(two.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'failed' })
    expect(await one.unwrap(wrapped, context)).toEqual(dataKey)
  })

  test('leaves no object and no session behind', async () => {
    const keys = await tpm(tools, path)
    await keys.unwrap(await keys.wrap(dataKey, context), context)
    for (const kind of ['transient', 'loaded-session', 'saved-session'])
      expect(device.tool('getcap', `handles-${kind}`).toString()).toBe('')
  })

  test('a closed one wraps nothing', async () => {
    const keys = await tpm(tools, path)
    await keys.close()
    await expect(keys.wrap(dataKey, context)).rejects.toMatchObject({ code: 'sealed' })
  })

  test('that lost its power works on, by itself', async () => {
    const keys = await tpm(tools, path)
    const wrapped = await keys.wrap(dataKey, context)
    await device.cutPower()
    expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
  })

  test('a TPM that hangs is gone within five seconds, for all who wait, and works again after', async () => {
    const keys = await tpm(tools, path)
    const wrapped = await keys.wrap(dataKey, context)
    device.hang()
    const begun = performance.now()
    const waiting = Array.from({ length: 5 }, () => keys.unwrap(wrapped, context))
    const results = await Promise.allSettled(waiting)
    const tookMs = performance.now() - begun
    device.resume()
    for (const result of results)
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'gone' } })
    expect(tookMs).toBeGreaterThan(4_000)
    expect(tookMs).toBeLessThan(8_000)
    expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
  })

  test('that is not there is gone', async () => {
    const other = await startSwtpm()
    const own = tpm2Tools(other.tcti)
    expect(await other.stop()).toBe(true)
    await expect(tpm(own, path)).rejects.toMatchObject({ code: 'gone' })
    await expect(newTpmKey(own, join(folder, 'none'))).rejects.toMatchObject({ code: 'gone' })
  })

  test('another TPM does not have our key', async () => {
    const other = await startSwtpm()
    const own = tpm2Tools(other.tcti)
    await expect(tpm(own, path)).rejects.toMatchObject({ code: 'key-missing' })
    await other.stop()
  })

  test('without its file, or with another, there is no key', async () => {
    await expect(tpm(tools, join(folder, 'gone'))).rejects.toMatchObject({ code: 'key-missing' })
    writeFileSync(join(folder, 'broken'), '{"version":2}')
    await expect(tpm(tools, join(folder, 'broken'))).rejects.toMatchObject({ code: 'failed' })
    await expect(newTpmKey(tools, path)).rejects.toThrow('EEXIST')
  })

  test('says nothing on its bus that opens a data key', async () => {
    const tap = await wiretap(device.port)
    let heard: Buffer = Buffer.alloc(0)
    let key: Buffer = Buffer.alloc(0)
    // The same again, as a program without an encrypted session would ask for it.
    const tapped = after(tpm2Tools(tap.tcti), async (run) => {
      heard = tap.heard()
      key = Buffer.from(await run('hmac', '-c', 'key.ctx', 'text'))
    })
    const keys = await tpm(tapped, path)
    const wrapped = await keys.wrap(dataKey, context)
    expect(unwrapUnder(key, wrapped, context)).toEqual(dataKey)
    expect(tap.heard().includes(key)).toBe(true)
    expect(heard.includes(key)).toBe(false)
    await tap.close()
  })

  test('three power cuts lock nobody out, with three failures allowed', async () => {
    const other = await startSwtpm()
    const own = tpm2Tools(other.tcti)
    const file = join(folder, 'cuts.json')
    await newTpmKey(own, file)
    const keys = await tpm(own, file)
    const wrapped = await keys.wrap(dataKey, context)
    const limits = ['--max-tries=3', '--recovery-time=10000', '--lockout-recovery-time=10000']
    other.tool('dictionarylockout', '--setup-parameters', ...limits)
    for (let cut = 0; cut < 3; cut++) {
      await keys.unwrap(wrapped, context)
      await other.cutPower()
    }
    expect(await (await tpm(own, file)).unwrap(wrapped, context)).toEqual(dataKey)
    // A key without our attribute is locked by the same cuts.
    const guarded = () =>
      own.turn(async (run) => {
        await run('createprimary', '-Q', '-C', 'o', '-c', 'guarded.ctx', '-p', 'auth')
        await run('create', '-Q', '-C', 'guarded.ctx', '-P', 'auth', '-u', 'u', '-r', 'r')
      })
    for (let cut = 0; cut < 3; cut++) {
      await guarded()
      await other.cutPower()
    }
    await expect(guarded()).rejects.toMatchObject({ response: TPM_RC.lockout })
    expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
    await other.stop()
  })

  describe('with a policy', () => {
    test('opens while its PCRs are the same, and says so when one has changed', async () => {
      const file = join(folder, 'bound.json')
      await newTpmKey(tools, file, { pcrs: [7, 16] })
      const keys = await tpm(tools, file)
      const wrapped = await keys.wrap(dataKey, context)
      device.tool('pcrextend', `15:sha256=${'00'.repeat(31)}01`)
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
      device.tool('pcrextend', `16:sha256=${'00'.repeat(31)}01`)
      await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'other-boot' })
      await expect(tpm(tools, file)).rejects.toMatchObject({ code: 'other-boot' })
      const free = await tpm(tools, path)
      expect(await free.unwrap(await free.wrap(dataKey, context), context)).toEqual(dataKey)
      await device.cutPower()
      expect(await keys.unwrap(wrapped, context)).toEqual(dataKey)
    })

    test('cannot be used without it, though its PCRs are right', async () => {
      const file = join(folder, 'bound-too.json')
      await newTpmKey(tools, file, { pcrs: [16] })
      let refused: unknown
      const plain = after(tools, async (run) => {
        refused = await run('hmac', '-c', 'key.ctx', 'text').catch((error: unknown) => error)
      })
      const keys = await tpm(plain, file)
      const AUTH_UNAVAILABLE = 0x12f
      expect(refused).toMatchObject({ code: 'refused', response: AUTH_UNAVAILABLE })
      expect(await keys.unwrap(await keys.wrap(dataKey, context), context)).toEqual(dataKey)
    })
  })

  test('that was cleared has no key any more', async () => {
    const keys = await tpm(tools, path)
    const wrapped = await keys.wrap(dataKey, context)
    device.tool('clear')
    await expect(keys.unwrap(wrapped, context)).rejects.toMatchObject({ code: 'key-missing' })
    await expect(tpm(tools, path)).rejects.toMatchObject({ code: 'key-missing' })
  })
})

/** The same TPM, with something that somebody else does with the files of each turn. */
function after(device: Tpm, then: (run: RunTool) => Promise<void>): Tpm {
  return {
    turn: (work) =>
      device.turn(async (run, folder) => {
        const result = await work(run, folder)
        await then(run)
        return result
      }),
  }
}
