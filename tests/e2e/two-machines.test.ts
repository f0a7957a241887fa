/**
 * The main job with the co-signer on another machine, and the sums at the end: what left is what the
 * screens said, and the browser asked nobody whom its person did not choose.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountView } from '../../extension/src/messages/engine.ts'
import { type Holding, placeOf } from '../../extension/src/messages/stored.ts'
import { unpack } from '../../extension/src/messages/wire-json.ts'
import { scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { hasChromium } from '../browser/chromium.ts'
import { demoPolicy } from '../demo/policy.ts'
import { type Machine, canMakeMachines, makeMachine } from './machine.ts'
import { hostsAsked, netLogArgs } from './net-log.ts'
import { question } from './person.ts'
import { said } from './said.ts'
import { type SitePage, startSite } from './site.ts'
import { type World, chains, startWorld } from './world.ts'

const ETHER = 10n ** 18n
const payees = {
  evm: `0x${'12'.repeat(20)}`,
  bitcoin: 'bcrt1qw508d6qejxtdg4y5r3zarvary0c5xw7kygt080',
}
const units = { evm: ['ETH', 18], solana: ['SOL', 9], bitcoin: ['tBTC', 8] } as const
/** Where the first screen looks for a co-signer on its own machine, by itself. */
const LOOKED_FOR = 'ws://127.0.0.1:8765'
type Extension = {
  chrome: { storage: { local: { get(name: string): Promise<Record<string, unknown>> } } }
}
type Family = keyof typeof units
type Sums = Record<Family, bigint>
const families = ['evm', 'solana', 'bitcoin'] as const
const none = (): Sums => ({ evm: 0n, solana: 0n, bitcoin: 0n })

/** Where two sums are not the same, and by how much. */
const differences = (one: Sums, other: Sums) =>
  families
    .filter((name) => one[name] !== other[name])
    .map((name) => [name, one[name] - other[name]])

describe.skipIf(!hasChromium || !canMakeMachines)(
  'a co-signer on another machine (needs root, and ip netns)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'tandem-machines-'))
    const netLog = join(folder, 'net-log.json')
    const violations: string[] = []
    const shown = none()
    const shownFees = none()
    let machine: Machine
    let world: World
    let site: SitePage
    let own: Record<Family, readonly string[]>
    let before: Sums
    let solanaPayee: string

    beforeAll(async () => {
      machine = makeMachine()
      const policy = demoPolicy(join(folder, 'demo.toml'))
      world = await startWorld(
        {
          init: ['--sealing', 'key-file', '--policy', policy],
          within: machine.within,
          options: ['--host', machine.address],
        },
        netLogArgs(netLog),
      )
      world.wallet.context.on('console', (line) => {
        if (line.text().includes('Content Security Policy')) violations.push(line.text())
      })
      site = await world.openSite()

      const { wallet, screen } = world
      const views = (await wallet.call(screen, 'addressesOf', 0)) as AccountView[]
      const of = (chain: string) =>
        views.find((view) => view.chain === chain)?.addresses.map(({ address }) => address) ?? []
      own = { evm: of(chains.evm), solana: of(chains.solana), bitcoin: of(chains.bitcoin) }
      solanaPayee = key(own.solana[0] ?? '').address
      await world.anvil.setBalances(10n * ETHER, own.evm)
      world.vm.airdrop(own.solana[0] ?? '', 2n * 10n ** 9n)
      for (const address of own.bitcoin.slice(0, 2))
        world.bitcoin.chain.fund(scriptOfAddress(address), 100_000n)
      world.bitcoin.chain.mine()
      before = await balances()
      expect(before).toEqual({ evm: 10n * ETHER, solana: 2n * 10n ** 9n, bitcoin: 200_000n })
    })

    afterAll(async () => {
      await world?.close()
      machine.remove()
      rmSync(folder, { recursive: true })
      expect(machine.isThere()).toBe(false)
    })

    const bitcoinOf = (address: string) =>
      world.bitcoin.chain
        .unspent(scriptOfAddress(address))
        .reduce((sum, { amount }) => sum + amount, 0n)
    const weiOf = async (address = '') =>
      BigInt(String(await world.anvil.rpc('eth_getBalance', address, 'latest')))

    /** Bitcoin as the wallet counts it, whose change is at addresses that only it derives. */
    const bitcoinHeld = async (): Promise<bigint> => {
      const { wallet, screen } = world
      await wallet.call(screen, 'refresh', 0)
      const kept = await screen.evaluate(() =>
        (globalThis as never as Extension).chrome.storage.local.get('holdings'),
      )
      const holdings = unpack(kept['holdings']) as Record<string, Holding>
      return holdings[placeOf(chains.bitcoin, 0)]?.amounts[0]?.amount ?? -1n
    }

    const balances = async (): Promise<Sums> => ({
      evm: await weiOf(own.evm[0]),
      solana: world.vm.account(own.solana[0] ?? '')?.lamports ?? 0n,
      bitcoin: await bitcoinHeld(),
    })

    const window = async (): Promise<Page> => {
      const isIt = (page: Page) => page.url().includes('/approve.html')
      const { context } = world.wallet
      return context.pages().find(isIt) ?? context.waitForEvent('page', { predicate: isIt })
    }

    /** Reads what is asked, keeps the sums of it, and presses. */
    async function agree(name: string, family?: Family): Promise<void> {
      await question(world)
      const open = await window()
      const button = open.locator('button:not([aria-disabled=true])').filter({ hasText: name })
      await button.waitFor()
      if (family) {
        const [symbol, decimals] = units[family]
        const { headline, amount, fee } = await said(open, symbol, decimals)
        expect(headline).toMatch(/^Send /)
        shown[family] += amount
        shownFees[family] += fee
      }
      await button.click()
    }

    const left = async (): Promise<Sums> => {
      const now = await balances()
      return {
        evm: before.evm - now.evm,
        solana: before.solana - now.solana,
        bitcoin: before.bitcoin - now.bitcoin,
      }
    }
    const shownInAll = (): Sums => ({
      evm: shown.evm + shownFees.evm,
      solana: shown.solana + shownFees.solana,
      bitcoin: shown.bitcoin + shownFees.bitcoin,
    })

    test('connects, signs and sends on three chains, and refuses what is over its limit', async () => {
      const from = own.evm[0] as `0x${string}`
      const connecting = site.evm('eth_requestAccounts')
      await agree('Connect')
      expect(await connecting).toEqual([from])
      const signing = site.evm('personal_sign', ['0x68656c6c6f', from])
      await agree('Sign')
      const signature = (await signing) as `0x${string}`
      expect(await verifyMessage({ address: from, message: 'hello', signature })).toBe(true)

      // The block is as dear as the screen says it may be, so that the fee is what was shown.
      await world.anvil.rpc('evm_setAutomine', false)
      const sending = site.evm('eth_sendTransaction', [
        { from, to: payees.evm, value: '0x6f05b59d3b20000' },
      ])
      await agree('Approve', 'evm')
      const { maxFeePerGas, maxPriorityFeePerGas } = (await world.anvil.rpc(
        'eth_getTransactionByHash',
        await sending,
      )) as { maxFeePerGas: string; maxPriorityFeePerGas: string }
      const base = BigInt(maxFeePerGas) - BigInt(maxPriorityFeePerGas)
      await world.anvil.rpc('anvil_setNextBlockBaseFeePerGas', `0x${base.toString(16)}`)
      await world.anvil.mine()

      const [owner = ''] = own.solana
      const connectingSolana = site.solana('standard:connect', 'connect', {})
      await agree('Connect')
      await connectingSolana
      const signingSolana = site.solana('solana:signMessage', 'signMessage', {
        message: [104, 105],
      })
      await agree('Sign')
      expect(await signingSolana).toMatchObject([{ signature: { length: 64 } }])
      const payment = system.transfer(owner, solanaPayee, 500_000_001n)
      const sendingSolana = site.solana('solana:signAndSendTransaction', 'signAndSendTransaction', {
        transaction: [...wire(owner, world.vm.blockhash(), [payment], {})],
      })
      await agree('Approve', 'solana')
      await sendingSolana

      const connectingBitcoin = site.bitcoin('getAccounts')
      await agree('Connect')
      const { result } = (await connectingBitcoin) as { result: { address: string }[] }
      const address = result[0]?.address
      const signingBitcoin = site.bitcoin('signMessage', { address, message: 'hello' })
      await agree('Sign')
      expect(await signingBitcoin).toMatchObject({ result: { address } })
      const sendingBitcoin = site.bitcoin('sendTransfer', {
        recipients: [{ address: payees.bitcoin, amount: 150_001 }],
      })
      await agree('Approve', 'bitcoin')
      await sendingBitcoin
      world.bitcoin.chain.mine()

      const tooMuch = site
        .evm('eth_sendTransaction', [{ from, to: payees.evm, value: '0x4563918244f40000' }])
        .catch((error: unknown) => String(error))
      await question(world)
      await (await window()).getByText('daily-eth').first().waitFor()
      await agree('Close')
      expect(await tooMuch).toMatch(/4001|refused/)
    })

    test('what left each chain is what the screens said, to the unit', async () => {
      expect(differences(await left(), shownInAll())).toEqual([])
      for (const family of families) expect(shownFees[family]).toBeGreaterThan(0n)
      const received: Sums = {
        evm: await weiOf(payees.evm),
        solana: world.vm.account(solanaPayee)?.lamports ?? 0n,
        bitcoin: bitcoinOf(payees.bitcoin),
      }
      expect(differences(received, shown)).toEqual([])
      expect(received).toEqual({ evm: ETHER / 2n, solana: 500_000_001n, bitcoin: 150_001n })
    })

    test('what would leave beside it is found, by one unit on each chain', async () => {
      await world.anvil.setBalances((await weiOf(own.evm[0])) - 1n, own.evm)
      world.vm.airdrop(own.solana[0] ?? '', 1n)
      world.bitcoin.chain.fund(scriptOfAddress(own.bitcoin[0] ?? ''), 1n)
      world.bitcoin.chain.mine()
      expect(differences(await left(), shownInAll())).toEqual([
        ['evm', 1n],
        ['solana', -1n],
        ['bitcoin', -1n],
      ])
    })

    test('the two machines talked over the cable, and the browser asked nobody who was not chosen', async () => {
      // The keys, and six signatures.
      expect(machine.carried()).toBeGreaterThan(100_000)
      expect(violations).toEqual([])
      const stranger = await startSite()
      try {
        // What is against the policy of a screen, and a host that nobody chose: both are noticed.
        await world.screen.evaluate((url) => {
          new Image().src = url
        }, `${stranger.origin}/image.png`)
        await expect.poll(() => violations, { timeout: 20_000 }).toHaveLength(1)
        await site.page.evaluate((url) => fetch(url, { mode: 'no-cors' }), stranger.origin)
        await world.wallet.context.close()
        const { host } = new URL(stranger.origin)
        const { anvil, solana, bitcoin, origin, daemon } = world
        const chosen = [
          LOOKED_FOR,
          anvil.url,
          solana.url,
          bitcoin.url,
          origin,
          `ws://${daemon.address}`,
        ]
        expect(hostsAsked(netLog)).toEqual(
          [...chosen.map((url) => new URL(url).host), host].toSorted(),
        )
      } finally {
        await stranger.close()
      }
    })
  },
)
