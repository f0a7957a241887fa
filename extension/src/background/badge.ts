import { browser } from 'wxt/browser'

const POPUP = 'popup.html'

/**
 * How many questions wait, at the toolbar's button. While something waits the button leads to it, where
 * it opens the wallet otherwise.
 */
export function badge(show: () => Promise<void>): (waiting: number) => void {
  let last: number | undefined
  browser.action.onClicked.addListener(() => void show().catch(() => undefined))
  return (waiting) => {
    if (waiting === last) return
    last = waiting
    void browser.action.setBadgeText({ text: waiting === 0 ? '' : String(waiting) })
    void browser.action.setPopup({ popup: waiting === 0 ? POPUP : '' })
  }
}
