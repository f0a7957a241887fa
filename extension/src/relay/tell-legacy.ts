import { browser } from 'wxt/browser'
import * as z from 'zod/mini'
import type { PageReply } from '../messages/page-channel.ts'
import { unpack } from '../messages/wire-json.ts'

const Chosen = z.object({ settings: z.object({ legacyProvider: z.literal(true) }) })

/**
 * Tells the page that the wallet is to be `window.ethereum`, too, if its person chose that. Read here,
 * so that a page which does not use the wallet wakes no worker.
 */
export async function tellLegacy(page: Window): Promise<void> {
  const { settings } = await browser.storage.local.get('settings')
  if (!Chosen.safeParse({ settings: unpack(settings) }).success) return
  const news: PageReply = { from: 'tandem', family: 'evm', event: 'legacy', data: null }
  page.postMessage(news, page.location.origin)
}
