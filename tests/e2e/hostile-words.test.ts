/** Words of others in the wallet: names of tokens and networks, messages, what a node says. All of them are text. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { press, question } from './person.ts'
import { type World, chains, startWorld } from './world.ts'

/** Short enough for the name of a token. */
const parts = [
  '<img src=x onerror=ran()>',
  '<svg onload=ran()>',
  '<script>ran()</script>',
  '<body onload=ran()>',
  '<a href=javascript:ran()>x</a>',
  '<style onload=ran()></style>',
  '<input autofocus onfocus=ran()>',
  '<iframe src=javascript:ran()>',
  '<video><source onerror=ran()>',
  '<details open ontoggle=ran()>',
  '<base href=//x.test>',
  '<object data=x.test>',
  '<form action=javascript:ran()>',
  'javascript:ran()',
  '${ran()}',
  '{{ran()}}',
  '&lt;b onx=ran()&gt;',
  '<!--<b>-->',
  ']]><b x=ran()>',
  '<math><mi href=javascript:ran()>',
]
const payloads = parts.flatMap((part) => [part, `">${part}`, `'>${part}`, `--${part}`, `\`${part}`])

/** Runs in every page before anything else. */
function watching(): void {
  const seen = globalThis as never as { didRun?: boolean; violations: string[] }
  seen.violations = []
  Object.assign(globalThis, { ran: () => (seen.didRun = true) })
  addEventListener(
    'securitypolicyviolation',
    ({ violatedDirective, sourceFile, lineNumber, sample }) =>
      seen.violations.push(`${violatedDirective} ${sourceFile}:${lineNumber} ${sample}`),
  )
}

/** What stands on a page: text, or more than text. */
function found() {
  const { didRun = false, violations } = globalThis as never as {
    didRun?: boolean
    violations: string[]
  }
  const more = document.querySelectorAll(
    '[onerror],[onload],[onfocus],[ontoggle],[action],iframe,object,embed,base,video,math,script:not([src]),[href^="javascript"]',
  )
  return {
    didRun,
    violations,
    more: [...more].map((element) => element.outerHTML.slice(0, 80)),
    text: document.body.innerText,
  }
}

/** Code of a token that is called so: `symbol()`, `name()` and whatever else is asked for. */
function tokenCalled(symbol: string): string {
  const bytes = new TextEncoder().encode(symbol)
  const word = (value: number) => value.toString(16).padStart(64, '0')
  const text = Buffer.from(bytes)
    .toString('hex')
    .padEnd(64 * Math.ceil(bytes.length / 32), '0')
  const data = `${word(32)}${word(bytes.length)}${text}`
  const length = (data.length / 2).toString(16).padStart(4, '0')
  return [
    '0x60003560e01c8063313ce56714602857',
    '6370a0823114603357',
    `61${length}61003f60003961${length}6000f3`,
    '5b601260005260206000f3',
    '5b6103e860005260206000f3',
    data,
  ].join('')
}

/** A node that answers as another one does, but for what it says of trying things out. */
async function liar(url: string, says: string) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const { id, method } = JSON.parse(body) as { id: number; method: string }
      const head = { 'content-type': 'application/json' }
      if (/simulate|estimateGas|eth_call/.test(method)) {
        const error = { code: 3, message: says }
        return response.writeHead(200, head).end(JSON.stringify({ jsonrpc: '2.0', id, error }))
      }
      fetch(url, { method: 'POST', headers: head, body })
        .then(async (answer) => response.writeHead(200, head).end(await answer.text()))
        .catch(() => response.destroy())
      return undefined
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve)
        server.closeAllConnections()
      }),
  }
}

describe.skipIf(!hasChromium)('a hundred hostile texts', () => {
  let world: World
  let site: EvmSite
  let account: string

  beforeAll(async () => {
    world = await startWorld()
    await world.wallet.context.addInitScript(watching)
    site = await openEvmSite(world.wallet.context, world.origin)
    await site.page.evaluate((title) => (document.title = title), payloads[0]!)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [string]
    await world.anvil.setBalances(10n ** 18n, [account])
  })

  afterAll(() => world.close())

  const call = (method: string, ...args: unknown[]) =>
    world.wallet.call(world.screen, method, ...args)
  const approval = (): Page =>
    world.wallet.context.pages().find((page) => page.url().includes('/approve.html'))!

  /** Only text, and all of what is wanted. */
  async function isText(page: Page, wanted: readonly string[]): Promise<void> {
    const { text, ...rest } = await page.evaluate(found)
    expect(rest).toEqual({ didRun: false, violations: [], more: [] })
    const bare = text.replaceAll(/\s/g, '')
    expect(wanted.filter((one) => !bare.includes(one.replaceAll(/\s/g, '')))).toEqual([])
  }

  test('run where a page lets them, and are counted where one does not: the control', async () => {
    expect([payloads.length, new Set(payloads).size]).toEqual([100, 100])
    const page = await world.wallet.context.newPage()
    await page.goto(world.origin)
    await page.evaluate((html) => (document.body.innerHTML = html), payloads.join('\n'))
    await page.waitForFunction(() => (globalThis as never as { didRun?: boolean }).didRun)
    expect((await page.evaluate(found)).more.length).toBeGreaterThan(10)
    await page.close()
    const own = await world.wallet.open('app.html')
    await own.evaluate((html) => (document.body.innerHTML = html), parts[0]!)
    await own.waitForFunction(
      () => (globalThis as never as { violations: string[] }).violations.length > 0,
    )
    expect(await own.evaluate(found)).toMatchObject({
      didRun: false,
      more: [expect.stringContaining('onerror')],
    })
    await own.close()
  })

  test('are the names of tokens, in lists and in a request', async () => {
    const addressOf = (index: number) => `0x${(0xbad_0000 + index).toString(16).padStart(40, '0')}`
    await world.anvil.batch(
      payloads.map((symbol, index) => ({
        method: 'anvil_setCode',
        params: [addressOf(index), tokenCalled(symbol)],
      })),
    )
    const named: string[] = []
    for (const index of payloads.keys()) {
      const token = (await call('tokenAt', chains.evm, addressOf(index))) as
        | { symbol: string }
        | undefined
      if (!token) continue
      named.push(token.symbol)
      await call('keepToken', token)
    }
    expect(named.length).toBeGreaterThan(90)
    expect(named.filter((symbol) => !payloads.includes(symbol))).toEqual([])
    await call('refresh', 0)
    for (const path of ['app.html', 'app.html#/tokens', 'popup.html']) {
      const page = await world.wallet.open(path)
      await page.getByText(named[0]!).first().waitFor()
      await isText(page, path.endsWith('tokens') ? named : named.slice(0, 1))
      await page.close()
    }
    for (const index of [0, 2, 40, 90]) {
      const to = 'ab'.repeat(20).padStart(64, '0')
      const data = `0xa9059cbb${to}${(5n * 10n ** 18n).toString(16).padStart(64, '0')}`
      const sending = site.request('eth_sendTransaction', [
        { from: account, to: addressOf(index), data, gas: '0x186a0' },
      ])
      await question(world)
      const window = approval()
      await window.getByRole('heading', { name: payloads[index]! }).waitFor()
      await isText(window, [payloads[index]!])
      await press(world, 'Reject')
      expect(await sending).toMatchObject({ code: 4001 })
    }
    const page = await world.wallet.open('app.html#/activity')
    await page.getByText('Rejected by you').first().waitFor()
    await isText(page, [])
    await page.close()
  })

  test('are a message, and the fields of a document', async () => {
    const signing = site.request('personal_sign', [payloads.join('\n'), account])
    await question(world)
    await approval().getByText(payloads[0]!).first().waitFor()
    await isText(approval(), payloads)
    await press(world, 'Reject')
    expect(await signing).toMatchObject({ code: 4001 })

    const names = payloads.map((_, index) => `field${index}`)
    const document = {
      domain: { name: payloads[0], version: payloads[5], chainId: 31_337 },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
        ],
        Note: names.map((name) => ({ name, type: 'string' })),
      },
      primaryType: 'Note',
      message: Object.fromEntries(names.map((name, index) => [name, payloads[index]])),
    }
    const typed = site.request('eth_signTypedData_v4', [account, JSON.stringify(document)])
    await question(world)
    await approval().getByText(payloads[99]!).first().waitFor()
    await isText(approval(), payloads)
    await press(world, 'Reject')
    expect(await typed).toMatchObject({ code: 4001 })
  })

  test('are what a node says of a request, and the name of a network', async () => {
    for (const says of [payloads.join(' '), ...parts.slice(0, 4)]) {
      const node = await liar(world.anvil.url, says)
      try {
        const nodes = { [chains.evm]: node.url }
        await call('choose', { nodes, chains })
        const fields = { from: account, to: `0x${'12'.repeat(20)}`, value: '0x1', gas: '0x5208' }
        const sending = site.request('eth_sendTransaction', [fields])
        await question(world)
        const window = approval()
        await window.getByText(/fail/).first().waitFor()
        await isText(window, [])
        await press(world, 'Reject')
        expect(await sending).toMatchObject({ code: 4001 })
        const failed = await site.request('eth_estimateGas', [fields])
        expect(failed).toMatchObject({ code: 3, message: says })
      } finally {
        await node.close()
      }
    }
    await call('choose', { nodes: { [chains.evm]: world.anvil.url }, chains })
    for (const [index, name] of ['<img src=x onerror=ran()>', '"><svg onload=ran()>'].entries()) {
      const came = site.request('wallet_addEthereumChain', [
        {
          chainId: `0x${(70_000 + index).toString(16)}`,
          chainName: name,
          nativeCurrency: { name, symbol: 'XSS', decimals: 18 },
          rpcUrls: [world.anvil.url],
        },
      ])
      // Its node is of another chain: nobody is asked, whatever it is called.
      expect(await came).toMatchObject({ code: -32602 })
    }
    await isText(site.page, [])
  })
})
