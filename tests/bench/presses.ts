/** Signatures on the screens, with times: from the press that approves until the site has it. */
import type { BrowserContext, Page } from 'playwright-core'
import { listed } from '../e2e/person.ts'
import type { World } from '../e2e/world.ts'

/** Milliseconds since 1970, which the processes of a machine share. */
type Noted = { pressed: number; headlines: { text: string; at: number }[] }
type Inside = { noted: Noted }

/** Notes in each page that is opened from now on when it shows a headline, and when it is pressed. */
export async function noteTimes(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const noted: Noted = { pressed: 0, headlines: [] }
    Object.assign(globalThis, { noted })
    addEventListener(
      'click',
      ({ timeStamp }) => (noted.pressed = Date.now() - performance.now() + timeStamp),
      true,
    )
    new MutationObserver(() => {
      const text = document.querySelector('h1')?.textContent ?? ''
      if (text !== '' && text !== noted.headlines.at(-1)?.text)
        noted.headlines.push({ text, at: Date.now() })
    }).observe(document, { subtree: true, childList: true, characterData: true })
  })
}

export const noted = (page: Page): Promise<Noted> =>
  page.evaluate(() => (globalThis as never as Inside).noted)

export type Pressed = {
  /** From the press until the site has the signature. */
  readonly signed: number
  /** From the site's call until a window that was open had the headline. */
  readonly headline: number | undefined
}

/**
 * One after the other; each button is armed before it is pressed.
 *
 * @param ask what a site does for a signature of this text.
 */
export async function pressAll(
  world: World,
  ask: (text: string) => Promise<unknown>,
  count: number,
): Promise<Pressed[]> {
  const pressed: Pressed[] = []
  for (let at = 0; at < count; at += 1) {
    const before = openWindow(world.wallet.context)
    const asked = Date.now()
    const signing = ask(`number ${at} at ${asked}`).then(() => Date.now())
    const window = await questionWindow(world)
    const { headlines } = await noted(window)
    await armedButton(window).click()
    const had = await signing
    const { pressed: from } = await noted(window)
    const shown = headlines.findLast(({ at: when }) => when >= asked)
    pressed.push({
      signed: had - from,
      headline: before === window && shown ? shown.at - asked : undefined,
    })
  }
  return pressed
}

/** The window with a question that can be approved; results of before are put away. */
export async function questionWindow({ wallet, screen }: World): Promise<Page> {
  const window = openWindow(wallet.context) ?? (await nextWindow(wallet.context))
  for (const { id, state } of await listed({ screen }))
    if (state.at === 'done') await wallet.call(screen, 'dismiss', id)
  await armedButton(window).waitFor()
  return window
}

const armedButton = (window: Page) =>
  window.locator('button[aria-disabled=false]').filter({ hasText: 'Sign' })
const isIt = (page: Page) => page.url().includes('/approve.html')
const openWindow = (context: BrowserContext) => context.pages().find(isIt)
const nextWindow = (context: BrowserContext) => context.waitForEvent('page', { predicate: isIt })
