/** The browser that `npm start` opens, or what it says where there is none to open. */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test, vi } from 'vitest'
import * as z from 'zod'
import { hasChromium } from '../browser/chromium.ts'
import { buildExtension } from './build.ts'
import { ORIGIN } from './wallet.ts'

const module = join(import.meta.dirname, '../../scripts/start/browser.ts')
const root = mkdtempSync(join(tmpdir(), 'tandem-start-browser-'))

/** Browsers that are still there. */
const open: (() => Promise<void>)[] = []

afterAll(async () => {
  for (const close of open.splice(0)) await close()
  rmSync(root, { recursive: true, force: true, maxRetries: 5 })
})

/** Opens it in a process of its own, as a start does. @returns what it says. */
async function opens(extension: string, profile: string, env: NodeJS.ProcessEnv) {
  const given = JSON.stringify([extension, profile])
  const script = `import(${JSON.stringify(module)}).then((m) => m.openBrowser(...${given}))`
  const { DISPLAY: _, WAYLAND_DISPLAY: __, TANDEM_CHROMIUM: ___, ...rest } = process.env
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script], {
    env: { ...rest, ...env },
  })
  return stdout
}

test('a machine without a display says how the wallet is loaded, and which folder it is', async () => {
  const said = await opens('/the/extension', join(root, 'none'), {})
  expect(said).toContain('this machine has no display')
  expect(said).toContain('chrome://extensions')
  expect(said).toContain('Load unpacked: /the/extension')
})

test('so does one without Chromium', async () => {
  const said = await opens('/the/extension', join(root, 'none'), { DISPLAY: ':0', PATH: root })
  expect(said).toContain('no Chromium was found')
  expect(said).toContain('Load unpacked: /the/extension')
})

const Target = z.object({ type: z.string(), url: z.string(), webSocketDebuggerUrl: z.string() })

/** A browser that is reached over its debugging port: what it shows, and nothing of it changed. */
function at(port: string) {
  const ask = async (path: string): Promise<unknown> =>
    (await fetch(`http://127.0.0.1:${port}/json/${path}`)).json()

  /** One command to a target. */
  async function send(url: string, method: string, params: object = {}): Promise<unknown> {
    const socket = new WebSocket(url)
    await new Promise((resolve) => socket.addEventListener('open', resolve, { once: true }))
    const answered = new Promise<unknown>((resolve) => {
      socket.addEventListener('message', ({ data }) => resolve(JSON.parse(String(data))))
      socket.addEventListener('close', () => resolve(undefined))
    })
    socket.send(JSON.stringify({ id: 1, method, params }))
    const answer = await answered
    socket.close()
    return answer
  }

  return {
    /** The page of the extension, once it is there. */
    page: (path: string) =>
      vi.waitUntil(
        async () =>
          Target.array()
            .parse(await ask('list'))
            .find(({ type, url }) => type === 'page' && url === `${ORIGIN}/${path}`),
        { timeout: 30_000 },
      ),
    async read(target: z.infer<typeof Target>, expression: string): Promise<unknown> {
      const Read = z.object({
        result: z.object({ result: z.object({ value: z.unknown().optional() }) }),
      })
      const said = await send(target.webSocketDebuggerUrl, 'Runtime.evaluate', { expression })
      return Read.parse(said).result.result.value
    },
    async close(): Promise<void> {
      const whole = z.object({ webSocketDebuggerUrl: z.string() }).parse(await ask('version'))
      await send(whole.webSocketDebuggerUrl, 'Browser.close')
      await vi.waitUntil(async () => (await ask('version').catch(() => 'gone')) === 'gone', {
        timeout: 30_000,
      })
    },
  }
}

/** Its person sees the first screen, and not that it is blocked. */
const isShown = (browser: ReturnType<typeof at>) =>
  vi.waitUntil(
    async () => {
      const text = await browser.read(
        await browser.page('onboarding.html'),
        'document.body.innerText',
      )
      return String(text).includes('Connect your co-signer')
    },
    { timeout: 30_000 },
  )

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
    process.env['WXT_WELCOME'] = '1'
    const extension = buildExtension(join(root, 'extension'))
    delete process.env['WXT_WELCOME']
    const env = { DISPLAY: ':0', TANDEM_CHROMIUM: wrapped }
    const reached = join(profile, 'DevToolsActivePort')

    const visit = async () => {
      rmSync(reached, { force: true })
      expect(await opens(extension, profile, env)).toContain('Chromium is open')
      const port = await vi.waitUntil(
        () => existsSync(reached) && readFileSync(reached, 'utf8').split('\n')[0],
        { timeout: 30_000 },
      )
      const browser = at(port)
      open.push(() => browser.close())
      return browser
    }

    const first = await visit()
    await isShown(first)
    await first.read(
      await first.page('onboarding.html'),
      "localStorage.setItem('mark', 'was here')",
    )
    await open.pop()?.()

    // Nobody has made a wallet in it: it begins there again.
    const second = await visit()
    await isShown(second)
    const again = await second.page('onboarding.html')
    expect(await second.read(again, "localStorage.getItem('mark')")).toBe('was here')
    await open.pop()?.()
  })
})
