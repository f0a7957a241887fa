/** Who is not the wallet, and tries to reach the co-signer or the wallet: pages, and another extension. */
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page, Worker } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { logOf } from '../daemon/control.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { asked, press, question } from './person.ts'
import { startSite } from './site.ts'
import { ORIGIN, type Wallet } from './wallet.ts'
import { type World, startWorld } from './world.ts'

const build = process.env['TANDEM_EXTENSION'] ?? ''
const FRIEND = `0x${'12'.repeat(20)}`
const THIEF = `0x${'66'.repeat(20)}`

/** Another extension: it may change pages, as many may, and it was given no more than that. */
const manifest = {
  manifest_version: 3,
  name: 'Another',
  version: '1',
  background: { service_worker: 'worker.js' },
  content_scripts: [
    {
      matches: ['http://127.0.0.1/*'],
      run_at: 'document_start',
      world: 'MAIN',
      js: ['page.js'],
    },
  ],
}

/** Takes the wallet's place on sites that ask for it: whoever is paid is somebody else. */
const inPages = `
addEventListener('eip6963:announceProvider', (event) => {
  if (event.detail.info.name === 'Another' || !location.search.includes('taken')) return
  event.stopImmediatePropagation()
  const { provider } = event.detail
  const request = ({ method, params }) =>
    provider.request({ method, params: method === 'eth_sendTransaction' ? [{ ...params[0], to: '${THIEF}' }] : params })
  const info = { ...event.detail.info, name: 'Another' }
  dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail: { info, provider: { request, on: provider.on } } }))
}, true)
`

describe.skipIf(!hasChromium)('what is not the wallet', () => {
  const root = mkdtempSync(join(tmpdir(), 'tandem-reach-'))
  let far: Awaited<ReturnType<typeof startSite>>
  let world: World
  let port: string
  let wallet: Wallet
  let screen: Page
  let site: EvmSite
  let origin: string
  let account: string

  beforeAll(async () => {
    const other = join(root, 'other')
    mkdirSync(other)
    writeFileSync(join(other, 'manifest.json'), JSON.stringify(manifest))
    writeFileSync(join(other, 'worker.js'), '')
    writeFileSync(join(other, 'page.js'), inPages)
    far = await startSite()
    world = await startWorld(
      {},
      [
        '--host-resolver-rules=MAP rebind.test 127.0.0.1',
        `--ip-address-space-overrides=${new URL(far.origin).host}=public`,
      ],
      `${build},${other}`,
    )
    ;({ wallet, screen, origin } = world)
    port = world.daemon.address.split(':').at(-1)!
    site = await openEvmSite(wallet.context, origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [string]
  })

  afterAll(async () => {
    await world?.close()
    await far?.close()
    rmSync(root, { recursive: true, force: true })
  })

  const refusals = async (code: string) =>
    (await logOf(world.home)).filter(
      ({ type, event }) => type === 'refused' && event['code'] === code,
    ).length

  /** What comes of a socket: it opens, or it does not. */
  const dials = (page: Page, url: string) =>
    page.evaluate(
      (to) =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(to)
          socket.addEventListener('open', () => resolve('open'))
          socket.addEventListener('error', () => resolve('refused'))
        }),
      url,
    )
  const asks = (page: Page, url: string) =>
    page.evaluate(
      (to) =>
        fetch(to).then(
          async (answer) => `read ${await answer.text()}`,
          () => 'refused',
        ),
      url,
    )

  async function opened(url: string): Promise<Page> {
    const page = await wallet.context.newPage()
    await page.goto(url)
    return page
  }

  test('a page of this machine or of the net gets no socket of the co-signer', async () => {
    const before = await refusals('origin')
    await wallet.context.route('https://shop.test/**', (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>Shop</title>' }),
    )
    const pages = [site.page, await opened('https://shop.test/'), await opened(far.origin)]
    for (const page of pages)
      for (const host of ['127.0.0.1', 'localhost'])
        for (const path of ['', `pair/${'0'.repeat(32)}`])
          expect([page.url(), await dials(page, `ws://${host}:${port}/${path}`)]).toEqual([
            page.url(),
            'refused',
          ])
    for (const page of pages) expect(await asks(page, `http://127.0.0.1:${port}/`)).toBe('refused')
    // Those that the browser let through were refused by the co-signer.
    expect(await refusals('origin')).toBeGreaterThan(before)
    // The control: the wallet gets one, and what the browser keeps a public page from is there.
    expect(await dials(screen, `ws://127.0.0.1:${port}/`)).toBe('open')
    expect(await asks(site.page, `${origin}/`)).toContain('A site')
    for (const page of pages.slice(1)) await page.close()
  })

  test('a page whose name leads to this machine is refused by its name', async () => {
    const { port: own } = new URL(origin)
    const page = await opened(`http://rebind.test:${own}/`)
    // The control: the name leads here.
    expect(await asks(page, `http://rebind.test:${own}/`)).toContain('A site')
    const before = await refusals('host')
    expect(await dials(page, `ws://rebind.test:${port}/`)).toBe('refused')
    expect(await asks(page, `http://rebind.test:${port}/`)).toBe('refused')
    expect(await refusals('host')).toBeGreaterThan(before)
    // A refusal without a word: there is nothing to show.
    await expect(page.goto(`http://rebind.test:${port}/`)).rejects.toThrow('RESPONSE_CODE_FAILURE')
    await page.close()
  })

  test('no file of the wallet is read, run, shown or framed by a page', async () => {
    const files = readdirSync(build, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(build.length + 1))
    expect(files.length).toBeGreaterThan(15)
    expect(JSON.parse(readFileSync(join(build, 'manifest.json'), 'utf8'))).not.toHaveProperty(
      'web_accessible_resources',
    )
    const urls = files.map((file) => `${ORIGIN}/${file}`)
    const got = await site.page.evaluate(
      (all) =>
        Promise.all(
          all.flatMap((url) => [
            fetch(url).then(
              () => url,
              () => '',
            ),
            ...(['script', 'img', 'link'] as const).map(
              (name) =>
                new Promise<string>((resolve) => {
                  const element = document.createElement(name)
                  element.addEventListener('load', () => resolve(url))
                  element.addEventListener('error', () => resolve(''))
                  if (element instanceof HTMLLinkElement) {
                    element.rel = 'stylesheet'
                    element.href = url
                  } else element.src = url
                  document.head.append(element)
                }),
            ),
          ]),
        ),
      urls,
    )
    expect(got.filter((url) => url !== '')).toEqual([])
    // The control: what a page may load, it loads.
    expect(await asks(site.page, origin)).toContain('A site')
    expect(await asks(screen, `${ORIGIN}/manifest.json`)).toContain('read ')

    const page = await opened(origin)
    await page.evaluate(
      (all) =>
        Promise.all(
          all.map(
            (src) =>
              new Promise<void>((resolve) => {
                const frame = document.createElement('iframe')
                frame.addEventListener('load', () => resolve())
                frame.src = src
                document.body.append(frame)
              }),
          ),
        ),
      [...urls, `${ORIGIN}/approve.html#/x`, origin],
    )
    const shown = page.frames().map((frame) => frame.url())
    expect(shown).toHaveLength(urls.length + 3)
    expect(shown.filter((url) => url.startsWith(ORIGIN))).toEqual([])
    expect(shown.filter((url) => url.startsWith(origin))).toHaveLength(2)

    const popup = page.waitForEvent('popup')
    await page.evaluate((url) => void window.open(url), `${ORIGIN}/approve.html`)
    expect((await popup).url().startsWith(ORIGIN)).toBe(false)
    await page.close()
  })

  test('another extension that calls the wallet finds nobody', async () => {
    const workers = wallet.context.serviceWorkers()
    const worker = workers.find((one) => !one.url().startsWith(ORIGIN))
    expect(worker, 'the other extension runs').toBeDefined()
    const state = { id: 1, type: 'background', timestamp: 0, data: { method: 'state', args: [] } }
    const messages = [
      state,
      { ...state, data: { method: 'accounts', args: [] } },
      { ...state, type: 'engine', data: { method: 'state', args: [] } },
      { ...state, type: 'told', data: { event: 'state' } },
      'come-back',
    ]
    const calls = await called(worker!, messages, ['screen', `page/${'0'.repeat(32)}`, 'page'])
    expect(calls).toEqual([...messages.map(() => 'nobody'), 'cut', 'cut', 'cut'])
    // The control: a screen of the wallet is answered.
    expect(await wallet.call(screen, 'state')).toMatchObject({ lock: 'open' })
    expect(await asked({ screen })).toEqual([])
  })

  test('another extension that changes what a site asks has it shown as it is', async () => {
    const taken = await openEvmSite(wallet.context, `${origin}/?taken`)
    const fields = { from: account, to: FRIEND, value: '0x1' }
    const sending = taken.request('eth_sendTransaction', [fields])
    const { id, state } = await question({ screen })
    const said = JSON.stringify(state, (_key, value: unknown) =>
      typeof value === 'bigint' ? String(value) : value,
    )
    expect(said).toContain(THIEF)
    expect(said).not.toContain(FRIEND)
    await wallet.call(screen, 'decide', id, { approve: false })
    expect(await sending).toMatchObject({ code: 4001 })
    await taken.page.close()
  })
})

/** What the other extension hears from each message and each port. */
function called(worker: Worker, messages: unknown[], ports: string[]): Promise<string[]> {
  type Chrome = {
    runtime: {
      lastError?: object
      sendMessage(to: string, message: unknown): Promise<unknown>
      connect(
        to: string,
        how: { name: string },
      ): {
        onMessage: { addListener(listener: () => void): void }
        onDisconnect: { addListener(listener: () => void): void }
        postMessage(message: unknown): void
      }
    }
  }
  return worker.evaluate(
    ([id, said, names]) => {
      const { runtime } = (globalThis as never as { chrome: Chrome }).chrome
      const sent = said.map((message) =>
        runtime.sendMessage(id, message).then(
          (answer) => `answered ${JSON.stringify(answer)}`,
          () => 'nobody',
        ),
      )
      const cut = names.map(
        (name) =>
          new Promise<string>((resolve) => {
            const port = runtime.connect(id, { name })
            port.onMessage.addListener(() => resolve('answered'))
            port.onDisconnect.addListener(() => {
              void runtime.lastError
              resolve('cut')
            })
          }),
      )
      return Promise.all([...sent, ...cut])
    },
    [new URL(ORIGIN).host, messages, ports] as const,
  )
}
