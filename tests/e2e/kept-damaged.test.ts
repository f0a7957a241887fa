/** What this browser keeps twice, damaged once and twice. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, launch } from '../browser/chromium.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { worker } from './dying-worker.ts'

const ORIGIN = 'chrome-extension://ccnlpkbiaglgjmpgdebndbafhphgccke'
const PASSWORD = 'correct horse battery staple'
const DAMAGED = 'What this browser kept is damaged'

type Chrome = {
  runtime: { sendMessage(message: object): Promise<unknown> }
  offscreen: { closeDocument(): Promise<void> }
}
type Inside = { chrome: Chrome }

describe.skipIf(!hasChromium)('what a browser keeps of a wallet', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-damaged-'))
  let daemon: DaemonProcess
  let context: BrowserContext
  let page: Page

  const call = async (method: string, ...args: unknown[]) =>
    page.evaluate(
      (data) =>
        (globalThis as never as Inside).chrome.runtime.sendMessage({
          id: 1,
          type: 'background',
          timestamp: 0,
          data,
        }),
      { method, args },
    )

  /** Without its engine, which looks at both places when the next one begins. */
  async function opened(path: string): Promise<Page> {
    const running = await worker(context)
    await running.evaluate(() => (globalThis as never as Inside).chrome.offscreen.closeDocument())
    const next = await context.newPage()
    await next.goto(`${ORIGIN}/${path}`)
    return next
  }

  beforeAll(async () => {
    daemon = await startWith(join(root, 'home'), {})
    context = await launch(process.env['TANDEM_EXTENSION'] ?? '', join(root, 'profile'))
    page = await context.newPage()
    await page.goto(`${ORIGIN}/onboarding.html`)
    await call('pair', daemon.link)
    await call('create', PASSWORD)
    await call('lock')
  })

  afterAll(async () => {
    await context?.close()
    await daemon?.stop()
    rmSync(root, { recursive: true, force: true, maxRetries: 5 })
  })

  test('is whole after damage in one place, and said to be damaged after damage in both, until one is put back', async () => {
    await page.evaluate(damageRow)
    const once = await opened('onboarding.html')
    await once.getByRole('heading', { name: 'Locked' }).waitFor()

    const before = await page.evaluate(damageFile)
    await page.evaluate(damageRow)
    for (const path of ['onboarding.html', 'app.html'])
      await (await opened(path)).getByRole('heading', { name: DAMAGED }).waitFor()
    const back = await opened('popup.html')
    await back.getByRole('heading', { name: DAMAGED }).waitFor()
    expect(await back.locator('input').count()).toBe(0)

    await page.evaluate(putBack, before)
    await back.getByRole('button', { name: 'Try again' }).click()
    const field = back.locator('input[type=password]')
    await field.fill(PASSWORD)
    await field.press('Enter')
    await back.getByRole('heading', { name: 'Set up your wallet' }).waitFor()
  })
})

/** One bit of the lock, in the database. */
async function damageRow(): Promise<void> {
  const done = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error ?? new Error('failed')))
    })
  const database = await done(indexedDB.open('tandem'))
  const rows = database.transaction('rows', 'readwrite').objectStore('rows')
  const row = (await done(rows.get('vault'))) as Uint8Array<ArrayBuffer>
  row.set([(row.at(-1) ?? 0) ^ 1], row.length - 1)
  await done(rows.put(row, 'vault'))
  database.close()
}

/** One bit of the file. @returns what it was. */
async function damageFile(): Promise<number[]> {
  const folder = await navigator.storage.getDirectory()
  const handle = await folder.getFileHandle('tandem')
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer())
  const before = [...bytes]
  bytes.set([(bytes.at(-1) ?? 0) ^ 1], bytes.length - 1)
  const writing = await handle.createWritable()
  await writing.write(bytes)
  await writing.close()
  return before
}

async function putBack(before: number[]): Promise<void> {
  const folder = await navigator.storage.getDirectory()
  const writing = await (await folder.getFileHandle('tandem')).createWritable()
  await writing.write(Uint8Array.from(before))
  await writing.close()
}
