import { network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { AccountView } from '../../extension/src/messages/engine.ts'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { virtualSize } from '../../packages/chains/test/bitcoin/wire.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { hasChromium } from '../browser/chromium.ts'
import { approvalWindow, press, question } from './person.ts'
import { said } from './said.ts'
import { type World, chains, startWorld } from './world.ts'

const regtest = bitcoin(network(chains.bitcoin))
const ETHER = 10n ** 18n

describe.skipIf(!hasChromium)('the wallet', () => {
  let world: World
  let popup: Page
  let own: Record<keyof typeof chains, string>

  beforeAll(async () => {
    world = await startWorld()
    world.wallet.context.setDefaultTimeout(15_000)
    const views = (await world.wallet.call(world.screen, 'addressesOf', 0)) as AccountView[]
    const of = (chain: string) =>
      views.find((view) => view.chain === chain)?.addresses[0]?.address ?? ''
    own = { evm: of(chains.evm), solana: of(chains.solana), bitcoin: of(chains.bitcoin) }
    await world.anvil.setBalances(2n * ETHER, [own.evm])
    world.vm.airdrop(own.solana, 2n * 10n ** 9n)
    world.bitcoin.chain.fund(scriptOfAddress(own.bitcoin), 500_000n)
    world.bitcoin.chain.mine()
    popup = await world.wallet.open('app.html')
    await popup.setViewportSize({ width: 1000, height: 800 })
  })

  afterAll(() => world?.close())

  const at = (hash: string) => popup.goto(`${popup.url().split('#')[0]}#/${hash}`)
  const row = (symbol: string) => popup.locator('main li', { hasText: symbol })

  async function fill(chain: string, to: string, amount: string): Promise<void> {
    await at(`send/${encodeURIComponent(network(chain).native.asset)}`)
    await popup.getByLabel('To', { exact: true }).fill(to)
    await popup.getByLabel('Amount').fill(amount)
  }

  /** Requests for Ethereum in the activity that stand so. */
  const standing = (status: string | RegExp) =>
    popup
      .getByRole('link')
      .filter({ hasText: /ETH|Cancel the transaction/ })
      .filter({ hasText: status })

  /** Sends, approves, and waits until the network has it. */
  async function send(chain: string, to: string, amount: string, headline: string): Promise<void> {
    await fill(chain, to, amount)
    await popup.getByText('New address').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    await press(world, 'Approve')
    await popup.getByRole('link', { name: headline }).first().click()
  }

  test('shows what there is on three chains', async () => {
    await row('tBTC').getByText('0.005', { exact: true }).waitFor()
    await row('SOL').getByText('2', { exact: true }).waitFor()
    await row('ETH').getByText('2', { exact: true }).waitFor()
    expect(await popup.getByRole('main').innerText()).not.toContain('did not answer')
  })

  test('says at the field what is wrong with an address or an amount, and asks for nothing', async () => {
    await fill(chains.evm, 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4', '5')
    await popup.getByText('This is a Bitcoin address; you chose ETH.').waitFor()
    await popup.getByText('This is more than the 2 ETH there is.').waitFor()
    await popup.getByLabel('To', { exact: true }).fill('0x71C7656EC7ab88b098defB751B7401B5f6d8976f')
    await popup.getByText('One character of this address is wrong').waitFor()
    await popup.getByLabel('To', { exact: true }).fill(`0x${'0'.repeat(40)}`)
    await popup.getByText('Nobody has this address').waitFor()
    await popup.getByLabel('To', { exact: true }).fill('')
    await popup.getByLabel('Amount').fill('1,5')
    await popup.getByText('A number such as 0.5').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    await popup.getByText('Who gets it?').waitFor()
    // The first field that is wrong has the focus.
    expect(await popup.evaluate(() => document.activeElement?.id)).toBe('to')
  })

  test('sends on Ethereum, Solana and Bitcoin what was written, to the last unit', async () => {
    const somebody = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
    await send(chains.evm, somebody, '0.5', 'Send 0.5 ETH')
    await popup.getByText('Confirmed').waitFor()
    expect(BigInt(String(await world.anvil.rpc('eth_getBalance', somebody, 'latest')))).toBe(
      ETHER / 2n,
    )

    const to = key(own.solana).address
    await send(chains.solana, to, '0.3', 'Send 0.3 SOL')
    expect(world.vm.account(to)?.lamports).toBe(300_000_000n)

    const payee = regtest.checkAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080')
    await fill(chains.bitcoin, payee, '0.001')
    await popup.getByText('New address').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    await press(world, 'Approve')
    await popup.getByRole('link', { name: /tBTC/ }).first().click()
    await popup.getByText('Waiting').first().waitFor()
    world.bitcoin.chain.mine()
    await popup.getByText('Confirmed').waitFor()
    const paid = world.bitcoin.chain.unspent(scriptOfAddress(payee)).map(({ amount }) => amount)
    expect(paid).toEqual([100_000n])
  })

  test("a fee rate of one's own is what is paid, for the first payment and for the one in its place", async () => {
    const { chain } = world.bitcoin
    const rateField = 'Satoshi for each virtual byte (sat/vB)'
    const before = chain.entries().length
    const waiting = () =>
      chain
        .entries()
        .slice(before)
        .filter(({ height }) => height === undefined)
    const payee = 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080'

    /** Changes the rate of the question that is shown, which is another question then. */
    async function change(rate: string, name: string, current?: string): Promise<void> {
      await approval.getByRole('button', { name: 'Change', exact: true }).click()
      const sheet = approval.getByRole('dialog')
      const field = sheet.getByLabel(rateField)
      // Who has a rate of their own finds it there.
      if (current === undefined) await sheet.getByText('Own', { exact: true }).click()
      else expect(await field.inputValue()).toBe(current)
      await field.fill(rate)
      await sheet.getByRole('button', { name }).click()
    }
    /** The co-signer's answer to what is asked now, and its hash. */
    async function judged() {
      const { state } = await question(world)
      if (state.at !== 'shown' || !state.explained || !state.verdict) throw new Error(state.at)
      expect(state.verdict.decision).toBe('allow')
      const [payment] = state.explained.explanation.intents
      if (payment?.kind !== 'payment') throw new Error('no payment')
      return { hash: state.explained.hash, verdict: state.verdict, rate: payment.feeRate }
    }

    async function judgedAt(rate: bigint) {
      await expect.poll(async () => (await judged()).rate, { timeout: 20_000 }).toBe(rate)
      return judged()
    }

    await fill(chains.bitcoin, payee, '0.001')
    await popup.getByText('Own', { exact: true }).click()
    await popup.getByLabel(rateField).fill('1001')
    await popup.getByText('A whole number from 1 to 1,000.').waitFor()
    await popup.getByLabel(rateField).fill('7')
    await popup.getByRole('button', { name: 'Review' }).click()
    const first = await judged()
    expect(first.rate).toBe(7_000n)
    const approval = await approvalWindow(world.wallet.context)
    await change('23', 'Use this rate', '7')
    const second = await judgedAt(23_000n)
    expect(second.hash).not.toBe(first.hash)
    expect(second.verdict).not.toEqual(first.verdict)
    const shown = await said(approval, 'tBTC', 8)
    expect(shown.amount).toBe(100_000n)
    await press(world, 'Approve')
    // The payment of before is in the list, too, and is first in it for a moment.
    await popup.getByRole('link', { name: /tBTC/ }).filter({ hasText: 'Waiting' }).click()
    await popup.getByRole('button', { name: 'Speed up' }).waitFor()
    const [paid, ...others] = waiting()
    expect(others).toEqual([])
    if (!paid) throw new Error('nothing waits')
    expect(paid.fee).toBe(shown.fee)
    expect(paid.fee).toBe(23n * BigInt(virtualSize(paid.tx)))

    // In the place of it: no less than it, and as much as is said.
    await popup.getByRole('button', { name: 'Speed up' }).click()
    const faster = await judged()
    expect(faster.rate).toBeGreaterThan(23_000n)
    await change('23', 'Use this rate')
    await approval.getByText('That rate is too low.').waitFor()
    expect((await judged()).hash).toBe(faster.hash)
    await change('70', 'Pay 5 times the fastest')
    await judgedAt(70_000n)
    const dear = await said(approval, 'tBTC', 8)
    await press(world, 'Approve')
    await expect
      .poll(() => waiting().map(({ id }) => id === paid.id), { timeout: 20_000 })
      .toEqual([false])
    const [instead] = waiting()
    expect(instead?.fee).toBe(dear.fee)
    expect(instead && 70n * BigInt(virtualSize(instead.tx))).toBe(dear.fee)
    chain.mine()
  })

  test('a payment whose blockhash is over is built again and asked again, and paid once', async () => {
    const to = key('who is paid late').address
    const lamports = () => world.vm.account(to)?.lamports ?? 0n
    await fill(chains.solana, to, '0.1')
    await popup.getByText('New address').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    const idOf = async () => {
      const { question: asks } = await question(world)
      return asks.kind === 'sign' ? asks.requestId : undefined
    }
    const first = await idOf()
    world.vm.expire()
    await press(world, 'Approve')
    await vi.waitUntil(async () => (await idOf()) !== first, { timeout: 20_000 })
    const window = await approvalWindow(world.wallet.context)
    await window.getByText('This is the same request, built anew.').waitFor()
    expect(lamports()).toBe(0n)
    await press(world, 'Approve')
    await popup.getByRole('link', { name: 'Send 0.1 SOL' }).click()
    expect(lamports()).toBe(100_000_000n)
  })

  test('speeds up what waits, and cancels the next one by its number', async () => {
    await world.anvil.rpc('evm_setAutomine', false)
    const somebody = `0x${'13'.repeat(20)}`
    const balance = async () =>
      BigInt(String(await world.anvil.rpc('eth_getBalance', somebody, 'latest')))

    await send(chains.evm, somebody, '0.25', 'Send 0.25 ETH')
    await popup.getByText('Waiting').first().waitFor()
    await popup.getByRole('button', { name: 'Speed up' }).click()
    await press(world, 'Approve')
    await at('activity')
    await standing('Being replaced').waitFor()
    await standing('Waiting').waitFor()
    await world.anvil.mine()
    await standing(/Replaced/).waitFor()
    expect(await balance()).toBe(ETHER / 4n)

    await fill(chains.evm, somebody, '0.125')
    await popup.getByText('Paid before from here').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    await press(world, 'Approve')
    await popup.getByRole('link', { name: 'Send 0.125 ETH' }).click()
    await popup.getByRole('button', { name: 'Cancel it' }).click()
    await press(world, 'Approve')
    await at('activity')
    await standing('Being replaced').waitFor()
    await standing('Waiting').waitFor()
    await world.anvil.mine()
    await standing(/Replaced/)
      .nth(1)
      .waitFor()
    // What was cancelled never arrived.
    expect(await balance()).toBe(ETHER / 4n)
    await world.anvil.rpc('evm_setAutomine', true)
  })

  test('what was rejected stands in the activity, too', async () => {
    await fill(chains.evm, `0x${'14'.repeat(20)}`, '0.01')
    await popup.getByText('New address').waitFor()
    await popup.getByRole('button', { name: 'Review' }).click()
    await press(world, 'Reject')
    const rejected = standing('Rejected by you')
    await rejected.waitFor()
    expect(await rejected.innerText()).toContain('Send 0.01 ETH')
  })

  test('a node that does not answer changes no amount, and nothing unknown is a nought', async () => {
    await at('')
    await row('ETH').getByText('1.24').waitFor()
    await world.anvil.stop()
    await world.wallet.call(world.screen, 'refresh', 0)
    await row('ETH').getByText('Local Ethereum did not answer').waitFor()
    await row('ETH').getByText('1.24').waitFor()

    // Another account: what was never known is a dash.
    await at('accounts')
    await popup.getByRole('button', { name: 'Add account' }).click()
    await popup.getByRole('link', { name: 'Back' }).click()
    await popup.getByRole('link', { name: 'Account 2' }).waitFor()
    await row('SOL').getByText('0', { exact: true }).waitFor()
    await row('ETH').getByText('Local Ethereum did not answer').waitFor()
    expect(await row('ETH').innerText()).toMatch(/-$/)
  })
})
