/** The built extension in a real Chromium, and a person who uses it. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { pack, unpack } from '../../extension/src/messages/wire-json.ts'
import { launch } from '../browser/chromium.ts'

/** The id that the manifest's key fixes. */
const EXTENSION = 'ccnlpkbiaglgjmpgdebndbafhphgccke'
export const ORIGIN = `chrome-extension://${EXTENSION}`

export type Wallet = {
  readonly context: BrowserContext
  /** The folder of its browser. */
  readonly profile: string
  /** A screen of the extension. */
  open(path: string): Promise<Page>
  /** Calls the background, as a screen does. */
  call(screen: Page, method: string, ...args: unknown[]): Promise<unknown>
  close(): Promise<void>
}

/**
 * The build that the tests made (built.setup.ts), in a browser that never ran before.
 *
 * @param isSeen in a window of this display.
 * @param from the profile of a browser that ran before, of which it gets a copy.
 */
export async function startWallet(
  extension = process.env['TANDEM_EXTENSION'] ?? '',
  isSeen = false,
  more: readonly string[] = [],
  from?: string,
): Promise<Wallet> {
  const profile = mkdtempSync(join(tmpdir(), 'tandem-profile-'))
  if (from !== undefined) cpSync(from, profile, { recursive: true })
  const context = await launch(extension, profile, [], isSeen, more)
  return {
    context,
    profile,
    async open(path) {
      const page = await context.newPage()
      await page.goto(`${ORIGIN}/${path}`)
      return page
    },
    async call(screen, method, ...args) {
      const data = { method, args: args.map(pack) }
      const message = { id: 1, type: 'background', data, timestamp: 0 }
      const reply: unknown = await screen.evaluate(
        (sent) => (globalThis as never as Extension).chrome.runtime.sendMessage(JSON.parse(sent)),
        JSON.stringify(message),
      )
      const { res } = reply as { res?: { ok?: unknown } }
      if (res && 'ok' in res) return unpack(res.ok)
      throw new Error(`${method}: ${JSON.stringify(reply)}`)
    },
    async close() {
      await context.close()
      rmSync(profile, { recursive: true, force: true })
    },
  }
}

type Extension = { chrome: { runtime: { sendMessage(message: unknown): Promise<unknown> } } }

const PASSWORD = 'a password of a test'

/** From nothing to a wallet, on the screens; the keys without a phrase, as only a test may. */
export async function onboard(wallet: Wallet, link: string): Promise<Page> {
  const screen = await wallet.open('onboarding.html')
  await screen.getByLabel('Paste the pairing link').fill(link)
  await screen.getByRole('button', { name: 'Continue' }).click()
  await screen.getByLabel('Password, 12 characters or more').fill(PASSWORD)
  await screen.getByLabel('The same again').fill(PASSWORD)
  await screen.getByRole('button', { name: 'Continue' }).click()
  await screen.getByRole('button', { name: 'Show words' }).waitFor()
  await wallet.call(screen, 'makeWallet', undefined)
  await screen.reload()
  await screen.getByText('Your wallet is ready').waitFor()
  return screen
}

/** A wallet that was ready before is opened, and meets its co-signer where that is now. */
export async function reopen(wallet: Wallet, link: string): Promise<Page> {
  const screen = await wallet.open('onboarding.html')
  await wallet.call(screen, 'unlock', PASSWORD)
  await wallet.call(screen, 'pair', link)
  await screen.reload()
  await screen.getByText('Your wallet is ready').waitFor()
  return screen
}

/** Presses the button that approves, once it can be pressed. */
export async function approve(window: Page, name: string): Promise<void> {
  await window.locator('button[aria-disabled=false]').filter({ hasText: name }).click()
}
