import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type DaemonProcess, startDaemon } from '../../../../tests/daemon/daemon.ts'
import { partsOf, signs, withWallet } from '../../../../tests/extension/browser.ts'
import type { Cosigner } from './cosigner.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-beat-'))
/** What the clock was asked for and has not called yet. */
const timers = new Set<{ readonly ms: number; readonly work: () => void }>()
/** How much later than this machine's clock it is. */
let later = 0
/** What was ever waited for. */
let waits: number[] = []
const clock = {
  now: () => Date.now() + later,
  after(ms: number, work: () => void) {
    const timer = { ms, work }
    timers.add(timer)
    waits.push(ms)
    return () => void timers.delete(timer)
  },
}
let daemon: DaemonProcess
let cosigner: Cosigner

beforeAll(async () => {
  daemon = await startDaemon(home)
  cosigner = await withWallet(daemon.link, partsOf({ clock }))
})

afterAll(async () => {
  cosigner.close()
  daemon.process.kill('SIGCONT')
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const becomes = (word: string) => vi.waitUntil(() => cosigner.view().word === word)

/** Lets the time of the one that waits so long come. */
async function passes(isIt: (ms: number) => boolean): Promise<void> {
  const due = await vi.waitUntil(() => [...timers].find(({ ms }) => isIt(ms)))
  timers.delete(due)
  due.work()
}
const beat = (ms: number) => ms === 20_000
const verdict = (ms: number) => ms === 15_000
const answer = (ms: number) => ms === 10_000
const pause = (ms: number) => ms < 10_000

test('a line that became slow is given more time to sign, and one that is quick is not', async () => {
  const longest = async () => {
    waits = []
    await signs(cosigner, 'hello')
    return Math.max(...waits.filter((ms) => !beat(ms) && !verdict(ms)))
  }
  // 5 s to compute, and eight round trips.
  expect(await longest()).toBeLessThan(10_000)

  daemon.process.kill('SIGSTOP')
  const told = new Promise<number>((resolve) => {
    const stop = cosigner.watch((status) => {
      if (status.state !== 'ready') return
      stop()
      resolve(status.roundTripMs)
    })
  })
  await passes(beat)
  later += 16_000
  daemon.process.kill('SIGCONT')
  const roundTripMs = await told
  // One slow answer counts for an eighth.
  expect(roundTripMs).toBeGreaterThanOrEqual(2_000)
  expect(roundTripMs).toBeLessThan(2_200)
  expect(await longest()).toBe(5_000 + 8 * roundTripMs)
})

test('a line that goes dead without a word is noticed, and met again when somebody is there', async () => {
  const tells: string[] = []
  const stop = cosigner.watch(({ state }) => tells.push(state))
  // The control: who is there answers the question whether it lives, and is asked again later.
  await passes(beat)
  await vi.waitUntil(() => [...timers].some(({ ms }) => beat(ms)))
  expect(cosigner.view().word).toBe('ready')

  daemon.process.kill('SIGSTOP')
  await passes(beat)
  // The socket is still open: only the time tells.
  expect(cosigner.view().word).toBe('ready')
  await passes(answer)
  await becomes('away')
  const signing = signs(cosigner, 'hello').catch((error: unknown) => error)
  await passes(answer)
  expect(await signing).toMatchObject({ code: 'away' })

  daemon.process.kill('SIGCONT')
  await passes(pause)
  await becomes('ready')
  expect(await signs(cosigner, 'hello')).toHaveLength(65)
  stop()
  expect(tells).toContain('away')
})
