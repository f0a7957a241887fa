/** The approval window for who does not see it, or uses no mouse. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, show, startGallery } from './gallery.ts'

describe.skipIf(!hasChromium)('the approval window, read aloud', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('reads a transfer from who asks to what can be done about it', async () => {
    // Its clock stands: nothing can be approved yet.
    const page = await gallery.timed()
    await show(page, 'row-01')
    expect(await spoken(page)).toEqual([
      '- banner:',
      '- paragraph: app. swap.test',
      '- paragraph: Known since Mar 3',
      '- main:',
      '- heading "Send 0.5 ETH to Ana" [level=1]',
      '- alert',
      '- paragraph: Ethereum',
      '- heading "To" [level=2]',
      '- text: "0x71C7656EC7ab88b098defB751B7401B5f6d8976F"',
      '- paragraph: Ana · Saved contact, paid 4 times',
      '- button "Copy":',
      '- status',
      '- text: Copy',
      '- heading "What will change" [level=2]',
      '- list:',
      '- listitem: "- 0.5 ETH"',
      '- listitem:',
      '- text: "- 0.00042 ETH network fee, at most"',
      '- button "Change"',
      '- status: Preview from your node, block 21,004,221',
      '- group: Details number 41, 120 bytes',
      '- contentinfo:',
      '- status:',
      '- paragraph: "Co-signer: will sign"',
      '- paragraph: Rule daily-eth. 1.5 of 2 ETH left today after this.',
      '- button "Reject"',
      '- button "Approve" [disabled]',
    ])
    await page.close()
  })

  test('reads a refusal as what happened, and that nothing moved', async () => {
    const page = await gallery.open()
    await show(page, 'row-30')
    const all = await spoken(page)
    expect(all.filter((line) => !line.includes('All of it again'))).toEqual([
      '- banner:',
      '- paragraph: app. swap.test',
      '- paragraph: Known since Mar 3',
      '- main:',
      '- alert:',
      '- paragraph: Refused by your co-signer',
      '- paragraph: Nothing was signed. Nothing moved.',
      `- heading "Over today's limit for ETH" [level=1]`,
      '- alert',
      '- paragraph: "Asked: send 3 ETH to Ana"',
      '- term: Rule',
      '- definition: daily-eth',
      '- term: Limit',
      '- definition: 2 ETH',
      '- term: Used',
      '- definition: 0.5 ETH',
      '- term: Left',
      '- definition: 1.5 ETH',
      '- group: Change this rule',
      '- contentinfo:',
      '- status:',
      '- paragraph: "Co-signer: refuses"',
      '- paragraph: Rule daily-eth.',
      '- button "Close"',
    ])
    await page.close()
  })

  test('goes from control to control as they are drawn, and shows which one has the focus', async () => {
    const page = await gallery.open()
    for (const name of ['row-01', 'row-08', 'row-10', 'row-30', 'connect-first', 'typed']) {
      await show(page, name)
      const seen: { y: number; x: number }[] = []
      for (;;) {
        await page.keyboard.press('Tab')
        const stop = await page.evaluate(focused)
        if (!stop) break
        expect({ name, ...stop, ring: stop.ring }).toMatchObject({ ring: '2px' })
        seen.push(stop)
        if (stop.isLast) break
      }
      expect(seen.length).toBeGreaterThan(0)
      const drawn = seen.toSorted((a, b) => (Math.abs(a.y - b.y) > 8 ? a.y - b.y : a.x - b.x))
      expect({ name, seen }).toEqual({ name, seen: drawn })
    }
    await page.close()
  })

  test('gives every control a name and a place of 24 pixels, and no heading without its parent', async () => {
    const page = await gallery.open()
    for (const name of gallery.names) {
      await show(page, name)
      expect({ name, faults: await page.evaluate(faultsOf) }).toEqual({ name, faults: [] })
    }
    await show(page, 'row-01')
    await page
      .locator('footer button')
      .last()
      .evaluate((button) => {
        button.textContent = ''
        button.setAttribute('tabindex', '3')
      })
    expect(await page.evaluate(faultsOf)).toEqual(['no name: BUTTON', 'tabindex 3: BUTTON'])
    await page.close()
  })
})

/** What has the focus: where it is, and how thick its ring is. Nothing: the page has none any more. */
function focused() {
  const element = document.activeElement
  if (!element || element === document.body) return undefined
  const { x, y: seen } = element.getBoundingClientRect()
  const main = element.closest('main')
  // As if nothing scrolled: the foot is below all of it.
  const y = main ? seen + main.scrollTop : element.closest('footer') ? seen + 10_000 : seen
  const ring = getComputedStyle(element).outlineWidth
  const all = [...document.querySelectorAll('footer button')]
  return { x, y, ring, isLast: all.at(-1) === element }
}

/** What is wrong with the controls and headings of a page. */
function faultsOf(): string[] {
  const faults: string[] = []
  const isSeen = (element: Element) => element.checkVisibility()
  for (const control of document.querySelectorAll('button, a, input, select, summary')) {
    if (!isSeen(control)) continue
    const label = control.id === '' ? null : document.querySelector(`label[for="${control.id}"]`)
    const name =
      control.getAttribute('aria-label') ??
      label?.textContent ??
      control.closest('label')?.textContent ??
      control.textContent
    if ((name ?? '').trim() === '') faults.push(`no name: ${control.tagName}`)
    const order = Number(control.getAttribute('tabindex') ?? 0)
    if (order > 0) faults.push(`tabindex ${order}: ${control.tagName}`)
    const place = control.closest('label') ?? control
    const { width, height } = place.getBoundingClientRect()
    if (Math.round(width) < 24 || Math.round(height) < 24)
      faults.push(`${width}x${height}: ${(name ?? '').trim().slice(0, 20)}`)
  }
  const levels = [...document.querySelectorAll('h1, h2, h3')]
    .filter(isSeen)
    .map(({ tagName }) => Number(tagName.slice(1)))
  if (levels.filter((level) => level === 1).length !== 1) faults.push(`h1: ${levels.join()}`)
  levels.forEach((level, at) => {
    if (level > (levels[at - 1] ?? 0) + 1) faults.push(`h${level} without its parent`)
  })
  for (const image of document.querySelectorAll('svg'))
    if (!image.closest('[aria-hidden]') && !image.hasAttribute('aria-label'))
      faults.push('a picture without words')
  return faults
}

/** The accessibility tree, in order. */
const spoken = async (page: Page): Promise<string[]> =>
  (await page.locator('body').ariaSnapshot()).split('\n').map((line) => line.trim())
