/** From the click to what came of it. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, become, pressed, show, startGallery } from './gallery.ts'

describe.skipIf(!hasChromium)('two machines that sign', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery()
  })

  afterAll(async () => gallery.close())

  test('shows that two machines talk only when it takes time', async () => {
    const page = await gallery.timed()
    await show(page, 'signing')
    await page.getByRole('heading', { name: 'Send 0.5 ETH to Ana', exact: true }).waitFor()
    await page.clock.runFor(399)
    expect(await page.locator('h1').textContent()).toBe('Send 0.5 ETH to Ana')
    await page.clock.runFor(1)
    await page.getByRole('heading', { name: 'Signing: Send 0.5 ETH to Ana' }).waitFor()
    expect(await page.getByText('Slower than usual.').count()).toBe(0)
    await page.clock.runFor(2_000)
    await page.getByText('Slower than usual.').waitFor()
    await page.close()
  })

  test('puts a result away after six seconds, unless somebody moves over it', async () => {
    const page = await gallery.timed()
    await show(page, 'sent')
    await page.clock.runFor(5_000)
    await page.mouse.move(200, 300)
    await page.clock.runFor(5_999)
    expect(await pressed(page)).toEqual([])
    await page.clock.runFor(1)
    expect(await pressed(page)).toEqual(['dismiss "sent"'])
    await page.close()
  })

  test('shows what came of a short signature in the place where it was pressed', async () => {
    const page = await gallery.timed()
    await show(page, 'signing')
    await page.clock.runFor(90)
    await become(page, 'sent')
    await page.getByRole('heading', { name: 'Sent' }).waitFor()
    expect(await page.locator('[data-crossed]').count()).toBe(0)
    await page.close()
  })

  test('turns a talk of 600 ms into its result, with nothing else in between', async () => {
    const page = await gallery.timed()
    await show(page, 'signing')
    await page.clock.runFor(500)
    await page.getByRole('heading', { name: /^Signing:/ }).waitFor()
    const before = await frameOf(page)
    await page.clock.runFor(100)
    await become(page, 'sent')
    await page.getByRole('heading', { name: 'Sent' }).waitFor()
    expect(await frameOf(page)).toEqual(before)
    expect(await page.getByText(/^You \d+ ms, studio.local 62 ms$/).count()).toBe(1)
    await page.close()
  })

  test('draws one arrow for each message that crossed: four, or two', async () => {
    const page = await gallery.open()
    const crossed = async (name: string) => {
      await show(page, name)
      return page
        .locator('[data-crossed]')
        .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-crossed') === 'true'))
    }
    expect(await crossed('talking')).toEqual([true, true, false, false])
    expect(await crossed('talking-past')).toEqual([true, true, true, false])
    expect(await crossed('talking-short')).toEqual([true, false])
    await page.close()
  })

  test('can be stopped until the last part of this browser has left', async () => {
    const page = await gallery.open()
    await show(page, 'talking')
    const stop = page.getByRole('button', { name: 'Stop' })
    expect(await page.getByText('can no longer be stopped').count()).toBe(0)
    await stop.click()
    await page.getByRole('button', { name: 'Stopping' }).waitFor()
    expect(await pressed(page)).toEqual(['stop "talking"'])

    await show(page, 'talking-past')
    await page.getByText('Past the last step: can no longer be stopped.').waitFor()
    expect(await stop.getAttribute('aria-disabled')).toBe('true')
    await stop.click({ force: true })
    expect(await pressed(page)).toEqual(['stop "talking"'])
    await page.close()
  })

  test('says since when it is slow, and when it ends by itself', async () => {
    const page = await gallery.timed()
    await show(page, 'signing')
    const said = async (ms: number) => {
      await page.clock.runFor(ms)
      return page.locator('main [role=status]').last().textContent()
    }
    expect(await said(1_900)).toBe('Usually 0.1 s.')
    expect(await said(600)).toBe('Usually 0.1 s. Slower than usual.')
    expect(await said(3_000)).toBe('Usually 0.1 s. Slower than usual. Stops by itself in 20 s.')
    await page.close()
  })
})

/** Where the fixed things stand. */
const frameOf = (page: Page) =>
  page
    .locator('header, main, [data-strip], footer button')
    .evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().toJSON() as unknown))
