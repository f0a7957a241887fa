/** The approval window in a language whose words are longer. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type Gallery, keep, show, startGallery } from './gallery.ts'
import { sizes } from './seen.ts'

describe.skipIf(!hasChromium)('the approval window in longer words', () => {
  let gallery: Gallery

  beforeAll(async () => {
    gallery = await startGallery(lengthen)
  })

  afterAll(async () => gallery.close())

  test('cuts nothing off', async () => {
    const page = await gallery.open()
    for (const name of gallery.names) {
      await show(page, name)
      const { buttons: _, ...seen } = await page.evaluate(sizes)
      await keep(page, 'long', name)
      const cut = await page
        .locator('footer button')
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length)
      expect({ name, ...seen, buttons: cut }).toEqual({
        name,
        page: 400,
        cut: 0,
        strip: { x: 0, width: 400, height: 52 },
        buttons: 0,
      })
    }
    // The control: these are other words than the ones that are shipped.
    await show(page, 'row-01')
    expect(await page.locator('h1').textContent()).toMatch(/^\[Sënd 0.5 ETH to Ana[~ ]+\]$/)
    await page.close()
  })
})

/** Each string with four characters for ten more, and letters that English has not. */
function lengthen(extension: string): void {
  const file = join(extension, '_locales/en/messages.json')
  const all = JSON.parse(readFileSync(file, 'utf8')) as Record<string, { message: string }>
  for (const [name, one] of Object.entries(all))
    if (!name.startsWith('app_')) one.message = one.message.split(' | ').map(longer).join(' | ')
  writeFileSync(file, JSON.stringify(all))
}

function longer(text: string): string {
  const length = text.replaceAll(/\$[0-9]/g, '').length
  return `[${text.replaceAll('e', 'ë')}${'~~~~ '.repeat(Math.ceil(length * 0.08)).trim()}]`
}
