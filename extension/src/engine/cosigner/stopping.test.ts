/** A signature that its person stops, with a real co-signer. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { asks, withWallet } from '../../../../tests/extension/browser.ts'
import type { Asked } from './asking.ts'
import type { Cosigner } from './cosigner.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await withWallet(daemon.link)
})

afterAll(async () => {
  cosigner.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

/** Signs, and stops when this message of it crosses. */
async function signedUntil(asked: Asked, crossing: string) {
  let stopped: Promise<boolean> | undefined
  const crossed: string[] = []
  const signing = cosigner.sign(asked, ({ phase }) => {
    crossed.push(phase)
    if (phase === crossing) stopped = cosigner.stop(asked.requestId)
  })
  const end = await signing.then(
    (signatures) => signatures.length,
    (error: { code: string }) => error.code,
  )
  return { end, isStopped: await stopped, crossed }
}

test('what is stopped before its last step is signed by nobody, now and later', async () => {
  const asked = asks(cosigner, 'stop this')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  const { end, isStopped, crossed } = await signedUntil(asked, 'F1')
  expect({ end, isStopped }).toEqual({ end: 'stopped', isStopped: true })
  expect(crossed).not.toContain('F3')
  // The co-signer knows it no more.
  await expect(cosigner.sign(asked, () => undefined)).rejects.toThrow('UNKNOWN_SESSION')

  // The next one is signed as if nothing had been.
  const next = asks(cosigner, 'sign this')
  expect((await cosigner.ask(next)).decision).toBe('allow')
  expect(await cosigner.sign(next, () => undefined)).toHaveLength(1)
})

test('what is past its last step is not stopped, and is signed', async () => {
  const asked = asks(cosigner, 'too late')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  expect(await signedUntil(asked, 'F3')).toMatchObject({ end: 1, isStopped: false })
  expect(await cosigner.stop(asked.requestId)).toBe(false)
})

test('what waits for a line to the co-signer is stopped at once', async () => {
  const asked = asks(cosigner, 'nobody there')
  expect((await cosigner.ask(asked)).decision).toBe('allow')
  await daemon.stop()
  const signing = cosigner.sign(asked, () => undefined)
  const failed = signing.then(
    () => 'signed',
    (error: { code: string }) => error.code,
  )
  await expect.poll(() => cosigner.stop(asked.requestId)).toBe(true)
  expect(await failed).toBe('stopped')
})
