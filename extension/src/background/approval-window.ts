import { browser } from 'wxt/browser'
import * as z from 'zod'
import { item } from './state/item.ts'

const PAGE = '/approve.html'
const SIZE = { width: 416, height: 680 }

/** Which window it is: a worker that starts because it was closed must know it. */
const shown = item('session', 'window', z.object({ id: z.int().optional() }), {})

export type ApprovalWindow = {
  /** Opens it where it is not open; `front`: brings it to the front, too. */
  show(how: { readonly front: boolean }): Promise<void>
}

/**
 * The one window in which everything is approved. Closing it rejects what is still open; losing the
 * focus does nothing.
 */
export function approvalWindow(closed: () => void): ApprovalWindow {
  let showing: Promise<void> | undefined
  const url = new URL(PAGE, location.href).href

  browser.windows.onRemoved.addListener((removed) => void left(removed))

  async function left(removed: number): Promise<void> {
    if ((await shown.get()).id !== removed) return
    await shown.change(() => ({}))
    closed()
  }

  /** A worker that died while it opened one did not note which. */
  async function found(): Promise<number | undefined> {
    const { id } = await shown.get()
    const ids = import.meta.env.MANIFEST_VERSION === 2 ? await seen() : await listed()
    if (id !== undefined && (ids.includes(id) || (await isLoading(id)))) return id
    return ids[0]
  }

  /** Its page is not there yet: another window for the next question would be one too many. */
  async function isLoading(id: number): Promise<boolean> {
    const tabs = await browser.tabs.query({ windowId: id }).catch(() => [])
    return tabs.some(({ status }) => status === 'loading')
  }

  async function listed(): Promise<number[]> {
    const there = await browser.runtime.getContexts({ contextTypes: ['TAB'], documentUrls: [url] })
    return there.flatMap(({ windowId }) => (windowId >= 0 ? [windowId] : []))
  }

  /** The same, as the background page of the older kind can tell: it sees its sisters. */
  async function seen(): Promise<number[]> {
    const open = await browser.windows.getAll()
    return open.flatMap(({ id: windowId }) =>
      windowId !== undefined &&
      browser.extension
        .getViews({ type: 'tab', windowId })
        .some((view) => 'location' in view && String(view.location) === url)
        ? [windowId]
        : [],
    )
  }

  async function bring(front: boolean): Promise<void> {
    const id = await found()
    if (id === undefined) return make()
    await shown.change(() => ({ id }))
    if (!front) return
    try {
      await browser.windows.update(id, { focused: true, drawAttention: true })
    } catch {
      // It was closed at this moment.
      await make()
    }
  }

  async function make(): Promise<void> {
    const wanted = { url, type: 'popup', focused: true, ...SIZE } as const
    const made = await browser.windows
      .create(wanted)
      // Where the last window was is no place any more, of a screen that is gone.
      .catch(() => browser.windows.create({ ...wanted, left: 0, top: 0 }))
    const id = made?.id
    if (id !== undefined) await shown.change(() => ({ id }))
  }

  return {
    show({ front }) {
      showing ??= bring(front).finally(() => (showing = undefined))
      return showing
    },
  }
}
