/** Who wants to be taken for somebody else, and what wants not to be seen. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, keep, show, startGallery } from './gallery.ts'

/** What each site must show of itself: in its name, and in the band. */
const sites = [
  ['connect', 'swap.test', 'Connect to app.swap.test?', undefined],
  [
    'connect-alike',
    'swep.test',
    'Connect to app.swep.test?',
    'This name could be taken for swap.test, which you know.',
  ],
  [
    'connect-letters',
    'xn--swp-5cd.test',
    'Connect to xn--swp-5cd.test?',
    'This name has letters that look like others.',
  ],
  [
    'connect-shared',
    'evil.pages.test',
    'Connect to evil.pages.test?',
    'Anybody can have a name under pages.test.',
  ],
  ['connect-first', 'shop.test', 'Connect to shop.test:8080?', 'This page is not encrypted.'],
  ['connect-deep', 'evil.test', 'Connect to ..evil.test?', undefined],
] as const

describe.skipIf(!hasChromium)('what wants to look like something else', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('a site shows who registered its name, and what is odd about it', async () => {
    const page = await gallery.open()
    for (const [name, registered, headline, warning] of sites) {
      await show(page, name)
      const bold = page.locator('header span').filter({ hasText: registered }).last()
      const isWhole = await bold.evaluate((one) => one.scrollWidth <= one.clientWidth)
      const isBold = await bold.evaluate((one) => Number(getComputedStyle(one).fontWeight) >= 600)
      const band = page.locator('[data-level=check]')
      expect({
        name,
        isWhole,
        isBold,
        said: await page.locator('h1').textContent(),
        warned: (await band.count()) > 0 && (await band.textContent())?.includes(warning ?? '-'),
      }).toEqual({
        name,
        isWhole: true,
        isBold: true,
        said: headline,
        warned: warning !== undefined,
      })
      await keep(page, 'light', name)
    }
    await page.close()
  })

  test('the scheme and the port of a site are said', async () => {
    const page = await gallery.open()
    await show(page, 'connect-first')
    expect(await page.locator('header').innerText()).toMatch(/http\s*shop\.test\s*:8080/)
    await show(page, 'connect')
    expect(await page.locator('header').innerText()).not.toContain('http')
    await page.close()
  })

  test('an address that imitates another has a box around each group that differs', async () => {
    const page = await gallery.open()
    await show(page, 'row-03')
    const boxed = await page.locator('mark').allTextContents()
    const [theirs, real] = [boxed.slice(0, boxed.length / 2), boxed.slice(boxed.length / 2)]
    expect(theirs).toEqual(['aaB0', 'C9d1', 'E2f3', '0415', '2637', '4859', '606a', '7b8C'])
    expect(real).toEqual(['656E', 'C7ab', '88b0', '98de', 'fB75', '1B74', '01B5', 'f6d8'])
    await show(page, 'row-02')
    expect(await page.locator('mark').count()).toBe(0)
    await page.close()
  })

  test('characters that nobody can see stand in boxes, in texts and in names', async () => {
    const page = await gallery.open()
    await show(page, 'message-hidden')
    expect(await page.locator('mark').allTextContents()).toEqual(['U+202E', 'U+200B'])
    expect(await page.locator('[data-level=check]').count()).toBe(1)
    await show(page, 'hidden-token')
    expect(await page.locator('h1 mark').allTextContents()).toEqual(['U+200D'])
    const outline = await page
      .locator('h1 mark')
      .evaluate((mark) => getComputedStyle(mark).outlineWidth)
    expect(outline).toBe('1px')
    await page.close()
  })
})
