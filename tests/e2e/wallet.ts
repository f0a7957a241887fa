/** The built extension in a real Chromium. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, type Page, chromium } from 'playwright-core'

const root = join(import.meta.dirname, '../..')
const executablePath = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'

export const hasChromium = existsSync(executablePath)

/** The id that the manifest's key fixes. */
export const EXTENSION = 'ccnlpkbiaglgjmpgdebndbafhphgccke'

export function buildExtension(): string {
  const built = spawnSync(
    process.execPath,
    [join(root, 'extension/node_modules/wxt/bin/wxt.mjs'), 'build'],
    { cwd: join(root, 'extension'), encoding: 'utf8' },
  )
  if (built.status !== 0) throw new Error(`no extension was built: ${built.stderr}${built.stdout}`)
  return join(root, 'extension/dist/chrome-mv3')
}

export type Wallet = {
  readonly context: BrowserContext
  /** A screen of the extension. */
  open(path: string): Promise<Page>
  /** Calls the background, as a screen does. */
  call(page: Page, method: string, ...args: unknown[]): Promise<unknown>
  close(): Promise<void>
}

export async function startWallet(extension: string): Promise<Wallet> {
  const profile = mkdtempSync(join(tmpdir(), 'tandem-profile-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    // Playwright's own headless mode is another program, without extensions.
    headless: false,
    args: [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
    ],
  })
  return {
    context,
    async open(path) {
      const page = await context.newPage()
      await page.goto(`chrome-extension://${EXTENSION}/${path}`)
      return page
    },
    async call(page, method, ...args) {
      const reply: unknown = await page.evaluate(
        async ([name, given]) =>
          // oxlint-disable-next-line no-unsafe-type-assertion
          (globalThis as unknown as { chrome: { runtime: { sendMessage(m: unknown): Promise<unknown> } } }).chrome.runtime.sendMessage({
            to: 'background',
            method: name,
            args: given,
          }),
        [method, args] as const,
      )
      return reply
    },
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}
