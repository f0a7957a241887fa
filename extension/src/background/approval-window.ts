import { browser } from 'wxt/browser'

const SIZE = { width: 416, height: 680 }

/**
 * The one window in which everything is approved. Closing it rejects what is still open; losing the
 * focus does nothing.
 */
export function approvalWindow(closed: () => void): { show(): Promise<void> } {
  let id: number | undefined
  let opening: Promise<void> | undefined

  browser.windows.onRemoved.addListener((removed) => {
    if (removed !== id) return
    id = undefined
    closed()
  })

  async function open(): Promise<void> {
    if (id !== undefined) {
      await browser.windows.update(id, { focused: true, drawAttention: true })
      return
    }
    const made = await browser.windows.create({
      url: new URL('/approve.html', location.href).href,
      type: 'popup',
      focused: true,
      ...SIZE,
    })
    id = made?.id
  }

  return {
    show() {
      opening ??= open().finally(() => (opening = undefined))
      return opening
    },
  }
}
