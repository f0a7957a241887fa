import { browser } from 'wxt/browser'
import {
  COME_BACK,
  PAGE_PORT,
  PageReceipt,
  type PageReply,
  PageRequest,
} from '../messages/page-channel.ts'
import type { Approvals } from './approvals/approvals.types.ts'
import type { Background } from './method.ts'
import type { News } from './news.ts'
import { failureOf } from './provider-error.ts'
import { answer } from './router.ts'
import { originOf } from './senders.ts'

type Port = Parameters<Parameters<typeof browser.runtime.onConnect.addListener>[0]>[0]

const name = new RegExp(`^${PAGE_PORT}/([0-9a-f]{32})$`)

/**
 * Answers pages, each over the port of its relay.
 *
 * A relay whose port was cut comes back with what it still waits for. A request that asked the person
 * something finds its question again, by the document that it came from and its number there; every
 * other one is carried out once more.
 *
 * @returns takes a port, if it is one of a page.
 */
export function pages(
  { engine, askNode }: Pick<Background, 'engine' | 'askNode'>,
  approvals: Approvals,
  news: News,
): (port: Port) => boolean {
  /** Ports by page: the new one may be here before the old one is gone. */
  const ports = new Map<string, number>()
  void callBack()

  function attend(port: Port): boolean {
    const [, token] = name.exec(port.name) ?? []
    const origin = originOf(port.sender)
    if (token === undefined || origin === undefined) return false
    // SECURITY: what another origin asked is not answered here, whatever name a document gives itself. Test: src/background/pages.test.ts "a document that takes the name of another finds nothing of it"
    const page = `${origin} ${token}`
    const gone = new AbortController()
    ports.set(page, (ports.get(page) ?? 0) + 1)
    approvals.met(page)
    const leave = news.attend({ origin, post: (reply) => port.postMessage(reply) })

    port.onDisconnect.addListener(() => {
      gone.abort()
      leave()
      const left = (ports.get(page) ?? 1) - 1
      if (left > 0) return void ports.set(page, left)
      ports.delete(page)
      void approvals.gone(page)
    })

    const reply = async (request: PageRequest): Promise<void> => {
      const { id } = request
      const asks = approvals.of({ page, id, gone: gone.signal })
      let said: PageReply
      try {
        const result = await answer(request, origin, { engine, askNode, approvals: asks })
        said = { from: 'tandem', id, result }
      } catch (error) {
        said = { from: 'tandem', id, error: failureOf(error) }
      }
      if (!gone.signal.aborted) port.postMessage(said)
    }
    port.onMessage.addListener((message: unknown) => {
      const receipt = PageReceipt.safeParse(message)
      if (receipt.success) return void approvals.answered(page, receipt.data.got)
      const request = PageRequest.safeParse(message)
      if (request.success) void reply(request.data)
    })

    return true
  }

  return attend
}

/** Relays that were here before this worker come back, or they hear no news. */
async function callBack(): Promise<void> {
  for (const { id } of await browser.tabs.query({}))
    if (id !== undefined) void browser.tabs.sendMessage(id, COME_BACK).catch(() => undefined)
}
