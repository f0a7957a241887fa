/** What the popup shows while neither the worker nor the engine has answered it anything. */
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { ORIGIN, type Wallet, startWallet } from './wallet.ts'
import { type World, startWorld } from './world.ts'

type Extension = {
  chrome: { storage: { session: { get(name: string): Promise<Record<string, unknown>> } } }
}
type Inside = { painted?: string; unanswered: string[] }

/** A popup that nobody answers, and the text that it began with. */
async function popupAlone(wallet: Wallet): Promise<{ page: Page; painted: string }> {
  const page = await wallet.context.newPage()
  await page.addInitScript(() => {
    const inside: Inside = { unanswered: [] }
    Object.assign(globalThis, { inside })
    const { runtime } = (globalThis as never as { chrome: { runtime: object } }).chrome
    const event = { addListener: () => undefined, removeListener: () => undefined }
    Object.assign(runtime, {
      sendMessage: (message: { data?: { method?: string } }) => {
        inside.unanswered.push(message.data?.method ?? '')
        return new Promise(() => undefined)
      },
      connect: () => ({ onMessage: event, onDisconnect: event, disconnect: () => undefined }),
    })
    new MutationObserver((_changes, observer) => {
      const root = document.getElementById('root')
      if (!root?.firstChild) return
      inside.painted = root.innerText
      observer.disconnect()
    }).observe(document, { subtree: true, childList: true })
  })
  await page.goto(`${ORIGIN}/popup.html`)
  const insideOf = () => page.evaluate(() => (globalThis as never as { inside: Inside }).inside)
  await page.waitForFunction(() =>
    (globalThis as never as { inside: Inside }).inside.unanswered.includes('state'),
  )
  return { page, painted: (await insideOf()).painted ?? '' }
}

describe.skipIf(!hasChromium)('a popup that nobody answers', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  }, 120_000)
  afterAll(() => world.close())

  test('begins with what an open wallet has, as it was known last', async () => {
    const { page, painted } = await popupAlone(world.wallet)
    expect(painted).toContain('Receive')
    expect(painted).toContain('Local Ethereum')
    await page.close()
    // Once it is locked, with nothing of that.
    await world.wallet.call(world.screen, 'lock')
    await world.screen.waitForFunction(async () => {
      const { chrome } = globalThis as never as Extension
      return (await chrome.storage.session.get('standing'))['standing'] === 'locked'
    })
    const locked = await popupAlone(world.wallet)
    expect(locked.painted).toContain('Locked')
    expect(locked.painted).not.toContain('Local Ethereum')
    await locked.page.close()
  })

  test('begins with the lock in a browser that has just begun', async () => {
    const profile = join(process.env['TANDEM_READY'] ?? '', 'profile')
    const wallet = await startWallet(undefined, false, [], profile)
    try {
      expect((await popupAlone(wallet)).painted).toContain('Locked')
    } finally {
      await wallet.close()
    }
  })

  test('begins with how to begin where there is no wallet', async () => {
    const wallet = await startWallet()
    try {
      expect((await popupAlone(wallet)).painted).toContain('Set up your wallet')
    } finally {
      await wallet.close()
    }
  })
})
