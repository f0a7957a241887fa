/** Every screen of the approval window, made up, in a real Chromium: no daemon and no chain. */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { buildExtension } from './build.ts'
import { type Wallet, startWallet } from './wallet.ts'

/** Where to keep pictures for people to look at. */
export const pictures = process.env['TANDEM_PICTURES']

export type Gallery = {
  readonly wallet: Wallet
  /** The build: not the one that is shipped. */
  readonly extension: string
  /** Of everything there is to see. */
  readonly names: readonly string[]
  /** The window as large as a person's. */
  open(): Promise<Page>
  /** The same, with a clock that stands until the test moves it. */
  timed(): Promise<Page>
  close(): Promise<void>
}

/**
 * The gallery of the run (built.setup.ts), or one that is built for this.
 *
 * @param change what is changed before it runs, of a copy.
 */
export async function startGallery(change?: (extension: string) => void): Promise<Gallery> {
  const folder = mkdtempSync(join(tmpdir(), 'tandem-gallery-'))
  try {
    const built = process.env['TANDEM_GALLERY'] ?? buildExtension(folder, 'chrome', 'gallery')
    const extension = change ? join(folder, 'changed') : built
    if (change) {
      cpSync(built, extension, { recursive: true })
      change(extension)
    }
    const wallet = await startWallet(extension)
    const first = await wallet.open('gallery.html')
    const address = first.url()
    await first.locator('[data-shot]').first().waitFor()
    const names = await first
      .locator('[data-shot]')
      .evaluateAll((links) => links.map((link) => link.getAttribute('data-shot') ?? ''))
    await first.close()

    async function open(): Promise<Page> {
      const page = await wallet.context.newPage()
      await page.setViewportSize({ width: 400, height: 640 })
      await page.goto(address)
      return page
    }
    return {
      wallet,
      extension,
      names,
      open,
      async timed() {
        const page = await wallet.context.newPage()
        await page.clock.install()
        await page.goto(address)
        await page.setViewportSize({ width: 400, height: 640 })
        await page.clock.pauseAt(Date.now() + 60_000)
        await page.bringToFront()
        return page
      },
      async close() {
        await wallet.close()
        rmSync(folder, { recursive: true, force: true })
      },
    }
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Shows one of them. */
export async function show(page: Page, name: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, name)
  await page.locator(`[data-shown="${name}"] h1`).waitFor()
}

/** The same question, in the state of another one: what comes late, or next. */
export async function become(page: Page, name: string): Promise<void> {
  await page.evaluate((other) => {
    const { become: move } = globalThis as unknown as { become: (name: string) => void }
    move(other)
  }, name)
}

/** What was pressed so far, in the words of the gallery. */
export const pressed = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { pressed: string[] }).pressed)

/** Keeps a picture, if somebody asks for them. */
export async function keep(page: Page, kind: string, name: string): Promise<void> {
  if (pictures === undefined) return
  const into = join(pictures, kind)
  mkdirSync(into, { recursive: true })
  await page.screenshot({ path: join(into, `${name}.png`) })
}
