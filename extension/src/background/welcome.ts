import { browser } from 'wxt/browser'
import type { Engine } from '../messages/engine.ts'

/**
 * Opens the first screen in a browser that has no wallet yet, once it has the extension. Whoever starts the browser
 * cannot name that page: it is asked for before the extension is there, and blocked.
 */
export function welcome(engine: Pick<Engine, 'state'>): void {
  // Of a build that a start made: whoever installs one by hand, or tests it, opens what they like.
  if (import.meta.env['WXT_WELCOME'] !== '1') return
  let isOver = false
  const greet = async () => {
    if (isOver) return
    isOver = true
    const { lock } = await engine.state()
    if (lock !== 'none') return
    await browser.tabs.create({ url: new URL('/onboarding.html', location.href).href })
  }
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') void greet()
  })
  browser.runtime.onStartup.addListener(() => void greet())
}
