/** The worker dies at each message and each write of a pairing, and the pairing goes on where it was. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { invite } from '../daemon/control.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { stopWorker, watch } from './dying-worker.ts'
import { startWallet } from './wallet.ts'

describe.skipIf(!hasChromium)('a browser', () => {
  const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
  let daemon: DaemonProcess

  beforeAll(async () => {
    daemon = await startWith(home, {})
  })

  afterAll(async () => {
    await daemon.stop()
    rmSync(home, { recursive: true })
  })

  /** Pairs a browser that never ran before, whose worker dies at a step. */
  async function paired(last?: number) {
    const { link, hangUp } = await invite(home)
    const wallet = await startWallet()
    try {
      const { context } = wallet
      const screen = await wallet.open('onboarding.html')
      const field = screen.getByLabel('Paste the pairing link')
      // What a screen asks before it is there is no step of pairing.
      await field.waitFor()
      const watched = await watch(context, last)
      const next = screen.getByLabel('Password, 12 characters or more')
      await field.fill(link)
      await screen.getByRole('button', { name: 'Continue' }).click()
      const shown = next.waitFor()
      const died = watched.died().then(
        () => true,
        () => false,
      )
      const isDying = await Promise.race([died, shown.then(() => false)])
      const { isDead, done: steps } = isDying ? { isDead: true, done: [] } : await watched.end()
      shown.catch(() => undefined)
      if (isDead) {
        await stopWorker(context, screen)
        // Its person looks at the page again, and goes on with what it asks for.
        await screen.reload()
        await field.or(next).waitFor()
        if (await field.isVisible()) {
          await field.fill(link)
          await screen.getByRole('button', { name: 'Continue' }).click()
        }
        await next.waitFor()
      }
      const { cosigner } = (await wallet.call(screen, 'state')) as { cosigner: object }
      return { isDead, steps, cosigner }
    } finally {
      hangUp()
      await wallet.close()
    }
  }

  test('is paired after one look more, wherever its worker is killed', async () => {
    const control = await paired()
    expect(control.cosigner).toMatchObject({ state: 'ready' })
    expect(control.steps).toEqual(expect.arrayContaining(['call pair', 'session session']))
    const first = control.steps.indexOf('call pair') + 1
    // One after the key of the session is kept: the last of what pairing writes.
    const end = control.steps.lastIndexOf('session session') + 2
    let deaths = 0
    for (let last = first; last <= end; last += 1) {
      const { isDead, cosigner } = await paired(last)
      expect(cosigner).toMatchObject({ state: 'ready' })
      if (isDead) deaths += 1
    }
    expect(deaths).toBeGreaterThan(1)
  })
})
