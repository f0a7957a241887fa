import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { type IncomingMessage, createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import type { Page } from 'puppeteer-core'
import { recoverMessageAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { inTerminal } from '../daemon/pty.ts'
import { buildExtension } from '../e2e/build.ts'
import { startSite } from '../e2e/site.ts'
import { chains } from '../e2e/world.ts'
import { fill, press, pressable, reads, textOf } from './by-hand.ts'
import { type Firefox, hasFirefox, startFirefox } from './firefox.ts'

const PASSWORD = 'a password of a test'
const ETHER = 10n ** 18n

/** The build for Firefox. */
let build: string
let folder: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tandem-firefox-'))
  build = buildExtension(folder, 'firefox')
})

afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('what a build asks of a browser', () => {
  const policy =
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; font-src 'self'; img-src 'self' data:; connect-src 'self' https: wss: http: ws:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
  const pages = { matches: ['http://*/*', 'https://*/*'], run_at: 'document_start' }
  const scripts = [
    { ...pages, js: ['content-scripts/provider.js'], world: 'MAIN' },
    { ...pages, js: ['content-scripts/relay.js'] },
  ]

  /** All that a manifest says, but for what people see of it. */
  function asked(of: string): Record<string, unknown> {
    const manifest = JSON.parse(readFileSync(join(of, 'manifest.json'), 'utf8')) as object
    const seen = new Set(['name', 'description', 'version', 'default_locale', 'icons'])
    return Object.fromEntries(Object.entries(manifest).filter(([name]) => !seen.has(name)))
  }

  test('is this and no more in Chromium', () => {
    expect(asked(process.env['TANDEM_EXTENSION'] ?? '')).toEqual({
      manifest_version: 3,
      minimum_chrome_version: '120',
      key: expect.stringMatching(/^MII/) as unknown,
      permissions: ['storage', 'alarms', 'offscreen'],
      content_security_policy: { extension_pages: policy },
      background: { service_worker: 'background.js' },
      action: { default_title: 'Tandem', default_popup: 'popup.html' },
      content_scripts: scripts,
    })
  })

  test('is this and no more in Firefox', () => {
    expect(asked(build)).toEqual({
      manifest_version: 2,
      browser_specific_settings: {
        gecko: {
          id: 'wallet@tandem.invalid',
          strict_min_version: '140.0',
          data_collection_permissions: { required: ['none'] },
        },
      },
      permissions: ['storage', 'alarms'],
      content_security_policy: policy,
      background: { scripts: ['background.js'], type: 'module', persistent: false },
      browser_action: { default_title: 'Tandem', default_popup: 'popup.html' },
      content_scripts: scripts,
    })
  })
})

describe.skipIf(!hasFirefox)('in Firefox (needs firefox-esr)', { timeout: 60_000 }, () => {
  const closing: (() => unknown)[] = []
  let home: string
  let anvil: Anvil
  let daemon: DaemonProcess
  let firefox: Firefox
  let screen: Page
  let site: Page
  let from: `0x${string}`

  beforeAll(async () => {
    home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
    closing.push(() => rmSync(home, { recursive: true, force: true }))
    anvil = await startAnvil()
    closing.push(() => anvil.stop())
    daemon = await startWith(home, { chains: Object.values(chains) })
    closing.push(() => daemon.stop())
    firefox = await startFirefox(build)
    closing.push(() => firefox.close())
    const served = await startSite()
    closing.push(() => served.close())
    site = await firefox.browser.newPage()
    await site.goto(served.origin)
  })

  afterAll(async () => {
    for (const close of closing.toReversed()) await close()
  })

  test('its person pairs it, sets a password, writes both halves down, and has a wallet', async () => {
    const pty = inTerminal(['pair', '--folder', home])
    const [link] = await pty.find(/tandem:pair\?\S+/)
    screen = await firefox.open('onboarding.html')
    await fill(screen, 'Paste the pairing link', link)
    await press(screen, 'Continue')
    await fill(screen, 'Password, 12 characters or more', PASSWORD)
    await fill(screen, 'The same again', PASSWORD)
    await press(screen, 'Continue')
    await press(screen, 'Show words')
    await reads(screen, /I wrote down all 12/)
    const words = numbered(await textOf(screen, 'ol li'))
    expect(words.size).toBe(12)
    await press(screen, 'I wrote down all 12')
    const answered = new Set<string>()
    while (answered.size < 3) {
      const [, number = ''] = /Which is word (\d+)/.exec(await textOf(screen, 'h1')) ?? []
      if (number === '' || answered.has(number)) continue
      await press(screen, words.get(Number(number)) ?? '')
      answered.add(number)
    }
    await pty.find(/Press Enter/)
    const [, shown = ''] = pty.screen().split('half of your recovery phrase')
    const theirs = numbered(shown)
    pty.type('\n')
    for (let asked = 0; asked < 3; asked += 1) {
      const [, number = ''] = await pty.find(/Word (\d+): /)
      pty.type(`${theirs.get(Number(number)) ?? ''}\n`)
    }
    await reads(screen, /Your wallet is ready/)
    expect(await pty.ended).toBe(0)
    const nodes = { [chains.evm]: anvil.url }
    await firefox.call(screen, 'choose', { nodes, chains })
  })

  test('a site finds it, connects, and gets a signature that is valid', async () => {
    const connecting = ask('eth_requestAccounts', [])
    const window = await firefox.opened('/approve.html')
    await press(window, 'Connect')
    ;[from] = (await connecting) as [`0x${string}`]
    const signing = ask('personal_sign', ['0x68656c6c6f', from])
    await press(window, 'Sign')
    expect(await signedBy(signing)).toBe(from)
  })

  test('its line to the co-signer says which Firefox it comes from, and no other place', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const { port } = server.address() as AddressInfo
    const knocked = once(server, 'upgrade') as Promise<[IncomingMessage, Socket]>
    await screen.evaluate((url) => void new WebSocket(url), `ws://127.0.0.1:${port}`)
    const [{ headersDistinct }, socket] = await knocked
    socket.destroy()
    server.close()
    expect(headersDistinct['origin']).toEqual([firefox.origin])
  })

  test('a question outlives the sleep of the background, in the window where it was', async () => {
    const signing = ask('personal_sign', ['0x68656c6c6f', from])
    const window = await firefox.opened('/approve.html')
    await reads(window, /hello/)
    // Not even which window it is was noted.
    await window.evaluate(() =>
      (globalThis as never as Extension).browser.storage.session.remove('window'),
    )
    await firefox.sleep(screen)
    await press(window, 'Sign')
    expect(await signedBy(signing)).toBe(from)
    const again = ask('personal_sign', ['0x68656c6c6f', from])
    await press(window, 'Sign')
    expect(await signedBy(again)).toBe(from)
    expect(await firefox.count('/approve.html')).toBe(1)
  })

  test('a signature that the background slept through is made', async () => {
    const signing = ask('personal_sign', ['0x68656c6c6f', from])
    const window = await firefox.opened('/approve.html')
    await reads(window, /hello/)
    await pressable(window, 'Sign')
    daemon.process.kill('SIGSTOP')
    try {
      await press(window, 'Sign')
      await reads(window, /Signing:/)
      await firefox.sleep(screen)
    } finally {
      daemon.process.kill('SIGCONT')
    }
    expect(await signedBy(signing)).toBe(from)
  })

  test('what its person sends is mined', async () => {
    await anvil.setBalances(ETHER, [from])
    const to = `0x${'13'.repeat(20)}`
    const asset = encodeURIComponent(network(chains.evm).native.asset)
    const wallet = await firefox.open(`app.html#/send/${asset}`)
    await fill(wallet, 'To', to)
    await fill(wallet, 'Amount', '0.25')
    await reads(wallet, /New address/)
    await press(wallet, 'Review')
    await press(await firefox.opened('/approve.html'), 'Approve')
    await press(wallet, 'Send 0.25 ETH')
    await reads(wallet, /Confirmed/)
    expect(BigInt(String(await anvil.rpc('eth_getBalance', to, 'latest')))).toBe(ETHER / 4n)
  })

  /** What a site asks by EIP-1193, of the wallet that it found by EIP-6963. */
  const ask = (method: string, params: unknown[]): Promise<unknown> =>
    site.evaluate(
      async (name, given) => {
        const provider = await new Promise<Provider>((resolve) => {
          addEventListener('eip6963:announceProvider', (event) =>
            resolve((event as CustomEvent<{ provider: Provider }>).detail.provider),
          )
          dispatchEvent(new Event('eip6963:requestProvider'))
        })
        return provider.request({ method: name, params: given }).catch((error: unknown) => {
          const { code, message } = error as { code: number; message: string }
          throw new Error(`${code} ${message}`)
        })
      },
      method,
      params,
    )

  const signedBy = async (signing: Promise<unknown>) =>
    recoverMessageAddress({ message: 'hello', signature: (await signing) as `0x${string}` })
})

type Extension = { browser: { storage: { session: { remove(name: string): Promise<void> } } } }
type Provider = { request(asked: { method: string; params: unknown }): Promise<unknown> }

/** Numbers and words, as a person reads them. */
const numbered = (text: string): Map<number, string> =>
  new Map(
    [...text.matchAll(/(\d+)\s*([a-z]{3,8})\b/g)].map(([, number, word = '']) => [
      Number(number),
      word,
    ]),
  )
