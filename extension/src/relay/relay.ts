import { browser } from 'wxt/browser'
import { PAGE_PORT, PageReply, PageRequest } from '../messages/page-channel.ts'

/**
 * Carries messages between a page and the background, and adds nothing. A worker that died is woken
 * by the next message; what waited for it is told to try again.
 */
export function relay(page: Window): void {
  let port: ReturnType<typeof browser.runtime.connect> | undefined
  const waiting = new Set<number>()
  const post = (reply: PageReply) => page.postMessage(reply, page.location.origin)

  function connected() {
    if (port) return port
    const made = browser.runtime.connect({ name: PAGE_PORT })
    made.onMessage.addListener((message: unknown) => {
      const parsed = PageReply.safeParse(message)
      if (!parsed.success) return
      if ('id' in parsed.data) waiting.delete(parsed.data.id)
      post(parsed.data)
    })
    made.onDisconnect.addListener(() => {
      port = undefined
      for (const id of waiting)
        post({
          from: 'tandem',
          id,
          error: { code: 4900, message: 'The wallet is not connected. Try again.' },
        })
      waiting.clear()
    })
    port = made
    return made
  }

  page.addEventListener('message', ({ source, data }) => {
    if (source !== page) return
    const parsed = PageRequest.safeParse(data)
    if (!parsed.success) return
    // After an update of the extension the old relay has nobody to talk to, and keeps silent.
    if (browser.runtime.id === undefined) return
    waiting.add(parsed.data.id)
    // A port of the extension has no origin to name.
    // oxlint-disable-next-line require-post-message-target-origin
    connected().postMessage(parsed.data)
  })
}
