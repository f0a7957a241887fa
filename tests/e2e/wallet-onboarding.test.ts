import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { inTerminal } from '../daemon/pty.ts'
import { answer, confirmHere, confirmThere, numbered, wordsHere } from './phrase.ts'
import { type Wallet, startWallet } from './wallet.ts'
import { chains } from './world.ts'

const PASSWORD = 'a password of a test'

/** What is typed in all fields of a page. */
const typed = (page: Page): Promise<string> =>
  page.evaluate(() => [...document.querySelectorAll('input')].map(({ value }) => value).join(' '))

/** Where nobody listens. */
async function emptyPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

describe.skipIf(!hasChromium)('setting up the wallet', () => {
  let home: string
  let daemon: DaemonProcess
  let wallet: Wallet
  let page: Page

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
    daemon = await startWith(home, { chains: Object.values(chains) })
    wallet = await startWallet()
    wallet.context.setDefaultTimeout(15_000)
    page = await wallet.open('onboarding.html')
  })

  afterAll(async () => {
    await wallet?.close()
    await daemon?.stop()
    rmSync(home, { recursive: true, force: true })
  })

  const paste = async (link: string) => {
    await page.getByLabel('Paste the pairing link').fill(link)
    await page.getByRole('button', { name: 'Continue' }).click()
  }

  test('a link that is none, or is over, pairs nothing and says why', async () => {
    await page.getByText('tandem pair').first().waitFor()
    await paste('https://pair.test/')
    await page.getByText('This is no pairing link').waitFor()
    await paste(daemon.link.replace(/.$/, (last) => (last === '0' ? '1' : '0')))
    await page.getByText('This pairing link has expired').waitFor()
    await paste(daemon.link.replace(/a=[^&]+/, `a=127.0.0.1:${await emptyPort()}`))
    await page.getByText('No co-signer answers at the address in the link').waitFor()
    // The secret of the link is in no field any more.
    expect(await typed(page)).toBe('')
    expect(await wallet.call(page, 'state')).toMatchObject({ lock: 'none', wallet: 'none' })
  })

  test('both halves of the phrase are written down and asked back, and it goes on where it was left', async () => {
    const pty = inTerminal(['pair', '--folder', home])
    const [link] = await pty.find(/tandem:pair\?\S+/)
    await paste(link)
    await page.getByText('Lock this browser').waitFor()

    // Left and come back: the co-signer is known, the lock is next.
    await page.reload()
    await page.getByLabel('Password, 12 characters or more').fill('short')
    await page.getByLabel('The same again').fill('short')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').getByText('12 characters or more.').waitFor()
    await page.getByLabel('Password, 12 characters or more').fill(PASSWORD)
    await page.getByLabel('The same again').fill(`${PASSWORD}s`)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('The two are not the same.').waitFor()
    await page.getByLabel('The same again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Show words' }).waitFor()
    await page.reload()

    // Hidden until asked for, and again as soon as the person looks elsewhere.
    const words = await wordsHere(page)
    expect(words.size).toBe(12)
    await page.evaluate(() => window.dispatchEvent(new Event('blur')))
    await page.getByRole('button', { name: 'Show words' }).waitFor()
    expect(numbered(await page.locator('ol.select-none').innerText()).size).toBe(0)
    expect(await typed(page)).toBe('')

    // A wrong answer leads back to the paper, three right ones go on.
    await page.getByRole('button', { name: 'Show words' }).click()
    await page.getByRole('button', { name: 'I wrote down all 12' }).click()
    expect(await answer(page, words, (word, right) => word !== right)).toBe(6)
    await page.getByText('That is another word').waitFor()
    await page.getByRole('button', { name: 'Show words' }).click()
    await confirmHere(page, words)
    await page.getByText('Your co-signer shows its half on its own terminal').waitFor()

    expect((await confirmThere(pty)).size).toBe(12)
    const made = page.getByText(/Your wallet is ready|Nothing was made/)
    await made.waitFor({ timeout: 90_000 })
    expect(await page.getByRole('main').innerText()).toMatch(/Made in \d+\.\d s/)
    expect(await pty.ended).toBe(0)
    await page.getByRole('img').nth(2).waitFor()
    expect(await page.getByRole('img').count()).toBe(3)
  })

  test('nobody is asked before somebody is chosen, and the way ends in the wallet', async () => {
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByText('Choose who is asked').waitFor()
    await page.getByText('Sepolia', { exact: true }).click()
    const details = page.locator('details[open]')
    await details.getByLabel('Your own node').fill('http://node.test/')
    await details.getByRole('button', { name: 'Check and use' }).click()
    await details.getByText('An address that begins with https://').waitFor()
    await page.getByRole('button', { name: 'Later' }).click()
    await page.getByText('No node is chosen, so nothing is known').waitFor()
    // A dash for each of three coins, and no nought.
    expect(await page.locator('main li').allInnerTexts()).toEqual(
      Array.from({ length: 3 }, () => expect.stringMatching(/-$/) as string),
    )
  })

  test('a wrong password opens nothing, the right one does', async () => {
    const popup = await wallet.open('popup.html#/security')
    await popup.getByRole('button', { name: 'Lock now' }).click()
    await popup.getByLabel('Password').fill('another password')
    await popup.getByRole('button', { name: 'Unlock' }).click()
    await popup.getByText('That password does not open this wallet').waitFor()
    expect(await wallet.call(popup, 'state')).toMatchObject({ lock: 'locked' })
    // Every screen is closed, and says nothing of the wallet.
    await page.getByRole('button', { name: 'Unlock' }).waitFor()
    expect(await page.locator('body').innerText()).not.toContain('Sepolia')
    await popup.getByLabel('Password').fill(PASSWORD)
    await popup.getByRole('button', { name: 'Unlock' }).click()
    await popup.getByRole('heading', { name: 'Security' }).waitFor()
    await page.getByText('No node is chosen').waitFor()
  })
})
