/** The browser that `npm start` opens, or what it says where there is none to open. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { chromium } from 'playwright-core'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { ORIGIN } from './wallet.ts'

const module = join(import.meta.dirname, '../../scripts/start/browser.ts')
const root = mkdtempSync(join(tmpdir(), 'tandem-start-browser-'))
const extension = process.env['TANDEM_EXTENSION'] ?? ''

afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Opens it in a process of its own, as a start does. @returns what it says. */
async function opens(profile: string, page: string | undefined, env: NodeJS.ProcessEnv) {
  const given = JSON.stringify([extension, profile, ...(page === undefined ? [] : [page])])
  const script = `import(${JSON.stringify(module)}).then((m) => m.openBrowser(...${given}))`
  const { DISPLAY: _, WAYLAND_DISPLAY: __, ...rest } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    env: { ...rest, ...env },
  })
  return stdout
}

test('a machine without a display says how the wallet is loaded, and which folder it is', async () => {
  const said = await opens(join(root, 'none'), 'onboarding.html', {})
  expect(said).toContain('this machine has no display')
  expect(said).toContain('chrome://extensions')
  expect(said).toContain(`Load unpacked: ${extension}`)
})

test('so does one without Chromium', async () => {
  const said = await opens(join(root, 'none'), 'onboarding.html', { DISPLAY: ':0', PATH: root })
  expect(said).toContain('no Chromium was found')
  expect(said).toContain(`Load unpacked: ${extension}`)
})

describe.skipIf(!hasChromium)('where there is a display', () => {
  test('Chromium is opened with the wallet and its first screen, and the next time with the same profile', async () => {
    // The real one, of which nobody sees a window, and which says how it is reached.
    const wrapped = join(root, 'chromium')
    const real = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'
    writeFileSync(
      wrapped,
      `#!/bin/sh\nexec '${real}' --headless=new --disable-gpu --no-sandbox --remote-debugging-port=0 "$@"\n`,
      { mode: 0o755 },
    )
    const profile = join(root, 'profile')
    const env = { DISPLAY: ':0', TANDEM_CHROMIUM: wrapped }
    const reached = join(profile, 'DevToolsActivePort')

    const visit = async (page: string | undefined) => {
      rmSync(reached, { force: true })
      expect(await opens(profile, page, env)).toContain('Chromium is open')
      const port = await vi.waitUntil(
        () => existsSync(reached) && readFileSync(reached, 'utf8').split('\n')[0],
        { timeout: 30_000 },
      )
      const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`)
      const [context] = browser.contexts()
      if (!context) throw new Error('a browser has a context')
      return {
        context,
        async close() {
          const gone = new Promise((resolve) => browser.once('disconnected', resolve))
          const session = await browser.newBrowserCDPSession()
          await session.send('Browser.close')
          await gone
        },
      }
    }

    const first = await visit('onboarding.html')
    const isFirst = (url: string) => url === `${ORIGIN}/onboarding.html`
    const screen =
      first.context.pages().find((page) => isFirst(page.url())) ??
      (await first.context.waitForEvent('page', { predicate: (page) => isFirst(page.url()) }))
    await screen.getByText('Connect your co-signer').waitFor()
    await screen.evaluate(() => localStorage.setItem('mark', 'was here'))
    await first.close()

    const second = await visit(undefined)
    const again = await second.context.newPage()
    await again.goto(`${ORIGIN}/onboarding.html`)
    expect(await again.evaluate(() => localStorage.getItem('mark'))).toBe('was here')
    await second.close()
  })
})
