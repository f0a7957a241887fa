import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { hasChromium } from '../browser/chromium.ts'
import type { Dapp as EthersDapp } from './dapps/ethers.ts'
import type { Dapp as WagmiDapp } from './dapps/wagmi.ts'
import { bundle } from './dapps-solana/bundle.ts'
import { press } from './person.ts'
import { startTrusting } from './trusting.ts'
import type { World } from './world.ts'

type Started<Dapp> = { start(...given: string[]): Promise<Dapp>; dapp: Dapp }

describe.skipIf(!hasChromium)('the libraries of sites', () => {
  let world: World
  let hazel: Anvil

  beforeAll(async () => {
    ;[world, hazel] = await Promise.all([startTrusting(), startAnvil(31_338)])
  })

  afterAll(async () => {
    await hazel.stop()
    await world.close()
  })

  async function open(name: string, ...given: string[]): Promise<Page> {
    const page = await world.wallet.context.newPage()
    await page.goto(world.origin)
    await page.addScriptTag({
      content: await bundle(join(import.meta.dirname, `dapps/${name}.ts`)),
    })
    await page.evaluate(async (urls) => {
      const site = globalThis as never as Started<object>
      site.dapp = await site.start(...urls)
    }, given)
    return page
  }

  test('wagmi connects, signs, sends, adds a network that it wants to use, and disconnects', async () => {
    const page = await open('wagmi', world.anvil.url, hazel.url)
    const run = <Name extends keyof WagmiDapp>(name: Name, ...given: Parameters<WagmiDapp[Name]>) =>
      page.evaluate(
        ([method, values]) => {
          const { dapp } = globalThis as never as Started<
            Record<string, (...all: unknown[]) => unknown>
          >
          return dapp[method]!(...values)
        },
        [name, given] as [string, unknown[]],
      ) as Promise<Awaited<ReturnType<WagmiDapp[Name]>>>

    const connecting = run('connect')
    await press(world, 'Connect')
    const { accounts, chainId } = await connecting
    const [address] = accounts
    expect(chainId).toBe(31_337)
    expect(await run('where')).toEqual({ address, chainId, status: 'connected' })

    const signing = run('sign', 'hello')
    await press(world, 'Sign')
    expect(await verifyMessage({ address, message: 'hello', signature: await signing })).toBe(true)
    const typing = run('signTyped', 'a note')
    await press(world, 'Sign')
    expect(await typing).toMatch(/^0x[0-9a-f]{130}$/)
    const refusing = run('sign', 'no').then(
      () => '',
      (error: unknown) => String(error),
    )
    await press(world, 'Reject')
    expect(await refusing).toContain('User rejected the request')

    await world.anvil.setBalances(10n ** 18n, [address])
    const to = `0x${'34'.repeat(20)}` as const
    const sending = run('send', to, '1000')
    await press(world, 'Approve')
    expect(await sending).toMatch(/^0x[0-9a-f]{64}$/)
    await world.anvil.mine()
    const both = run('sendBoth', to, '500')
    await press(world, 'Approve')
    await world.anvil.mine()
    expect(await both).toEqual({ status: 'success', receipts: 2 })
    expect(await world.anvil.rpc('eth_getBalance', to, 'latest')).toBe('0x7d0')

    const switching = run('switchTo', 31_338)
    await press(world, 'Add')
    await press(world, 'Use')
    expect(await switching).toBe(31_338)
    expect(await run('where')).toMatchObject({ chainId: 31_338 })
    const back = run('switchTo', 31_337)
    await press(world, 'Use')
    expect(await back).toBe(31_337)

    await run('disconnect')
    expect(await run('where')).toMatchObject({ status: 'disconnected' })
    await page.close()
  })

  test('ethers connects, signs and sends', async () => {
    const page = await open('ethers')
    const run = <Name extends keyof EthersDapp>(
      name: Name,
      ...given: Parameters<EthersDapp[Name]>
    ) =>
      page.evaluate(
        ([method, values]) => {
          const { dapp } = globalThis as never as Started<
            Record<string, (...all: unknown[]) => unknown>
          >
          return dapp[method]!(...values)
        },
        [name, given] as [string, unknown[]],
      ) as Promise<Awaited<ReturnType<EthersDapp[Name]>>>

    const connecting = run('connect')
    await press(world, 'Connect')
    const address = (await connecting) as `0x${string}`
    expect(await run('chain')).toBe('31337')
    const signing = run('sign', 'hello')
    await press(world, 'Sign')
    const { ok } = (await signing) as { ok: `0x${string}` }
    expect(await verifyMessage({ address, message: 'hello', signature: ok })).toBe(true)
    const refusing = run('sign', 'no')
    await press(world, 'Reject')
    expect(await refusing).toEqual({ code: 'ACTION_REJECTED' })
    const typing = run('signTyped', 'a note')
    await press(world, 'Sign')
    expect(await typing).toMatch(/^0x[0-9a-f]{130}$/)

    await world.anvil.setBalances(10n ** 18n, [address])
    const to = `0x${'56'.repeat(20)}`
    const sending = run('send', to, '1000')
    await press(world, 'Approve')
    expect(await sending).toBe(1)
    expect(await run('balance', to)).toBe('1000')
    await page.close()
  })
})
