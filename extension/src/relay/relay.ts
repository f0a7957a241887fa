import { browser } from 'wxt/browser'
import { COME_BACK, PAGE_PORT, PageReply, PageRequest } from '../messages/page-channel.ts'

type Port = ReturnType<typeof browser.runtime.connect>

/** A worker that dies under one request so often does so because of it. */
const TRIES = 5

/**
 * Carries messages between a page and the background, and adds nothing. What waits while the worker is
 * stopped is sent again to the one that starts anew, which knows by the name of this document and the
 * number of the request what it did about it; each is answered to the page once.
 */
export function relay(page: Window): void {
  // No page can read it: another document that took it would wait for what this one asked.
  const name = `${PAGE_PORT}/${hexOf(crypto.getRandomValues(new Uint8Array(16)))}`
  let port: Port | undefined
  let isUsed = false
  const waiting = new Map<number, { readonly request: PageRequest; tries: number }>()
  const post = (reply: PageReply) => page.postMessage(reply, page.location.origin)

  function connected() {
    if (port) return port
    const made = browser.runtime.connect({ name })
    made.onMessage.addListener((message: unknown) => {
      const parsed = PageReply.safeParse(message)
      if (!parsed.success) return
      if (!('id' in parsed.data)) return post(parsed.data)
      const { id } = parsed.data
      if (waiting.delete(id)) post(parsed.data)
      // The background keeps it until then, for a relay that lost its port just before.
      send(made, { got: id })
    })
    made.onDisconnect.addListener(() => {
      if (port !== made) return
      port = undefined
      resend()
    })
    port = made
    return made
  }

  function resend(): void {
    // After an update of the extension the old relay has nobody to talk to.
    const isOver = browser.runtime.id === undefined
    for (const [id, one] of waiting) {
      one.tries += 1
      if (!isOver && one.tries <= TRIES) {
        send(connected(), one.request)
        continue
      }
      waiting.delete(id)
      const error = { code: 4900, message: 'The wallet is not connected. Try again.' }
      post({ from: 'tandem', id, error })
      // Nobody waits for what was asked any more.
      if (!isOver) send(connected(), { got: id })
    }
  }

  page.addEventListener('message', ({ source, data }) => {
    if (source !== page) return
    const parsed = PageRequest.safeParse(data)
    if (!parsed.success || browser.runtime.id === undefined) return
    const { id } = parsed.data
    // Two with one number cannot be told apart in the answers.
    if (waiting.has(id)) return
    isUsed = true
    waiting.set(id, { request: parsed.data, tries: 0 })
    send(connected(), parsed.data)
  })

  page.addEventListener('pageshow', ({ persisted }) => {
    if (!persisted || !isUsed) return
    // Put aside by the browser, it lost its port without being told, and missed what changed.
    port?.disconnect()
    port = undefined
    connected()
    resend()
  })

  browser.runtime.onMessage.addListener((message: unknown) => {
    // Only a document that used the wallet has news to miss.
    if (message === COME_BACK && isUsed) connected()
  })
}

function send(port: Port, message: PageRequest | { readonly got: number }): void {
  try {
    // A port of the extension has no origin to name.
    // oxlint-disable-next-line require-post-message-target-origin
    port.postMessage(message)
  } catch {
    // It was cut at this moment: what waits is sent again over the next one.
  }
}

const hexOf = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
