import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { asks, partsOf, withWallet } from '../../../../tests/extension/browser.ts'
import { type Cosigner, openCosigner } from './cosigner.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
const parts = partsOf()
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await withWallet(daemon.link, parts)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

test('a request that is asked for twice at once is signed once', async () => {
  const asked = asks(cosigner, 'twice')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const phases: string[][] = [[], []]
  const [first, second] = await Promise.all(
    phases.map((heard) => cosigner.sign(asked, ({ phase }) => heard.push(phase))),
  )
  expect(second).toEqual(first)
  expect(phases).toEqual([
    [],
    // Each message where it really crossed.
    ['PrepareSign', 'SignRound1', 'F1', 'F2', 'SignRound2', 'F3', 'F4', 'Verify', 'Complete'],
  ])
})

test('an approval and its first attempts are one write, and nothing leaves before it', async () => {
  const asked = asks(cosigner, 'one write')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const order: string[] = []
  const keep = parts.disk.write
  const write = vi.spyOn(parts.disk, 'write').mockImplementation(async (batch) => {
    order.push('write')
    await keep(batch)
    order.push('written')
  })
  try {
    await cosigner.sign(asked, ({ phase }) => order.push(phase))
  } finally {
    write.mockRestore()
  }
  expect(order.slice(0, 5)).toEqual(['write', 'written', 'PrepareSign', 'SignRound1', 'F1'])
})

test('an approval that cannot be kept begins nothing', async () => {
  const asked = asks(cosigner, 'no disk')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const crossed: string[] = []
  const write = vi.spyOn(parts.disk, 'write').mockRejectedValueOnce(new Error('no disk'))
  await expect(cosigner.sign(asked, ({ phase }) => crossed.push(phase))).rejects.toThrow('no disk')
  expect(write).toHaveBeenCalledOnce()
  write.mockRestore()
  expect(crossed).toEqual([])
  expect(await cosigner.sign(asked, () => undefined)).toHaveLength(1)
})

test('another request under the same id is not answered', async () => {
  const asked = asks(cosigner, 'mine')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  await cosigner.sign(asked, () => undefined)
  const other = { ...asks(cosigner, 'other'), requestId: asked.requestId }
  await expect(cosigner.sign(other, () => undefined)).rejects.toThrow('another list')
})

test('what was signed is there without the co-signer, also after a restart of this machine', async () => {
  const asked = asks(cosigner, 'kept')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const before = await cosigner.sign(asked, () => undefined)
  await daemon.stop()
  cosigner.close()
  cosigner = await openCosigner(parts)
  const heard = vi.fn()
  expect(await cosigner.sign(asked, heard)).toEqual(before)
  expect(heard).not.toHaveBeenCalled()
  // The control: what was not signed needs it.
  await expect(cosigner.sign(asks(cosigner, 'new'), heard)).rejects.toMatchObject({ code: 'away' })
})
