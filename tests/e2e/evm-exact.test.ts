/** What the standards say word for word: calls that are done in part, a node that is gone, no subscriptions. */
import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contracts } from '../../packages/chains/test/evm/compile.ts'
import { hasChromium } from '../browser/chromium.ts'
import { bundle } from './dapps-solana/bundle.ts'
import type { Dapp } from './dapps/watching.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { press, question } from './person.ts'
import { startTrusting } from './trusting.ts'
import { type World, chains } from './world.ts'

const LOCAL = '0x7a69'
const ETHER = 10n ** 18n
const word = (value: bigint | string) => BigInt(value).toString(16).padStart(64, '0')

type Site = { site: { events: [string, { code?: number }][] } }

describe.skipIf(!hasChromium)('a site that goes by the standards', () => {
  let world: World
  let site: EvmSite
  let account: string

  beforeAll(async () => {
    world = await startTrusting()
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [string]
    await world.anvil.setBalances(10n * ETHER, [account])
  })

  afterAll(() => world.close())

  const activity = (): Page[] =>
    world.wallet.context.pages().filter((page) => page.url().includes('app.html#/activity/'))

  test('hears that calls were done in part, and so does their person', async () => {
    const token = await world.anvil.deploy(contracts()('Token'))
    const to = `0x${'13'.repeat(20)}`
    const friend = `0x${'14'.repeat(20)}`
    const allow = (amount: bigint) =>
      world.anvil.act(friend, token, `0x095ea7b3${word(account)}${word(amount)}`)
    await world.anvil.setBalances(ETHER, [friend])
    await world.anvil.act(friend, token, `0x40c10f19${word(friend)}${word(1000n)}`)
    await allow(700n)
    const calls = [
      { to, value: '0x2a' },
      { to: token, data: `0x23b872dd${word(friend)}${word(account)}${word(700n)}` },
    ]
    const wanted = { version: '2.0.0', id: 'in part', chainId: LOCAL, atomicRequired: false, calls }
    const sending = site.ask('wallet_sendCalls', wanted)
    await question(world)
    // What the second needs is gone between the look and the click.
    await allow(0n)
    await press(world, 'Approve')
    expect(await sending).toEqual({ id: 'in part' })
    await world.anvil.mine()

    const status = (await site.ask('wallet_getCallsStatus', 'in part')) as {
      receipts: { status: string }[]
    }
    expect(status).toMatchObject({ id: 'in part', chainId: LOCAL, atomic: false, status: 600 })
    expect(status.receipts.map((receipt) => receipt.status)).toEqual(['0x1', '0x0'])

    const opened = world.wallet.context.waitForEvent('page')
    expect(await site.ask('wallet_showCallsStatus', 'in part')).toBeNull()
    const page = await opened
    await page.getByRole('status').getByText('Done in part: 1 of 2').waitFor()
    expect(await page.getByText('Confirmed').count()).toBe(0)
    // A site that asks again and again has one tab.
    for (let time = 0; time < 5; time += 1) await site.ask('wallet_showCallsStatus', 'in part')
    expect(activity()).toEqual([page])
    expect(await site.request('wallet_showCallsStatus', ['unknown'])).toMatchObject({ code: 5730 })
    expect(activity()).toEqual([page])
    await page.close()
  })

  test('hears that all of them failed, and never that they are done', async () => {
    const token = await world.anvil.deploy(contracts()('Token'))
    const friend = `0x${'15'.repeat(20)}`
    const mine = (data: string) => world.anvil.act(friend, token, data as `0x${string}`)
    await world.anvil.setBalances(ETHER, [friend])
    await mine(`0x40c10f19${word(friend)}${word(1000n)}`)
    await mine(`0x095ea7b3${word(account)}${word(700n)}`)
    const take = (amount: bigint) => ({
      to: token,
      data: `0x23b872dd${word(friend)}${word(account)}${word(amount)}`,
    })
    const calls = [take(300n), take(400n)]
    const wanted = { version: '2.0.0', id: 'failed', chainId: LOCAL, atomicRequired: false, calls }
    const sending = site.ask('wallet_sendCalls', wanted)
    await question(world)
    await mine(`0x095ea7b3${word(account)}${word(0n)}`)
    await press(world, 'Approve')
    await sending
    await world.anvil.mine()
    expect(await site.ask('wallet_getCallsStatus', 'failed')).toMatchObject({ status: 500 })
    const opened = world.wallet.context.waitForEvent('page')
    await site.ask('wallet_showCallsStatus', 'failed')
    const page = await opened
    await page.getByRole('status').getByText('Failed').waitFor()
    await page.close()
  })

  test('gets no subscriptions, and its libraries see blocks without', async () => {
    for (const [method, ...params] of [
      ['eth_subscribe', 'newHeads'],
      ['eth_subscribe', 'logs', {}],
      ['eth_unsubscribe', '0x1'],
    ] as const)
      expect(await site.request(method, params)).toMatchObject({
        code: 4200,
        message: expect.stringContaining('eth_getLogs') as unknown,
      })
    const page = await world.wallet.context.newPage()
    await page.goto(world.origin)
    const content = await bundle(join(import.meta.dirname, 'dapps/watching.ts'))
    await page.addScriptTag({ content })
    type Started = { start(): Promise<Dapp>; dapp: Dapp }
    await page.evaluate(async () => {
      const it = globalThis as never as Started
      it.dapp = await it.start()
    })
    await expect
      .poll(
        async () => {
          await world.anvil.mine()
          const { ethers, viem } = await page.evaluate(() =>
            (globalThis as never as Started).dapp.blocks(),
          )
          return Math.min(ethers, viem)
        },
        { timeout: 30_000, interval: 300 },
      )
      .toBeGreaterThanOrEqual(2)
    const asked = await page.evaluate(() => (globalThis as never as Started).dapp.asked())
    expect(asked).toContain('eth_blockNumber')
    expect(asked).not.toContain('eth_subscribe')
    await page.close()
  })

  test('hears that no node of its chain answers, and when one does again', async () => {
    const { server, port } = await throughTo(world.anvil.url, 0)
    const nodes = { [chains.evm]: `http://127.0.0.1:${port}` }
    await world.wallet.call(world.screen, 'choose', { nodes, chains })
    expect(await site.ask('eth_chainId')).toBe(LOCAL)
    await site.ask('eth_blockNumber')
    const before = await site.heard()
    expect(before.filter(([name]) => name === 'disconnect')).toEqual([])

    await stopped(server)
    expect(await site.request('eth_blockNumber')).toMatchObject({ code: 4901 })
    await site.page.waitForFunction(() => (globalThis as never as Site).site.events.length > 0)
    const gone = await site.page.evaluate(() =>
      (globalThis as never as Site).site.events.splice(0).map(([name, { code }]) => [name, code]),
    )
    expect(gone).toEqual([['disconnect', 4900]])
    // What asks no node is answered.
    expect(await site.ask('eth_accounts')).toEqual([account])
    expect(await site.heard()).toEqual([])

    const back = await throughTo(world.anvil.url, port)
    try {
      // Nobody asked: the wallet noticed by itself.
      expect(await site.hears()).toEqual(['connect', { chainId: LOCAL }])
      expect(await site.ask('eth_blockNumber')).toMatch(/^0x/)
      expect(await site.heard()).toEqual([])
    } finally {
      await stopped(back.server)
    }
  })
})

/** A way to a node that can be cut. */
async function throughTo(url: string, wanted: number) {
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      const headers = { 'content-type': 'application/json' }
      fetch(url, { method: 'POST', headers, body })
        .then(async (answer) => response.writeHead(200, headers).end(await answer.text()))
        .catch(() => response.destroy())
    })
  })
  await new Promise<void>((resolve) => server.listen(wanted, '127.0.0.1', resolve))
  return { server, port: (server.address() as AddressInfo).port }
}

const stopped = (server: Server) =>
  new Promise((resolve) => {
    server.close(resolve)
    server.closeAllConnections()
  })
