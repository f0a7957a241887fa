/**
 * The built extension in Chromium, with a co-signer in its own process and a chain: what a person and a
 * site wait for. The co-signer's work, its disk and its socket are in it.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import * as z from 'zod'
import { launch } from '../browser/chromium.ts'
import { built } from '../daemon/built.setup.ts'
import { policyFile } from '../daemon/policies.ts'
import { buildExtension } from '../e2e/build.ts'
import { press } from '../e2e/person.ts'
import type { SitePage } from '../e2e/site.ts'
import { type World, startWorld } from '../e2e/world.ts'
import { freePort, watchHeap } from './devtools.ts'
import { noteTimes, noted, pressAll, questionWindow } from './presses.ts'

const SIGNATURES = 100
const POPUP = 'chrome-extension://ccnlpkbiaglgjmpgdebndbafhphgccke/popup.html'
const folder = mkdtempSync(join(tmpdir(), 'tandem-bench-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))

const quantile = (values: readonly number[], q: number) =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ??
  NaN

/** What is made once. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined
  return () => (made ??= make())
}

const extension = once(async () => buildExtension(join(folder, 'extension')))

type Running = { world: World; site: SitePage; port: number; own: { evm: string; taproot: string } }

const running = once(async (): Promise<Running> => {
  const program = await built()
  process.once('exit', () => program.remove())
  process.env['TANDEM_EXTENSION'] = await extension()
  const port = await freePort()
  const policy = policyFile(folder, 'messages', '')
  const init = ['--sealing', 'key-file', '--policy', policy]
  const world = await startWorld({ init, program: program.program }, [
    `--remote-debugging-port=${port}`,
  ])
  await noteTimes(world.wallet.context)
  const site = await world.openSite()
  const connecting = site.evm('eth_requestAccounts')
  await press(world, 'Connect')
  const [evm = ''] = (await connecting) as string[]
  const onSolana = site.solana('standard:connect', 'connect', {})
  await press(world, 'Connect')
  await onSolana
  const onBitcoin = site.bitcoin('getAccounts')
  await press(world, 'Connect')
  const { result } = (await onBitcoin) as { result: { address: string; addressType: string }[] }
  const taproot = result.find(({ addressType }) => addressType === 'p2tr')?.address ?? ''
  return { world, site, port, own: { evm, taproot } }
})

const asks = {
  ecdsa: (site: SitePage, own: Running['own'], text: string) =>
    site.evm('personal_sign', [text, own.evm]),
  taproot: (site: SitePage, own: Running['own'], message: string) =>
    site.bitcoin('signMessage', { address: own.taproot, message }),
  ed25519: (site: SitePage, _own: Running['own'], text: string) =>
    site.solana('solana:signMessage', 'signMessage', { message: [...Buffer.from(text)] }),
} as const

/** Signatures with nobody looking on, and a few more with somebody who looks at the heaps. */
async function signs(name: keyof typeof asks, count: number) {
  const { world, site, port, own } = await running()
  const ask = (text: string) => asks[name](site, own, text)
  const pressed = await pressAll(world, ask, count)
  const heaps = await Promise.all([
    watchHeap(port, '/background.js'),
    watchHeap(port, '/offscreen.html', true),
  ])
  await pressAll(world, ask, Math.ceil(count / 10))
  const [worker = NaN, engine = NaN] = await Promise.all(heaps.map((heap) => heap.stop()))
  return { pressed, worker, engine }
}

type Signed = Awaited<ReturnType<typeof signs>>

/** Figures of the same signatures: a few first, which do not count. */
function signatures(
  name: keyof typeof asks,
  wanted: readonly (readonly [string, string, (signed: Signed) => number])[],
) {
  const rounds: Promise<Signed>[] = []
  return wanted.map(([figure, unit, of]) => {
    let runs = 0
    return {
      name: `extension.${name}.${figure}`,
      unit,
      rounds: 1,
      async run() {
        const next = (rounds[runs] ??= signs(name, runs === 0 ? 5 : SIGNATURES))
        runs += 1
        return of(await next)
      },
    }
  })
}

const signed = ([0.5, 0.95] as const).map(
  (q) =>
    [
      `signed.p${q * 100}`,
      'ms',
      ({ pressed }: Signed) =>
        quantile(
          pressed.map((one) => one.signed),
          q,
        ),
    ] as const,
)
const headline = [
  'headline.p95',
  'ms',
  ({ pressed }: Signed) =>
    quantile(
      pressed.flatMap((one) => one.headline ?? []),
      0.95,
    ),
] as const

/** A read of the chain by the provider, and the same from the page itself: medians, in milliseconds. */
async function reads(): Promise<{ proxied: number; straight: number }> {
  const { world, site, own } = await running()
  const times = await site.page.evaluate(
    async ([url, address]) => {
      type Provider = { request(asked: object): Promise<unknown> }
      const provider = await new Promise<Provider>((resolve) => {
        addEventListener('eip6963:announceProvider', (event) =>
          resolve((event as CustomEvent<{ provider: Provider }>).detail.provider),
        )
        dispatchEvent(new Event('eip6963:requestProvider'))
      })
      const asked = { method: 'eth_getBalance', params: [address, 'latest'] }
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, ...asked })
      const headers = { 'content-type': 'application/json' }
      const took = async (work: () => Promise<unknown>) => {
        const start = performance.now()
        await work()
        return performance.now() - start
      }
      const found: { proxied: number; straight: number }[] = []
      for (let at = 0; at < 200; at += 1)
        found.push({
          proxied: await took(() => provider.request(asked)),
          straight: await took(async () =>
            (await fetch(url, { method: 'POST', body, headers })).json(),
          ),
        })
      return found
    },
    [world.anvil.url, own.evm] as const,
  )
  return {
    proxied: quantile(
      times.map((one) => one.proxied),
      0.5,
    ),
    straight: quantile(
      times.map((one) => one.straight),
      0.5,
    ),
  }
}

/** From the beginning of the page until something of it is painted. */
const firstPaint = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          const [paint] = list.getEntriesByName('first-contentful-paint')
          if (paint) resolve(paint.startTime)
        }).observe({ type: 'paint', buffered: true })
      }),
  )

async function popup(page: Page): Promise<number> {
  await page.setViewportSize({ width: 360, height: 600 })
  await page.goto(POPUP)
  return firstPaint(page)
}

/** Of a browser that has only begun, and was just given the extension. */
const firstPopup = async () => begunPopup(mkdtempSync(join(folder, 'profile-')))

/** Of a browser that has only begun, and had the extension before: what a person sees each morning. */
async function coldPopup(): Promise<number> {
  const profile = mkdtempSync(join(folder, 'profile-'))
  await begunPopup(profile)
  return begunPopup(profile)
}

async function begunPopup(profile: string): Promise<number> {
  const context = await launch(await extension(), profile)
  try {
    if (context.serviceWorkers().length === 0) await context.waitForEvent('serviceworker')
    return await popup(await context.newPage())
  } finally {
    await context.close()
  }
}

let stopped: Promise<void> | undefined

/** Of a wallet that is open, whose co-signer is away. */
async function warmPopup(): Promise<number> {
  const { world } = await running()
  await (stopped ??= world.daemon.stop())
  const page = await world.wallet.context.newPage()
  try {
    return await popup(page)
  } finally {
    await page.close()
  }
}

/** The window is opened for a question that is there already. */
async function windowHeadline(): Promise<number> {
  const { world, site, own } = await running()
  const signing = asks.ecdsa(site, own, `at ${Date.now()}`).catch(() => undefined)
  const window = await questionWindow(world)
  await window.reload()
  await questionWindow(world)
  const { headlines } = await noted(window)
  const from = await window.evaluate(() => Date.now() - performance.now())
  await press(world, 'Reject')
  await signing
  return (headlines[0]?.at ?? NaN) - from
}

const Sizes = z.record(z.string(), z.number())
const size = (name: string, part: string) => ({
  name: `extension.size.${name}`,
  unit: 'bytes',
  rounds: 1,
  run: async () =>
    Sizes.parse(JSON.parse(readFileSync(`${await extension()}.sizes.json`, 'utf8')))[part] ?? NaN,
})

export const benches = [
  ...signatures('ecdsa', [
    ...signed,
    headline,
    ['heap.worker', 'MB', ({ worker }) => worker],
    ['heap.engine', 'MB', ({ engine }) => engine],
  ]),
  ...signatures('taproot', signed),
  ...signatures('ed25519', signed),
  { name: 'extension.window.headline', unit: 'ms', run: windowHeadline },
  {
    name: 'extension.read.overhead',
    unit: 'ms',
    async run() {
      const { proxied, straight } = await reads()
      process.stderr.write(`by the provider ${proxied} ms, straight ${straight} ms\n`)
      return proxied - straight
    },
  },
  { name: 'extension.popup.first', unit: 'ms', run: firstPopup },
  { name: 'extension.popup.cold', unit: 'ms', run: coldPopup },
  { name: 'extension.popup.warm', unit: 'ms', run: warmPopup },
  size('content', 'content scripts'),
  size('popup', 'popup.html'),
  size('approval', 'approve.html'),
]
