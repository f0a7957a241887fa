import { browser } from 'wxt/browser'

const POPUP = 'popup.html'

/**
 * How many questions wait, at the toolbar's button. While something waits the button leads to it, where
 * it opens the wallet otherwise.
 */
export function badge(show: () => Promise<void>): (waiting: number) => void {
  let last: number | undefined
  // Firefox has it under its old name.
  const button = import.meta.env.MANIFEST_VERSION === 2 ? browser.browserAction : browser.action
  button.onClicked.addListener(() => void show().catch(() => undefined))
  return (waiting) => {
    if (waiting === last) return
    last = waiting
    void button.setBadgeText({ text: waiting === 0 ? '' : String(waiting) })
    void button.setPopup({ popup: waiting === 0 ? POPUP : '' })
  }
}
