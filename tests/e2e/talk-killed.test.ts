/** The co-signer dies while both sign, in front of a person who looks on. */
import type { Page } from 'playwright-core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { press, question } from './person.ts'
import type { SitePage } from './site.ts'
import { type World, startWorld } from './world.ts'

describe.skipIf(!hasChromium)('a signature that its person looks on at', () => {
  let world: World
  let site: SitePage
  let from: string

  beforeEach(async () => {
    world = await startWorld()
    site = await world.openSite()
    const connecting = site.evm('eth_requestAccounts')
    await press(world, 'Connect')
    ;[from] = (await connecting) as [string]
  })

  afterEach(async () => {
    // One that stands still hears nobody who asks it to end.
    world.daemon.process.kill('SIGCONT')
    await world.close()
  })

  const crossed = (window: Page) =>
    window
      .locator('[data-crossed]')
      .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-crossed') === 'true'))

  /** Agrees to a signature, in whose midst the co-signer stands still. @returns with its arrows on the screen. */
  async function begun(): Promise<{ answer: Promise<unknown>; window: Page }> {
    const answer = site.evm('personal_sign', ['0x68656c6c6f', from]).catch(String)
    await question(world)
    const { context } = world.wallet
    const isIt = (page: Page) => page.url().includes('/approve.html')
    const window =
      context.pages().find(isIt) ?? (await context.waitForEvent('page', { predicate: isIt }))
    const button = window.locator('button:not([aria-disabled=true])').filter({ hasText: 'Sign' })
    await button.waitFor()
    await window.getByText('Co-signer: will sign').waitFor()
    world.daemon.process.kill('SIGSTOP')
    await button.click()
    await window.getByRole('heading', { name: /^Signing:/ }).waitFor()
    expect(await crossed(window)).toEqual([true, false, false, false])
    return { answer, window }
  }

  test('stands where it was when the co-signer is killed, and says what to do', async () => {
    const { window } = await begun()
    world.daemon.process.kill('SIGKILL')
    await window.getByRole('button', { name: 'Try again' }).waitFor({ timeout: 20_000 })
    await window.getByRole('heading', { name: 'Your co-signer does not answer' }).waitFor()
    await window.getByText('Nothing can be signed until it does.').waitFor()
    await expect.poll(() => world.daemon.process.signalCode, { timeout: 20_000 }).toBe('SIGKILL')
    expect(await crossed(window)).toEqual([true, false, false, false])
  })

  test('goes on to its end when the co-signer does', async () => {
    const { answer, window } = await begun()
    world.daemon.process.kill('SIGCONT')
    await window.getByRole('heading', { name: 'Signed' }).waitFor()
    expect(await answer).toMatch(/^0x[0-9a-f]{130}$/)
  })
})
