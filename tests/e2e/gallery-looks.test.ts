/** How the approval window looks: sizes, places, contrast, motion. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, keep, show, startGallery } from './gallery.ts'
import { type Box, faintText, sizes, smallText } from './seen.ts'

describe.skipIf(!hasChromium)('the looks of the approval window', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test.each(['light', 'dark'] as const)(
    'cuts nothing off, moves no button and is readable: %s',
    async (colorScheme) => {
      const page = await gallery.open()
      await page.emulateMedia({ colorScheme })
      const complaints: string[] = []
      page.on('pageerror', ({ message }) => complaints.push(message))
      page.on('console', (line) => {
        if (line.type() === 'error') complaints.push(line.text())
      })
      const places = new Map<string, readonly Box[]>()
      for (const name of gallery.names) {
        await show(page, name)
        const seen = await page.evaluate(sizes)
        const small = await page.evaluate(smallText)
        const faint = await page.evaluate(faintText)
        const { buttons, ...others } = seen
        expect({ name, small, faint, ...others }).toEqual({
          name,
          small: [],
          faint: [],
          page: 400,
          cut: 0,
          strip: { x: 0, width: 400, height: 52 },
        })
        const place = String(buttons.length)
        expect({ name, buttons }).toEqual({ name, buttons: places.get(place) ?? buttons })
        places.set(place, buttons)
        await keep(page, colorScheme, name)
      }
      expect(complaints).toEqual([])
      await page.close()
    },
  )

  test('keeps its buttons and their words at twice the size', async () => {
    const page = await gallery.open()
    await page.setViewportSize({ width: 200, height: 320 })
    for (const name of gallery.names) {
      await show(page, name)
      const seen = await page.evaluate(() => ({
        page: document.documentElement.scrollHeight,
        top: document.querySelector('main')?.scrollTop,
        cut: [...document.querySelectorAll('footer button')].filter(
          ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
        ).length,
      }))
      expect({ name, ...seen }).toEqual({ name, page: 320, top: 0, cut: 0 })
    }
    await page.close()
  })

  test('finds a text that is too small or too faint', async () => {
    const page = await gallery.open()
    await show(page, 'row-01')
    await page.locator('h1').evaluate((title) => {
      if (title instanceof HTMLElement)
        Object.assign(title.style, { color: '#999', fontSize: '11px' })
    })
    expect(await page.evaluate(smallText)).toEqual(['Send 0.5 ETH to Ana'])
    expect(await page.evaluate(faintText)).toEqual([expect.stringContaining('Send 0.5 ETH to Ana')])
    await page.close()
  })

  test('moves nothing when a verdict or a preview comes', async () => {
    const page = await gallery.open()
    for (const later of ['arrived', 'asks', 'fault-away', 'fault-version', 'row-02']) {
      await show(page, 'asking')
      const shift = await page.evaluate(shiftsOf, later)
      const isBanded = later === 'row-02'
      // The control: a level that comes late does move what is below it.
      expect({ later, moved: shift > 0 }).toEqual({ later, moved: isBanded })
    }
    await page.close()
  })

  test('stands still for who wants that', async () => {
    const page = await gallery.open()
    const moving = async () => {
      await show(page, 'row-01')
      await show(page, 'sent')
      return page.evaluate(() => document.getAnimations().length)
    }
    expect(await moving()).toBeGreaterThan(0)
    await page.emulateMedia({ reducedMotion: 'reduce' })
    for (const name of gallery.names) {
      await show(page, name)
      expect({ name, moving: await page.evaluate(() => document.getAnimations().length) }).toEqual({
        name,
        moving: 0,
      })
    }
    await page.close()
  })

  test('keeps its levels apart where a person has colours of their own', async () => {
    const page = await gallery.open()
    await page.emulateMedia({ forcedColors: 'active' })
    const borders = new Map<string, string>()
    for (const name of ['row-02', 'row-03', 'row-14', 'row-20']) {
      await show(page, name)
      const band = page.locator('[data-level]')
      expect(await band.locator('svg').count()).toBeGreaterThan(0)
      const border = await band.evaluate((element) => {
        const { borderTopWidth, borderTopStyle } = getComputedStyle(element)
        return `${borderTopWidth} ${borderTopStyle}`
      })
      expect([...borders.values()]).not.toContain(border)
      expect(border).not.toMatch(/^0px/)
      borders.set(name, border)
    }
    await page.close()
  })
})

/** How much moved, as the browser counts it, when the screen became another one. */
async function shiftsOf(later: string): Promise<number> {
  let sum = 0
  const watcher = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) sum += (entry as unknown as { value: number }).value
  })
  watcher.observe({ type: 'layout-shift' })
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve))
  // What the screen before still moves is none of it.
  for (let [still, counted] = [0, 0]; still < 4;) {
    await frame()
    still = sum === counted ? still + 1 : 0
    counted = sum
  }
  sum = 0
  const { become } = globalThis as unknown as { become: (name: string) => void }
  become(later)
  for (let frames = 0; frames < 4; frames += 1) await frame()
  watcher.disconnect()
  return sum
}
