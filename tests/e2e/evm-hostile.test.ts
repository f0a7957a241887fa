import type { Page } from 'playwright-core'
import { recoverMessageAddress } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { worker } from './dying-worker.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { announcedIn, forged } from './forged.ts'
import { asked, press, question } from './person.ts'
import { startSite } from './site.ts'
import { type World, startWorld } from './world.ts'

type Provider = { request(asked: object): Promise<unknown>; on: unknown }
type Site = { provider: Provider; events: [string, unknown][] }

/** The wallet's worker, and who called it since a test listens. */
type Inside = {
  knocks: (string | undefined)[]
  chrome: {
    runtime: {
      onConnect: {
        addListener(listener: (port: { name: string; sender: { origin?: string } }) => void): void
      }
    }
  }
}

describe.skipIf(!hasChromium)('a hostile page', () => {
  let world: World
  let site: EvmSite
  let account: `0x${string}`

  beforeAll(async () => {
    world = await startWorld()
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [`0x${string}`]
  })

  afterAll(() => world.close())

  const elsewhere = async (work: (other: EvmSite) => Promise<void>) => {
    const { origin, close } = await startSite()
    const other = await openEvmSite(world.wallet.context, origin)
    try {
      await work(other)
    } finally {
      await other.page.close()
      await close()
    }
  }

  test('that forges messages is who the browser says, and nobody else', async () => {
    const request = { to: 'tandem', family: 'evm', method: 'eth_accounts' }
    await elsewhere(async ({ page }) => {
      const replies = await forged(
        page,
        [
          { ...request, id: 901, origin: world.origin },
          { ...request, id: 902, sender: { origin: world.origin } },
          { ...request, id: 903, to: 'background' },
          { ...request, id: 904.5 },
          { ...request, id: 905, family: 'engine', method: 'sign' },
          { ...request, id: 906 },
        ],
        1,
      )
      expect(replies).toEqual([{ from: 'tandem', id: 906, result: [] }])
    })
    // The connected site gets its account for the same message.
    expect(await forged(site.page, [{ ...request, id: 907 }], 1)).toEqual([
      { from: 'tandem', id: 907, result: [account] },
    ])
  })

  test('inside a connected one finds no wallet there, and none through it', async () => {
    await elsewhere(async (other) => {
      const url = other.page.url()
      const frame = await site.page.evaluateHandle((src) => {
        const made = document.createElement('iframe')
        made.src = src
        document.body.append(made)
        return new Promise<HTMLIFrameElement>((resolve) =>
          made.addEventListener('load', () => resolve(made)),
        )
      }, url)
      const inside = await frame.asElement().contentFrame()
      const found = await inside!.evaluate(async () => {
        const announced: unknown[] = []
        addEventListener('eip6963:announceProvider', (event) => announced.push(event))
        dispatchEvent(new Event('eip6963:requestProvider'))
        const request = { to: 'tandem', id: 950, family: 'evm', method: 'eth_accounts' }
        const heard: unknown[] = []
        addEventListener('message', ({ data }) => heard.push(data))
        parent.postMessage(request, '*')
        postMessage(request, '*')
        // Its own message comes back to it, and after that nothing more.
        await new Promise<void>((resolve) =>
          addEventListener('message', () => resolve(), { once: true }),
        )
        return { announced: announced.length, heard }
      })
      expect(found.announced).toBe(0)
      expect(found.heard).not.toContainEqual(expect.objectContaining({ from: 'tandem' }))
      // The page around it asked nothing, and was answered nothing.
      expect(await forged(site.page, [], 0)).toEqual([])
      await frame.evaluate((made) => made.remove())
    })
  })

  test('without an origin of its own finds no wallet, and is nobody to it, at any address', async () => {
    const { context } = world.wallet
    const running = await worker(context)
    await running.evaluate(() => {
      const { chrome } = globalThis as never as Inside
      const knocks: (string | undefined)[] = []
      chrome.runtime.onConnect.addListener(({ name, sender }) => {
        if (name.startsWith('page/')) knocks.push(sender.origin)
      })
      Object.assign(globalThis, { knocks })
    })
    const knocked = () => running.evaluate(() => (globalThis as never as Inside).knocks)
    const forgery = { to: 'tandem', id: 960, family: 'evm' }
    const signing = { ...forgery, method: 'personal_sign', params: ['0x7468696566', account] }

    // A frame of a connected site, in a sandbox: with the site's own address, and without any.
    for (const frame of [
      { src: world.origin },
      { src: `${world.origin}/sandboxed` },
      { srcdoc: '<!doctype html>' },
      { src: 'data:text/html,<!doctype html>' },
    ]) {
      const made = await site.page.evaluateHandle(async (fields) => {
        const element = document.createElement('iframe')
        element.sandbox.add('allow-scripts')
        const loaded = new Promise((resolve) => element.addEventListener('load', resolve))
        Object.assign(element, fields)
        document.body.append(element)
        await loaded
        return element
      }, frame)
      const inside = await made.asElement().contentFrame()
      expect(await announcedIn(inside!)).toEqual({ origin: 'null', announced: 0 })
      await inside!.evaluate((message) => {
        postMessage(message, '*')
        parent.postMessage(message, '*')
      }, signing)
      // What the frame said before this was heard before this.
      expect(await forged(site.page, [], 0)).toEqual([])
      await made.evaluate((element) => element.remove())
    }
    expect(await knocked()).not.toContain('null')

    // A whole page of the connected site: its address is right, and its origin is nobody.
    const page = await context.newPage()
    await page.goto(`${world.origin}/sandboxed`)
    expect(await page.evaluate(() => location.origin)).toBe(world.origin)
    expect(await announcedIn(page.mainFrame())).toEqual({ origin: 'null', announced: 0 })
    await page.evaluate((message) => postMessage(message, '*'), signing)
    // Its relay does as it is told, and the wallet hangs up on it each time.
    await expect
      .poll(async () => (await knocked()).filter((origin) => origin === 'null').length, {
        timeout: 30_000,
      })
      .toBeGreaterThan(5)
    await page.close()

    // The control: the same words from the site itself are a question, and the only one.
    expect(await announcedIn(site.page.mainFrame())).toEqual({
      origin: world.origin,
      announced: 1,
    })
    await site.page.evaluate((message) => postMessage(message, '*'), { ...signing, id: 961 })
    const { id } = await question(world)
    expect(await asked(world)).toHaveLength(1)
    await world.wallet.call(world.screen, 'decide', id, { approve: false })
  })

  test('that says something else the second time has what it said the first time signed', async () => {
    const signing = site.page.evaluate(async (from) => {
      const { provider } = (globalThis as never as { site: Site }).site
      let reads = 0
      const text: { toJSON: () => string } = { toJSON: () => (reads++ === 0 ? 'first' : 'second') }
      const params = [text, from]
      const asked = { method: 'personal_sign', params }
      const answer = provider.request(asked)
      asked.method = 'eth_sendTransaction'
      params[0] = { toJSON: () => 'third' }
      return answer
    }, account)
    const { state } = await question(world)
    if (state.at !== 'shown') throw new Error('expected a message')
    expect(state.explained?.explanation.intents).toMatchObject([{ kind: 'message', text: 'first' }])
    await press(world, 'Sign')
    const signature = (await signing) as `0x${string}`
    expect(await recoverMessageAddress({ message: 'first', signature })).toBe(account)
  })

  test('that changes what every object has changes nothing of the wallet', async () => {
    await elsewhere(async ({ page }) => {
      const found = await page.evaluate(async () => {
        const { provider } = (globalThis as never as { site: Site }).site
        const before = {
          stringify: JSON.stringify,
          post: globalThis.postMessage,
          has: Map.prototype.get,
        }
        Object.assign(Object.prototype, { origin: 'https://bank.example', from: 'tandem', code: 0 })
        // Its messages have more than they say, and are answered all the same.
        const chain = await provider.request({ method: 'eth_chainId' })
        const refused = await provider.request({ method: 'eth_sign' }).then(
          () => 0,
          (error: { code: number }) => error.code,
        )
        JSON.stringify = () => '{"to":"tandem","id":1,"family":"evm","method":"eth_accounts"}'
        globalThis.postMessage = () => undefined
        // It lies to itself, and waits for itself.
        void provider.request({ method: 'eth_chainId' })
        JSON.stringify = before.stringify
        globalThis.postMessage = before.post
        for (const name of ['origin', 'from', 'code'])
          Reflect.deleteProperty(Object.prototype, name)
        const { request } = provider
        Reflect.set(provider, 'request', () => Promise.resolve('mine'))
        const isReplaced = provider.request !== request
        const accounts = await provider.request({ method: 'eth_accounts' })
        return { isReplaced, accounts, chain, refused }
      })
      const chain = '0x7a69'
      expect(found).toEqual({ isReplaced: false, accounts: [], chain, refused: 4200 })
    })
    expect(await site.ask('eth_accounts')).toEqual([account])
  })

  test('that asks without end has five questions open, and the rest refused', async () => {
    const flood = site.page.evaluate(async (from) => {
      const { provider } = (globalThis as never as { site: Site }).site
      const all = Array.from({ length: 200 }, (_, index) =>
        provider.request({ method: 'personal_sign', params: [`message ${index}`, from] }).then(
          () => 0,
          (error: { code: number }) => error.code,
        ),
      )
      const codes: number[] = []
      return new Promise<number[]>((resolve) => {
        for (const one of all)
          void one.then((code) => (codes.push(code) === 195 ? resolve(codes) : undefined))
      })
    }, account)
    const codes = await flood
    expect(codes.every((code) => code === -32002)).toBe(true)
    // A refusal is said at once; a question that has its place is on the screen a write of the disk later.
    await expect.poll(() => asked(world), { timeout: 30_000 }).toHaveLength(5)
    await world.wallet.call(world.screen, 'rejectAll', world.origin)
    expect(await asked(world)).toEqual([])
    expect(await site.ask('eth_accounts')).toEqual([account])
  })

  test('that asks again from within an event, or more than any request holds, is answered', async () => {
    const within = site.page.evaluate(async () => {
      const { provider } = (globalThis as never as { site: Site }).site
      return new Promise((resolve) => {
        const on = provider.on as (name: string, listener: () => void) => void
        on('accountsChanged', () => {
          throw new Error('of the site')
        })
        on('accountsChanged', () => resolve(provider.request({ method: 'eth_accounts' })))
        void provider.request({
          method: 'wallet_revokePermissions',
          params: [{ eth_accounts: {} }],
        })
      })
    })
    expect(await within).toEqual([])
    const long = `0x${'00'.repeat(1_100_000)}`
    expect(await site.request('web3_sha3', [long])).toMatchObject({ code: -32602 })
    const deep = site.page.evaluate(() => {
      const { provider } = (globalThis as never as { site: Site }).site
      let params: unknown[] = []
      for (let depth = 0; depth < 50_000; depth += 1) params = [params]
      return provider.request({ method: 'eth_call', params }).then(
        () => 0,
        (error: { code: number }) => error.code,
      )
    })
    expect(await deep).toBe(-32602)
    expect(await site.request('m'.repeat(100), [])).toMatchObject({ code: -32601 })
    expect(await site.request('eth_chainId', 'text')).toMatchObject({ code: -32602 })
    expect(await site.ask('eth_chainId')).toBe('0x7a69')
  })

  test('finds no window.ethereum before its person wants one, and then none in another wallet’s place', async () => {
    const has = (page: Page) => page.evaluate(() => 'ethereum' in globalThis)
    expect(await has(site.page)).toBe(false)
    await world.wallet.call(world.screen, 'choosePart', { legacyProvider: true })
    const page = await world.wallet.context.newPage()
    await page.goto(world.origin)
    await page.waitForFunction(() => 'ethereum' in globalThis)
    const legacy = await page.evaluate(async () => {
      type Legacy = {
        send(method: string): Promise<unknown>
        sendAsync(request: object, callback: (error: unknown, reply: unknown) => void): void
      }
      const { ethereum } = globalThis as never as { ethereum: Legacy }
      const { configurable, writable } = Object.getOwnPropertyDescriptor(globalThis, 'ethereum')!
      const request = { id: 7, method: 'eth_chainId' }
      const reply = await new Promise((resolve) =>
        ethereum.sendAsync(request, (_error, answer) => resolve(answer)),
      )
      return { configurable, writable, sent: await ethereum.send('eth_chainId'), reply }
    })
    expect(legacy).toEqual({
      configurable: true,
      writable: true,
      sent: '0x7a69',
      reply: { jsonrpc: '2.0', id: 7, result: '0x7a69' },
    })
    await page.addInitScript(() => {
      const told = new Promise<void>((resolve) =>
        addEventListener('message', ({ data }) => {
          if ((data as { event?: string }).event === 'legacy') resolve()
        }),
      )
      Object.assign(globalThis, { ethereum: { other: true }, told })
    })
    await page.reload()
    const left = await page.evaluate(async () => {
      const { told, ethereum } = globalThis as never as { told: Promise<void>; ethereum: object }
      await told
      return ethereum
    })
    expect(left).toEqual({ other: true })
    await page.close()
  })
})
