/** A network that nobody listed: added in the browser, agreed to at the co-signer, paid on, and taken away. */
import { execFileSync } from 'node:child_process'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { hasChromium } from '../browser/chromium.ts'
import { tandem } from '../daemon/daemon.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { press, question } from './person.ts'
import { type World, startWorld } from './world.ts'

const CHAIN = 'eip155:31338'
const CHAIN_ID = '0x7a6a'
const TO = `0x${'78'.repeat(20)}`

describe.skipIf(!hasChromium)("a network of one's own", () => {
  let world: World
  let hazel: Anvil
  let site: EvmSite
  let account: string

  beforeAll(async () => {
    ;[world, hazel] = await Promise.all([startWorld(), startAnvil(31_338)])
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [string]
    await hazel.setBalances(10n ** 18n, [account])
    const adding = site.ask('wallet_addEthereumChain', {
      chainId: CHAIN_ID,
      chainName: 'Hazel Chain',
      nativeCurrency: { name: 'Hazel', symbol: 'HZL', decimals: 18 },
      rpcUrls: [hazel.url],
    })
    await press(world, 'Add')
    await adding
    const switching = site.ask('wallet_switchEthereumChain', { chainId: CHAIN_ID })
    await press(world, 'Use')
    await switching
  })

  afterAll(async () => {
    await hazel?.stop()
    await world?.close()
  })

  const pay = () =>
    site.request('eth_sendTransaction', [{ from: account, to: TO, value: '0x2a', gas: '0x5208' }])
  const paid = () => hazel.rpc('eth_getBalance', TO, 'latest')

  const window = async (): Promise<Page> => {
    const { context } = world.wallet
    const isIt = (page: Page) => page.url().includes('/approve.html')
    return context.pages().find(isIt) ?? context.waitForEvent('page', { predicate: isIt })
  }

  /** What the screen of a refusal tells to run. */
  async function refused(): Promise<string> {
    const paying = pay()
    const { state } = await question(world)
    expect(state).toMatchObject({ verdict: { decision: 'deny', rule: 'unknown-chain' } })
    const page = await window()
    await page.getByRole('heading', { name: 'Your co-signer does not know Hazel Chain' }).waitFor()
    await page.getByText('Nothing was signed. Nothing moved.').waitFor()
    const command = await page.getByText(/^tandem network add/).innerText()
    await page.getByRole('button', { name: 'Copy' }).waitFor()
    await press(world, 'Close')
    expect(await paying).toMatchObject({ code: 4001 })
    return command
  }

  /** Runs what a person pastes into a shell. */
  async function run(command: string) {
    const words = execFileSync('/bin/sh', ['-c', `printf '%s\\n' ${command}`], { encoding: 'utf8' })
    const [program, ...args] = words.trimEnd().split('\n')
    expect(program).toBe('tandem')
    return tandem(world.home, args)
  }

  test('is paid on once its person agrees on the co-signer, by the command on the screen, and no more once it is removed', async () => {
    const command = await refused()
    expect(await run(`${command} --test`)).toMatchObject({ code: 0 })
    const paying = pay()
    expect((await question(world)).state).toMatchObject({ verdict: { decision: 'allow' } })
    await press(world, 'Approve')
    const { ok } = (await paying) as { ok: string }
    await hazel.mine()
    expect(await hazel.rpc('eth_getTransactionReceipt', ok)).toMatchObject({ status: '0x1' })
    expect(await paid()).toBe('0x2a')
    // It is of this chain, and of no other.
    const [sent, elsewhere] = await Promise.all(
      [hazel, world.anvil].map((anvil) => anvil.rpc('eth_getTransactionByHash', ok)),
    )
    expect(sent).toMatchObject({ chainId: CHAIN_ID })
    expect(elsewhere).toBeNull()

    expect(await run(`tandem network remove ${CHAIN}`)).toMatchObject({ code: 0 })
    await refused()
    expect(await paid()).toBe('0x2a')
  })

  test('asks for a second factor where its coins may be worth something', async () => {
    const command = await refused()
    expect(await run(command)).toMatchObject({ code: 0 })
    const paying = pay()
    const { id, state } = await question(world)
    expect(state).toMatchObject({ verdict: { decision: 'needs-factor', rule: 'other-assets' } })
    await world.wallet.call(world.screen, 'decide', id, { approve: false })
    expect(await paying).toMatchObject({ code: 4001 })
    expect(await paid()).toBe('0x2a')
  })
})
