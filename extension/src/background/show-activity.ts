import { browser } from 'wxt/browser'

/** Shows what was decided, in a tab: one request, or all. One that is there already comes to the front. */
export async function showActivity(id?: string): Promise<void> {
  const { href } = new URL(`/app.html#/activity${id === undefined ? '' : `/${id}`}`, location.href)
  const tabId = await found(href)
  if (tabId === undefined) return void (await browser.tabs.create({ url: href }))
  await browser.tabs.update(tabId, { active: true })
}

async function found(href: string): Promise<number | undefined> {
  if (import.meta.env.MANIFEST_VERSION === 2) return undefined
  const open = await browser.runtime.getContexts({ contextTypes: ['TAB'] })
  return open.find(({ documentUrl }) => documentUrl === href)?.tabId
}
