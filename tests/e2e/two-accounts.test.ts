/** A wallet with two accounts: which of them a site sees, and which of them signs and pays. */
import { network } from '@tandem/chains'
import type { Page } from 'playwright-core'
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AccountView } from '../../extension/src/messages/engine.ts'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { approvalWindow, listed, press, question } from './person.ts'
import { type World, chains, startWorld } from './world.ts'

const ETHER = 10n ** 18n
const [MAIN, SAVINGS] = ['Account 1', 'Savings']

describe.skipIf(!hasChromium)('a wallet with two accounts', () => {
  let world: World
  let site: EvmSite
  /** By account, its first address on each chain. */
  let own: readonly [Record<string, string>, Record<string, string>]

  beforeAll(async () => {
    world = await startWorld()
    world.wallet.context.setDefaultTimeout(15_000)
    expect(await call('addAccount')).toBe(1)
    await call('nameAccount', 1, SAVINGS)
    own = [await addressesOf(0), await addressesOf(1)]
    site = await openEvmSite(world.wallet.context, world.origin)
  })

  afterAll(() => world?.close())

  const call = (method: string, ...args: unknown[]) =>
    world.wallet.call(world.screen, method, ...args)
  const on = (account: 0 | 1, family: keyof typeof chains) => own[account][chains[family]] ?? ''

  async function addressesOf(account: number): Promise<Record<string, string>> {
    const views = (await call('addressesOf', account)) as AccountView[]
    return Object.fromEntries(
      views.map(({ chain, addresses: [one] }) => [chain, one?.address ?? '']),
    )
  }

  /** The window, once the question is read in it and says this. */
  async function says(text: string): Promise<Page> {
    const { id } = await question(world)
    // Results of before are put away.
    for (const one of await listed(world)) if (one.id !== id) await call('dismiss', one.id)
    const window = await approvalWindow(world.wallet.context)
    await window.getByRole('main').getByText(text).waitFor()
    return window
  }

  const ether = async (address: string) =>
    BigInt(String(await world.anvil.rpc('eth_getBalance', address, 'latest')))

  test('a site sees the one that its person looks at, or those that they choose', async () => {
    const connecting = site.ask('eth_requestAccounts')
    await question(world)
    const window = await approvalWindow(world.wallet.context)
    expect(await window.getByRole('checkbox', { name: SAVINGS }).isChecked()).toBe(true)
    expect(await window.getByRole('checkbox', { name: MAIN }).isChecked()).toBe(false)
    await press(world, 'Connect')
    expect(await connecting).toEqual([on(1, 'evm')])
    expect(await site.hears()).toEqual(['connect', { chainId: '0x7a69' }])
    expect(await site.hears()).toEqual(['accountsChanged', [on(1, 'evm')]])
    // The other one is nobody to it.
    for (const [method, ...params] of [
      ['personal_sign', '0x68656c6c6f', on(0, 'evm')],
      ['eth_sendTransaction', { from: on(0, 'evm'), to: on(1, 'evm'), value: '0x1' }],
    ] as const)
      expect(await site.request(method, params)).toMatchObject({ code: 4100 })

    const asking = site.ask('wallet_requestPermissions', { eth_accounts: {} })
    await question(world)
    const again = await approvalWindow(world.wallet.context)
    expect(await again.getByRole('checkbox', { name: SAVINGS }).isChecked()).toBe(true)
    await again.getByRole('checkbox', { name: MAIN }).check()
    await again.getByText('These addresses will be linked by this site.').waitFor()
    await press(world, 'Connect')
    const both = [on(1, 'evm'), on(0, 'evm')]
    expect(await asking).toMatchObject([{ caveats: [{ value: both }] }])
    expect(await site.hears()).toEqual(['accountsChanged', both])
  })

  test('each signs and pays for itself, and the screen says which', async () => {
    for (const [account, name] of [
      [0, MAIN],
      [1, SAVINGS],
    ] as const) {
      const address = on(account, 'evm') as `0x${string}`
      const signing = site.ask('personal_sign', '0x68656c6c6f', address)
      await says(`as ${name}`)
      await press(world, 'Sign')
      const signature = (await signing) as `0x${string}`
      expect(await verifyMessage({ address, message: 'hello', signature })).toBe(true)
    }

    const [from, other] = [on(1, 'evm'), on(0, 'evm')]
    await world.anvil.setBalances(ETHER, [from, other])
    const to = `0x${'21'.repeat(20)}`
    const sending = site.ask('eth_sendTransaction', { from, to, value: '0x2a' })
    await says(`from ${SAVINGS}`)
    await press(world, 'Approve')
    await sending
    await world.anvil.mine()
    expect(await ether(to)).toBe(42n)
    expect(await ether(other)).toBe(ETHER)
    expect(await ether(from)).toBeLessThan(ETHER - 42n)
  })

  test('the second one pays on three chains, and nothing leaves the first', async () => {
    for (const account of [0, 1] as const) {
      world.vm.airdrop(on(account, 'solana'), 10n ** 9n)
      world.bitcoin.chain.fund(scriptOfAddress(on(account, 'bitcoin')), 300_000n)
    }
    world.bitcoin.chain.mine()
    const first = await ether(on(0, 'evm'))
    const payees = {
      evm: `0x${'22'.repeat(20)}`,
      solana: key('payee of savings').address,
      bitcoin: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
    }
    const amounts = { evm: ETHER / 10n, solana: 10n ** 8n, bitcoin: 100_000n }
    for (const family of ['evm', 'solana', 'bitcoin'] as const) {
      const [chain, to, amount] = [chains[family], payees[family], amounts[family]]
      const { asset } = network(chain).native
      await call('send', { chain, account: 1, asset, to, amount, tier: 'normal' })
      await says(`from ${SAVINGS}`)
      const { id } = await question(world)
      await press(world, 'Approve')
      await vi.waitUntil(
        async () => (await listed(world)).some((one) => one.id === id && one.state.at === 'done'),
        { timeout: 20_000 },
      )
    }
    await world.anvil.mine()
    world.bitcoin.chain.mine()
    const coins = (address: string) =>
      world.bitcoin.chain
        .unspent(scriptOfAddress(address))
        .reduce((sum, { amount }) => sum + amount, 0n)
    expect(await ether(payees.evm)).toBe(amounts.evm)
    expect(world.vm.account(payees.solana)?.lamports).toBe(amounts.solana)
    expect(coins(payees.bitcoin)).toBe(amounts.bitcoin)
    expect(await ether(on(0, 'evm'))).toBe(first)
    expect(world.vm.account(on(0, 'solana'))?.lamports).toBe(10n ** 9n)
    expect(coins(on(0, 'bitcoin'))).toBe(300_000n)
  })

  test('one that is hidden is offered to no site', async () => {
    await call('hideAccount', 0, true)
    const other = await openEvmSite(
      world.wallet.context,
      world.origin.replace('127.0.0.1', 'localhost'),
    )
    const connecting = other.ask('eth_requestAccounts')
    const window = await says('Connect to')
    const text = await window.getByRole('main').innerText()
    expect(text.replaceAll(/\s/g, '').toLowerCase()).toContain(on(1, 'evm').toLowerCase())
    expect(text).not.toContain(MAIN)
    await press(world, 'Connect')
    expect(await connecting).toEqual([on(1, 'evm')])
  })
})
