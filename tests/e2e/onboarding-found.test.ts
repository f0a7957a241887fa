/** The first screen of a new browser, on a machine where a co-signer comes up and goes. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { type Wallet, startWallet } from './wallet.ts'

/** Where a co-signer listens unless it is told otherwise: another one may be there on this machine. */
const USUAL = '127.0.0.1:8765'

describe.skipIf(!hasChromium)('the first screen of a new browser', () => {
  const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
  const settings = `[listen]\nhosts = ["${USUAL}"]\n`
  let port: string
  let daemon: DaemonProcess | undefined
  let wallet: Wallet
  let page: Page

  const start = async (at: string) => {
    daemon = await startWith(home, { settings, options: ['--port', at] })
    return daemon.address.split(':').at(-1)!
  }

  beforeAll(async () => {
    port = await start('0')
    await daemon?.stop()
    wallet = await startWallet(undefined, false, [
      `--host-resolver-rules=MAP ${USUAL} 127.0.0.1:${port}`,
    ])
    wallet.context.setDefaultTimeout(15_000)
    page = await wallet.open('onboarding.html')
  })

  afterAll(async () => {
    await wallet?.close()
    await daemon?.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const found = () => page.getByText('A co-signer runs on this computer')
  const none = () => page.getByText('No co-signer is running on this computer')

  test('says what to run where there is no co-signer, and notices by itself that one comes up, and goes', async () => {
    await none().waitFor()
    for (const command of ['tandem init', 'tandem start', 'tandem pair'])
      expect(await page.locator('pre').innerText()).toContain(command)
    await start(port)
    await found().waitFor()
    expect(await none().count()).toBe(0)
    await daemon?.stop()
    await none().waitFor()
    // Looked for, and nothing more: nobody is paired by that.
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'none', wallet: 'none' })
  })
})
