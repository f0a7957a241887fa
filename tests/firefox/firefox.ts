/** A real Firefox with the wallet in it, over WebDriver BiDi. */
import { existsSync } from 'node:fs'
import puppeteer, { type Browser, type Page } from 'puppeteer-core'
import { pack, unpack } from '../../extension/src/messages/wire-json.ts'

const executablePath = process.env['TANDEM_FIREFOX'] ?? '/usr/bin/firefox-esr'

export const hasFirefox = existsSync(executablePath)

const ID = 'wallet@tandem.invalid'
/** Firefox draws one for each profile, unless the profile has it. */
const UUID = '6a3e4f10-3b1c-4a52-9d0e-3f6f0b6f2a77'

/** How long something may take that a person sees. */
const WAIT_MS = 15_000

export type Firefox = {
  readonly browser: Browser
  /** Of the extension, in this profile. */
  readonly origin: string
  /** A screen of the extension. */
  open(path: string): Promise<Page>
  /** The one whose address has this in it, which the extension opens itself. */
  opened(part: string): Promise<Page>
  /** Calls the background, as a screen does. */
  call(screen: Page, method: string, ...args: unknown[]): Promise<unknown>
  /** How many pages have this in their address. */
  count(part: string): Promise<number>
  /** Puts the background to sleep, as Firefox does to one that nothing keeps awake. @throws if it did not. */
  sleep(screen: Page): Promise<void>
  close(): Promise<void>
}

/** @param extension the folder of a build. */
export async function startFirefox(extension: string): Promise<Firefox> {
  const origin = `moz-extension://${UUID}`
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    // Or no page of an extension may be opened from outside.
    args: ['--remote-allow-system-access'],
    extraPrefsFirefox: { 'extensions.webextensions.uuids': JSON.stringify({ [ID]: UUID }) },
  })

  async function goTo(url: string): Promise<Page> {
    const page = await browser.newPage()
    page.setDefaultTimeout(WAIT_MS)
    // What is said of loading never comes, since the page changes its process: it is asked where it is.
    page.goto(url, { timeout: 0 }).catch(() => undefined)
    await where(page, url)
    return page
  }

  /** A page of the browser's own, from which extensions can be told what to do. */
  let inside: Promise<Page> | undefined

  try {
    await browser.installExtension(extension)
  } catch (error) {
    await browser.close()
    throw error
  }

  return {
    browser,
    origin,
    open: (path) => goTo(`${origin}/${path}`),

    async opened(part) {
      for (const until = Date.now() + WAIT_MS; Date.now() < until;)
        for (const page of await browser.pages())
          if ((await hrefOf(page)).includes(part)) {
            page.setDefaultTimeout(WAIT_MS)
            return page
          }
      throw new Error(`nothing opened ${part}`)
    },

    async call(screen, method, ...args) {
      const data = { method, args: args.map(pack) }
      const message = JSON.stringify({ id: 1, type: 'background', data, timestamp: 0 })
      const reply: unknown = await screen.evaluate(
        (sent) => (globalThis as never as Extension).browser.runtime.sendMessage(JSON.parse(sent)),
        message,
      )
      const { res } = reply as { res?: { ok?: unknown } }
      if (res && 'ok' in res) return unpack(res.ok)
      throw new Error(`${method}: ${JSON.stringify(reply)}`)
    },

    async count(part) {
      const pages = await browser.pages()
      const all = await Promise.all(pages.map(hrefOf))
      return all.filter((href) => href.includes(part)).length
    },

    async sleep(screen) {
      const before = await bornAt(screen)
      const page = await (inside ??= goTo('about:support'))
      await page.evaluate((id) => {
        const { extension } = (globalThis as never as Inside).WebExtensionPolicy.getByID(id)
        return extension.terminateBackground({ ignoreDevToolsAttached: true })
      }, ID)
      // Whoever waits for something wakes it at once, so that it sleeps is hardly ever seen.
      if ((await bornAt(screen)) === before) throw new Error('the background did not sleep')
    },

    close: () => browser.close(),
  }
}

type Extension = {
  browser: {
    runtime: {
      sendMessage(message: unknown): Promise<unknown>
      getBackgroundPage(): Promise<{ performance: { timeOrigin: number } }>
    }
  }
}
type Inside = {
  WebExtensionPolicy: {
    getByID(id: string): {
      extension: { terminateBackground(how: { ignoreDevToolsAttached: boolean }): Promise<void> }
    }
  }
}

/** When the background page was made that is there now. */
const bornAt = (screen: Page): Promise<number> =>
  screen.evaluate(async () => {
    const { browser } = globalThis as never as Extension
    const { performance: of } = await browser.runtime.getBackgroundPage()
    return of.timeOrigin
  })

/** Where a page is; nothing while it is on its way. */
const hrefOf = (page: Page): Promise<string> => page.evaluate(() => location.href).catch(() => '')

async function where(page: Page, url: string): Promise<void> {
  for (const until = Date.now() + WAIT_MS; (await hrefOf(page)) !== url;)
    if (Date.now() > until) throw new Error(`${url} does not open`)
}
