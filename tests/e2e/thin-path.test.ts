import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import { checkAddress } from '@tandem/chains/evm'
import type { Page } from 'playwright-core'
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { type Svm, key, svm } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { hasChromium } from '../browser/chromium.ts'
import { esplora } from '../chains/bitcoin/esplora.ts'
import { type SolanaNode, solanaNode } from '../chains/solana/rpc.ts'
import { type DaemonProcess, startWith } from '../daemon/daemon.ts'
import { type SitePage, openSite, startSite } from './site.ts'
import { type Wallet, approve, buildExtension, onboard, startWallet } from './wallet.ts'

const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'
const chains = {
  evm: 'eip155:31337',
  solana: `solana:${DEVNET.slice(0, 32)}`,
  bitcoin: 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328',
}
const regtest = bitcoin(network(chains.bitcoin))
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
let anvil: Anvil
let vm: Svm
let node: SolanaNode
let blocks: Awaited<ReturnType<typeof esplora>>
let daemon: DaemonProcess
let wallet: Wallet
let webSite: Awaited<ReturnType<typeof startSite>>

describe.skipIf(!hasChromium)('a site', () => {
  let site: SitePage
  let window: Page

  beforeAll(async () => {
    anvil = await startAnvil()
    vm = svm()
    node = await solanaNode(vm, DEVNET)
    blocks = await esplora()
    daemon = await startWith(home, { chains: Object.values(chains) })
    webSite = await startSite()
    wallet = await startWallet(buildExtension())
    const screen = await onboard(wallet, daemon.link)
    const nodes = {
      [chains.evm]: anvil.url,
      [chains.solana]: node.url,
      [chains.bitcoin]: blocks.url,
    }
    await wallet.call(screen, 'choose', { nodes, chains })
    site = await openSite(wallet.context, webSite.origin)
  })

  afterAll(async () => {
    await wallet.close()
    await webSite.close()
    await daemon.stop()
    await anvil.stop()
    await node.close()
    await blocks.close()
    rmSync(home, { recursive: true })
  })

  test('connects, has a message signed and sends on Ethereum', async () => {
    expect(await site.evm('eth_accounts')).toEqual([])
    const opened = wallet.context.waitForEvent('page')
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

    await anvil.setBalances(10n ** 18n, [from])
    const to = `0x${'12'.repeat(20)}`
    const sending = site.evm('eth_sendTransaction', [{ from, to, value: '0x6f05b59d3b20000' }])
    await approve(window, 'Approve')
    expect(await sending).toMatch(/^0x[0-9a-f]{64}$/)
    await anvil.mine()
    expect(await anvil.rpc('eth_getBalance', to, 'latest')).toBe('0x6f05b59d3b20000')
  })

  test('sends on Solana', async () => {
    const connecting = site.solana('standard:connect', 'connect', {})
    await approve(window, 'Connect')
    const { accounts } = (await connecting) as { accounts: [{ address: string }] }
    const from = accounts[0].address
    vm.airdrop(from, 2n * 10n ** 9n)
    const to = key(from).address
    const transaction = wire(from, vm.blockhash(), [system.transfer(from, to, 500_000_000n)], {})
    const sending = site.solana('solana:signAndSendTransaction', 'signAndSendTransaction', {
      transaction: [...transaction],
    })
    await approve(window, 'Approve')
    expect(await sending).toMatchObject([{ signature: expect.anything() as unknown }])
    expect(vm.account(to)?.lamports).toBe(500_000_000n)
  })

  test('sends on Bitcoin', async () => {
    const connecting = site.bitcoin('getAccounts')
    await approve(window, 'Connect')
    const { result } = (await connecting) as {
      result: { address: string; addressType: string }[]
    }
    expect(result.map(({ addressType }) => addressType)).toEqual(['p2tr', 'p2wpkh'])
    for (const { address } of result) blocks.chain.fund(scriptOfAddress(address), 100_000n)
    blocks.chain.mine()
    const to = regtest.checkAddress('bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080')
    const sending = site.bitcoin('sendTransfer', { recipients: [{ address: to, amount: 150_000 }] })
    await approve(window, 'Approve')
    expect(await sending).toMatchObject({
      result: { txid: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    })
    blocks.chain.mine()
    const paid = blocks.chain.unspent(scriptOfAddress(to)).map(({ amount }) => amount)
    expect(paid).toEqual([150_000n])
  })
})
