/** What a page gets from the wallet that does not go through its provider. */
import type { Frame, Page } from 'playwright-core'

/** What comes back to a page for messages that it made itself, of which so many are answered. */
export function forged(
  page: Page,
  messages: readonly object[],
  answered: number,
): Promise<{ id: number }[]> {
  return page.evaluate(
    async ([forgeries, count]) => {
      const replies: { id: number }[] = []
      const got = async (enough: () => boolean) => {
        while (!enough()) await new Promise<void>((resolve) => (woken = resolve))
      }
      let woken = () => undefined as void
      addEventListener('message', ({ data }: MessageEvent<{ from?: string; id?: number }>) => {
        if (data.from !== 'tandem' || data.id === undefined) return
        replies.push(data as { id: number })
        woken()
      })
      for (const one of forgeries) postMessage(one, '*')
      await got(() => replies.length >= count)
      // What is asked later, and takes as long, is answered after what is answered at all.
      postMessage({ to: 'tandem', id: 999_999, family: 'evm', method: 'eth_accounts' }, '*')
      await got(() => replies.some(({ id }) => id === 999_999))
      return replies.filter(({ id }) => id !== 999_999)
    },
    [messages, answered] as const,
  )
}

/** Whose page a browser says it is, and how often the wallet says in it that it is there. */
export function announcedIn(frame: Frame): Promise<{ origin: string; announced: number }> {
  return frame.evaluate(() => {
    let announced = 0
    addEventListener('eip6963:announceProvider', () => (announced += 1))
    dispatchEvent(new Event('eip6963:requestProvider'))
    return { origin: self.origin, announced }
  })
}
