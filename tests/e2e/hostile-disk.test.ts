/** What a browser that is killed leaves on its disk, for who takes the machine. */
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasChromium, launch } from '../browser/chromium.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'

const ORIGIN = 'chrome-extension://ccnlpkbiaglgjmpgdebndbafhphgccke'
const PASSWORD = 'canary of the password 5b1f'
const WRONG = 'canary of a wrong password 77ac'
/** Typed into a plain text field, as no screen of the wallet has one for a secret. */
const TYPED = 'canary of a text field e20d'
const STORED = 'canary of the storage 91c3'

describe.skipIf(!hasChromium)('the disk of a browser that was killed', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-disk-'))
  const profile = join(root, 'profile')
  let daemon: DaemonProcess
  let context: BrowserContext

  const open = async (path: string): Promise<Page> => {
    const page = await context.newPage()
    await page.goto(`${ORIGIN}/${path}`)
    return page
  }
  const kill = async () => {
    const gone = new Promise((resolve) => context.on('close', resolve))
    const pids = processesOf(profile)
    expect(pids.length).toBeGreaterThan(1)
    for (const pid of pids) killed(pid)
    await gone
    await vi.waitUntil(() => processesOf(profile).length === 0, { timeout: 20_000 })
  }

  /** A canary where the wallet has none of its secrets, which the browser writes after all that came before. */
  async function plant(page: Page, time: string): Promise<void> {
    const [typed, stored] = [`${TYPED} ${time}`, `${STORED} ${time}`]
    await page.evaluate(async (value) => {
      type Chrome = { storage: { local: { set(items: object): Promise<void> } } }
      await (globalThis as never as { chrome: Chrome }).chrome.storage.local.set({ value })
      const field = document.createElement('textarea')
      field.id = 'planted'
      document.body.prepend(field)
    }, stored)
    await page.locator('#planted').fill(typed)
    await vi.waitUntil(() => [typed, stored].every((text) => leaksOf(profile, text).length > 0), {
      timeout: 60_000,
      interval: 500,
    })
  }

  beforeAll(async () => {
    daemon = await startWith(join(root, 'home'), {})
    context = await launch(process.env['TANDEM_EXTENSION'] ?? '', profile)
  })

  afterAll(async () => {
    await context?.close().catch(() => undefined)
    await daemon?.stop()
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  })

  test('has no password, no phrase and no secret of a link, and what is typed elsewhere is found', async () => {
    const page = await open('onboarding.html')
    const link = page.getByLabel('Paste the pairing link')
    await link.fill(daemon.link)
    // A link that stands there for as long as anybody likes.
    await plant(page, 'first')
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByLabel('Password, 12 characters or more').fill(PASSWORD)
    await page.getByLabel('The same again').fill(PASSWORD)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Show words' }).click()
    const shown = await page.locator('ol.select-none').innerText()
    const words = [...shown.matchAll(/[a-z]{3,8}/g)].map(([word]) => word)
    expect(words).toHaveLength(12)
    await page.evaluate(calls, { method: 'makeWallet', args: [{ $: 'undefined' }] })
    await page.evaluate(calls, { method: 'lock', args: [] })
    const later = await open('popup.html')
    const field = later.locator('input[type=password]')
    await field.fill(WRONG)
    await field.press('Enter')
    await later.getByText('does not open this wallet').waitFor()
    // The right one, which is not sent: it stands there.
    await field.fill(PASSWORD)
    await plant(later, 'second')
    await kill()

    const secret = /s=([0-9a-f]+)$/.exec(daemon.link)?.[1] ?? ''
    expect(secret.length).toBeGreaterThanOrEqual(32)
    const found = [PASSWORD, WRONG, secret, daemon.link, words].flatMap((text) =>
      leaksOf(profile, text),
    )
    expect(found).toEqual([])
    // The control: both ways in which a browser writes text are looked through.
    expect(leaksOf(profile, TYPED).join()).toContain('UTF-16')
    expect(leaksOf(profile, STORED).join()).toContain('UTF-8')
    const planted = Buffer.from(`1 ${words.join('\n2 ')}`, 'utf16le')
    expect(leaksIn(planted, words)).toEqual(['UTF-16'])
  })
})

/** Calls the background, as a screen does. */
async function calls(data: { method: string; args: unknown[] }): Promise<void> {
  type Chrome = { runtime: { sendMessage(message: object): Promise<unknown> } }
  const { chrome } = globalThis as never as { chrome: Chrome }
  await chrome.runtime.sendMessage({ id: 1, type: 'background', timestamp: 0, data })
}

/** Every process that was started with this folder for its profile. */
function processesOf(profile: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(profile)
      } catch {
        return false
      }
    })
}

function killed(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It went with another one.
  }
}

/** Files that have a text, or words one after the other whatever stands between them, and how. */
function leaksOf(folder: string, text: string | readonly string[]): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name)
      try {
        return leaksIn(readFileSync(path), text).map((how) => `${path}: ${how}`)
      } catch {
        // It was there a moment ago.
        return []
      }
    })
}

function leaksIn(bytes: Buffer, text: string | readonly string[]): string[] {
  const pattern =
    typeof text === 'string'
      ? text.replaceAll(/[^\w ]/g, '\\$&')
      : text.slice(0, 4).join('[^a-z]{1,24}')
  const found = (body: string) => new RegExp(pattern).test(body)
  const body = bytes.toString('latin1')
  return [
    ...(found(body) ? ['UTF-8'] : []),
    ...(!found(body) && found(body.replaceAll('\0', '')) ? ['UTF-16'] : []),
  ]
}
