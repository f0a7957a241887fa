/** A browser that a passkey opens, beside the password. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { type Authenticator, authenticator } from './authenticator.ts'
import { keptBy, placesOf, plant } from './kept-by.ts'
import { type Wallet, startWallet } from './wallet.ts'

const FIRST = 'the first password of a test'
const SECOND = 'the second password of a test'

/** What the authenticator gave, noted beside the wallet's own copy, which it wipes. */
type Noted = { given: { readonly note: string; readonly live: Uint8Array }[] }

describe.skipIf(!hasChromium)('a passkey that opens the wallet', () => {
  const home = mkdtempSync(join(tmpdir(), 'tandem-passkey-'))
  let daemon: DaemonProcess
  let wallet: Wallet
  let page: Page
  let keys: Authenticator

  beforeAll(async () => {
    daemon = await startWith(home, {})
    wallet = await startWallet()
    wallet.context.setDefaultTimeout(20_000)
    page = await wallet.open('onboarding.html')
    keys = await authenticator(page)
  })

  afterAll(async () => {
    await wallet?.close()
    await daemon?.stop()
    rmSync(home, { recursive: true })
  })

  const security = () => page.goto(page.url().replace(/\/[a-z]+\.html.*$/, '/app.html#/security'))
  const unlocked = () => page.getByRole('heading', { name: 'Security' }).waitFor()
  const locked = () => page.getByRole('heading', { name: 'Locked' }).waitFor()
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  async function lock(): Promise<void> {
    await button('Lock now').click()
    await locked()
  }

  async function unlock(password: string): Promise<void> {
    await page.getByLabel('Password').fill(password)
    await button('Unlock').click()
  }

  test('is offered where the lock is chosen, and opens it without the password', async () => {
    await page.getByLabel('Paste the pairing link').fill(daemon.link)
    await button('Continue').click()
    await page.getByLabel('Password, 12 characters or more').fill(FIRST)
    await page.getByLabel('The same again').fill(FIRST)
    await page.getByRole('switch', { name: 'Open it with a passkey, too' }).click()
    await button('Continue').click()
    await button('Show words').waitFor()
    expect(await keys.credentials()).toHaveLength(1)
    await wallet.call(page, 'makeWallet', undefined)
    await security()
    await page.getByText('This computer').waitFor()
    await lock()
    // Nothing that is known of it is there before it is open.
    expect(await page.getByText('This computer').count()).toBe(0)
    await button('Unlock with a passkey').click()
    await unlocked()
  })

  test('is asked for by itself in the tab that a popup opens for it', async () => {
    await lock()
    await page.evaluate(() => {
      location.hash = '#/passkey'
    })
    await page.reload()
    await page.getByRole('link', { name: 'Home' }).waitFor()
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'open' })
    expect(new URL(page.url()).hash).toBe('#/')
    await security()
  })

  test('stays when the password is changed', async () => {
    await button('Change the password').click()
    await page.getByLabel('Your password').fill(SECOND)
    await page.getByLabel('New password, 12 characters or more').fill(SECOND)
    await page.getByLabel('The same again').fill(SECOND)
    await button('Change it').click()
    await page.getByText('That password does not open this wallet.').waitFor()
    await page.getByLabel('Your password').fill(FIRST)
    await button('Change it').click()
    await page.getByText('The password is changed.').waitFor()
    await lock()
    await unlock(FIRST)
    await page.getByText('That password does not open this wallet').waitFor()
    await button('Unlock with a passkey').click()
    await unlocked()
    await lock()
    await unlock(SECOND)
    await unlocked()
    expect(await keys.credentials()).toHaveLength(1)
  })

  test('that was taken away opens nothing any more', async () => {
    const kept = (await wallet.call(page, 'lockPasskeys')) as { credentialId: Uint8Array }[]
    await page.getByRole('button', { name: 'Remove: This computer' }).click()
    await page.getByText('This computer').waitFor({ state: 'detached' })
    await lock()
    expect(await button('Unlock with a passkey').count()).toBe(0)
    // Nor for a screen that still knows it.
    await expect(
      wallet.call(page, 'unlockByPasskey', kept[0]!.credentialId, 'nobody'),
    ).rejects.toThrow('unlockByPasskey')
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'locked' })
    await unlock(SECOND)
    await unlocked()
  })

  test('is added by who has the password, and by nobody else', async () => {
    const before = await keys.credentials()
    await button('Add a passkey').click()
    await page.getByLabel('Name').fill('Another key')
    await page.getByLabel('Your password').fill(FIRST)
    await button('Make the passkey').click()
    await page.getByText('That password does not open this wallet.').waitFor()
    expect(await keys.credentials()).toHaveLength(before.length)
    await page.getByLabel('Your password').fill(SECOND)
    await button('Make the passkey').click()
    await page.getByText('Added Today').waitFor()
    expect(await keys.credentials()).toHaveLength(before.length + 1)
    // The authenticator has one already: it makes no second one.
    await button('Add a passkey').click()
    await page.getByLabel('Your password').fill(SECOND)
    await button('Make the passkey').click()
    await page.getByText('No passkey was made. Your password opens this browser').waitFor()
    await button('Close').click()
    await lock()
    await button('Unlock with a passkey').click()
    await unlocked()
  })

  test('leaves no secret where anything is kept, once it is locked', async () => {
    await lock()
    // The one thing that this test adds: a note of what the authenticator gives.
    await page.evaluate(() => {
      const noted: Noted = { given: [] }
      Object.assign(globalThis, { noted })
      const real = navigator.credentials.get.bind(navigator.credentials)
      navigator.credentials.get = async (wanted) => {
        const found = (await real(wanted)) as PublicKeyCredential
        const results = found.getClientExtensionResults()
        const live = new Uint8Array(results.prf!.results!.first as ArrayBuffer)
        const note = Array.from(live, (byte) => byte.toString(16).padStart(2, '0')).join('')
        noted.given.push({ note, live })
        found.getClientExtensionResults = () => results
        return found
      }
    })
    await button('Unlock with a passkey').click()
    await unlocked()
    const { note, live } = await page.evaluate(() => {
      const [one] = (globalThis as never as { noted: Noted }).noted.given
      return { note: one!.note, live: [...one!.live] }
    })
    const secret = Buffer.from(note, 'hex')
    expect(secret).toHaveLength(32)
    // The screen wiped its own when it had handed it over.
    expect(live).toEqual(Array.from({ length: 32 }, () => 0))

    const open = await keptBy(page)
    const { session } = await page.evaluate(() =>
      (
        globalThis as never as {
          chrome: { storage: { session: { get(name: string): Promise<{ session: string }> } } }
        }
      ).chrome.storage.session.get('session'),
    )
    const key = Buffer.from(session, 'hex')
    expect(key).toHaveLength(32)
    const canaries = [key, secret, Buffer.from(FIRST), Buffer.from(SECOND)]
    // While it is open, the key is in the memory of the session, and nothing is anywhere else.
    expect(canaries.map((one) => placesOf(open, one))).toEqual([['session'], [], [], []])

    await lock()
    const shut = await keptBy(page)
    expect(canaries.map((one) => placesOf(shut, one))).toEqual([[], [], [], []])
    // It looks where the rows are: the wallet and both of its places are there.
    expect(shut['database']).toContain('lock-passkey/')
    expect(shut['files']!.length).toBeGreaterThan(1000)
    // What is put in any of them is found.
    await plant(page, secret)
    expect(placesOf(await keptBy(page), secret)).toEqual(['local', 'session', 'database', 'files'])
  })

  test('opens nothing when its person says no, and says what to do', async () => {
    await page.reload()
    await keys.refuse()
    await button('Unlock with a passkey').click()
    await page.getByText('No passkey was given, so it stays locked. Use your password').waitFor()
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'locked' })
  })

  test('that is gone opens nothing, and the password does', async () => {
    await keys.remove()
    keys = await authenticator(page)
    await page.reload()
    await button('Unlock with a passkey').click()
    await page.getByText('No passkey was given, so it stays locked').waitFor()
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'locked' })
    await unlock(SECOND)
    await unlocked()
  })
})
