import { network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { checkAddress } from '@tandem/chains/evm'
import type { Page } from 'playwright-core'
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { hasChromium } from '../browser/chromium.ts'
import type { SitePage } from './site.ts'
import { approve } from './wallet.ts'
import { type World, chains, startWorld } from './world.ts'

const regtest = bitcoin(network(chains.bitcoin))

describe.skipIf(!hasChromium)('a site', () => {
  let world: World
  let site: SitePage
  let window: Page

  beforeAll(async () => {
    world = await startWorld()
    site = await world.openSite()
  })

  afterAll(() => world.close())

  test('connects, has a message signed and sends on Ethereum', async () => {
    expect(await site.evm('eth_accounts')).toEqual([])
    const opened = world.wallet.context.waitForEvent('page')
    const connecting = site.evm('eth_requestAccounts')
    window = await opened
    await approve(window, 'Connect')
    const [from] = (await connecting) as [string]
    expect(checkAddress(from)).toBe(from)
    expect(await site.evm('eth_accounts')).toEqual([from])
    expect(await site.evm('eth_chainId')).toBe('0x7a69')

    const signing = site.evm('personal_sign', ['0x68656c6c6f', from])
    await approve(window, 'Sign')
    const signature = (await signing) as `0x${string}`
    const address = from as `0x${string}`
    expect(await verifyMessage({ address, message: 'hello', signature })).toBe(true)

    await world.anvil.setBalances(10n ** 18n, [from])
    const to = `0x${'12'.repeat(20)}`
    const sending = site.evm('eth_sendTransaction', [{ from, to, value: '0x6f05b59d3b20000' }])
    await approve(window, 'Approve')
    expect(await sending).toMatch(/^0x[0-9a-f]{64}$/)
    await world.anvil.mine()
    expect(await world.anvil.rpc('eth_getBalance', to, 'latest')).toBe('0x6f05b59d3b20000')
  })

  test('sends on Solana', async () => {
    const connecting = site.solana('standard:connect', 'connect', {})
    await approve(window, 'Connect')
    const { accounts } = (await connecting) as { accounts: [{ address: string }] }
    const from = accounts[0].address
    world.vm.airdrop(from, 2n * 10n ** 9n)
    const to = key(from).address
    const transaction = wire(
      from,
      world.vm.blockhash(),
      [system.transfer(from, to, 500_000_000n)],
      {},
    )
    const sending = site.solana('solana:signAndSendTransaction', 'signAndSendTransaction', {
      transaction: [...transaction],
    })
    await approve(window, 'Approve')
    expect(await sending).toMatchObject([{ signature: expect.anything() as unknown }])
    expect(world.vm.account(to)?.lamports).toBe(500_000_000n)
  })

  test('sends on Bitcoin', async () => {
    const connecting = site.bitcoin('getAccounts')
    await approve(window, 'Connect')
    const { result } = (await connecting) as {
      result: { address: string; addressType: string }[]
    }
    expect(result.map(({ addressType }) => addressType)).toEqual(['p2tr', 'p2wpkh'])
    for (const { address } of result) world.bitcoin.chain.fund(scriptOfAddress(address), 100_000n)
    world.bitcoin.chain.mine()
    const to = regtest.checkAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080')
    const sending = site.bitcoin('sendTransfer', { recipients: [{ address: to, amount: 150_000 }] })
    await approve(window, 'Approve')
    expect(await sending).toMatchObject({
      result: { txid: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    })
    world.bitcoin.chain.mine()
    const paid = world.bitcoin.chain.unspent(scriptOfAddress(to)).map(({ amount }) => amount)
    expect(paid).toEqual([150_000n])
  })
})
