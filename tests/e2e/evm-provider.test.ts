import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { contracts } from '../../packages/chains/test/evm/compile.ts'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { asked, press, question } from './person.ts'
import { startSite } from './site.ts'
import { type World, startWorld } from './world.ts'

const LOCAL = '0x7a69'
/** In no list, and of the second chain of this machine. */
const HAZEL = { number: 31_338, chainId: '0x7a6a' }

describe.skipIf(!hasChromium)('the Ethereum provider', () => {
  let world: World
  let second: Anvil
  let site: EvmSite
  let account: string

  const hazel = () => ({
    chainId: HAZEL.chainId,
    chainName: 'Hazel Chain',
    nativeCurrency: { name: 'Hazel', symbol: 'HZL', decimals: 18 },
    rpcUrls: [second.url],
  })

  beforeAll(async () => {
    ;[world, second] = await Promise.all([startWorld(), startAnvil(HAZEL.number)])
    site = await openEvmSite(world.wallet.context, world.origin)
  })

  afterAll(async () => {
    await second.stop()
    await world.close()
  })

  test('a site that nobody connected sees nothing, and may ask for nothing', async () => {
    expect(await site.ask('eth_chainId')).toBe(LOCAL)
    expect(await site.hears()).toEqual(['connect', { chainId: LOCAL }])
    expect(await site.ask('eth_accounts')).toEqual([])
    expect(await site.ask('wallet_getPermissions')).toEqual([])
    const somebody = `0x${'12'.repeat(20)}`
    for (const [method, ...params] of [
      ['personal_sign', '0x68656c6c6f', somebody],
      ['eth_sendTransaction', { from: somebody, to: somebody, value: '0x1' }],
      ['eth_signTypedData_v4', somebody, '{}'],
      ['wallet_switchEthereumChain', { chainId: '0x1' }],
      ['wallet_addEthereumChain', hazel()],
      ['wallet_getCapabilities', somebody],
    ] as const)
      expect(await site.request(method, params)).toMatchObject({ code: 4100 })
    expect(await asked(world)).toEqual([])
  })

  test('a person who does not want to connect is asked once, and the site learns nothing', async () => {
    const first = site.request('eth_requestAccounts')
    expect(await question(world)).toMatchObject({ question: { kind: 'connect', family: 'evm' } })
    expect(await site.request('eth_requestAccounts')).toMatchObject({ code: -32002 })
    await press(world, 'Reject')
    expect(await first).toEqual({ code: 4001, message: 'The user rejected the request.' })
    expect(await site.ask('eth_accounts')).toEqual([])
    expect(await site.heard()).toEqual([])
  })

  test('a connected site sees its account, hears of it, and is not asked again', async () => {
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    const accounts = (await connecting) as string[]
    ;[account] = accounts as [string]
    expect(await site.hears()).toEqual(['accountsChanged', accounts])
    expect(await site.ask('eth_accounts')).toEqual(accounts)
    expect(await site.ask('eth_requestAccounts')).toEqual(accounts)
    expect(await site.ask('eth_coinbase')).toBe(account)
    expect(await site.ask('wallet_getPermissions')).toEqual([
      {
        parentCapability: 'eth_accounts',
        invoker: world.origin,
        caveats: [{ type: 'restrictReturnedAccounts', value: accounts }],
      },
    ])
  })

  test('a site hears of the lock, and sees no account behind it', async () => {
    const elsewhere = await startSite()
    try {
      const other = await openEvmSite(world.wallet.context, elsewhere.origin)
      expect(await other.ask('eth_accounts')).toEqual([])
      await world.wallet.call(world.screen, 'lock')
      expect(await site.hears()).toEqual(['accountsChanged', []])
      expect(await site.ask('eth_accounts')).toEqual([])
      expect(await site.ask('wallet_getPermissions')).toEqual([])
      expect(await site.ask('eth_chainId')).toBe(LOCAL)
      await world.wallet.call(world.screen, 'unlock', 'a password of a test')
      expect(await site.hears()).toEqual(['accountsChanged', [account]])
      expect(await site.ask('eth_accounts')).toEqual([account])
      // Another site has nothing to hear of it.
      expect((await other.heard()).map(([name]) => name)).toEqual(['connect'])
      await other.page.close()
    } finally {
      await elsewhere.close()
    }
  })

  test('what a node answers, and how it fails, reaches the site as it is', async () => {
    await world.anvil.setBalances(10n ** 18n, [account])
    expect(await site.ask('eth_getBalance', account, 'latest')).toBe('0xde0b6b3a7640000')
    const token = await world.anvil.deploy(contracts()('Token'))
    const data = `0xa9059cbb${'00'.repeat(31)}01${'00'.repeat(31)}01`
    const failed = await site.request('eth_call', [{ from: account, to: token, data }, 'latest'])
    expect(failed).toMatchObject({
      code: 3,
      data: expect.stringMatching(/^0x[0-9a-f]+$/) as unknown,
    })
  })

  test('methods that nobody could read are refused, and others do not exist', async () => {
    for (const method of ['eth_sign', 'eth_signTypedData', 'eth_decrypt', 'eth_subscribe'])
      expect(await site.request(method, [])).toMatchObject({ code: 4200 })
    for (const method of ['eth_makeMeRich', 'constructor', '__proto__', 'toString'])
      expect(await site.request(method, [])).toMatchObject({ code: -32601 })
  })

  test('a network whose node answers as another chain is refused, and nobody is asked', async () => {
    const lie = { ...hazel(), chainId: '0x7a6b' }
    expect(await site.request('wallet_addEthereumChain', [lie])).toMatchObject({ code: -32602 })
    const worth = { ...hazel(), chainId: '0x1' }
    expect(await site.request('wallet_addEthereumChain', [worth])).toMatchObject({ code: -32602 })
    const nowhere = { ...hazel(), rpcUrls: ['https://127.0.0.1:1'] }
    expect(await site.request('wallet_addEthereumChain', [nowhere])).toMatchObject({ code: -32602 })
    // What was not added is not used.
    for (const chainId of [HAZEL.chainId, '0x1'])
      expect(await site.request('wallet_switchEthereumChain', [{ chainId }])).toMatchObject({
        code: 4902,
      })
    expect(await asked(world)).toEqual([])
  })

  test('a network is added, which switches nothing, and then used on one site', async () => {
    const { chainId } = HAZEL
    const adding = site.ask('wallet_addEthereumChain', hazel())
    const { question: about } = await question(world)
    expect(about).toMatchObject({
      kind: 'network',
      change: 'add',
      network: { id: 'eip155:31338', name: 'Hazel Chain', symbol: 'HZL', decimals: 18 },
      node: { url: second.url },
    })
    await press(world, 'Add')
    expect(await adding).toBeNull()
    expect(await site.ask('eth_chainId')).toBe(LOCAL)
    expect(await site.ask('wallet_addEthereumChain', hazel())).toBeNull()

    const other = await openEvmSite(
      world.wallet.context,
      world.origin.replace('127.0.0.1', 'localhost'),
    )
    expect(await other.ask('eth_chainId')).toBe(LOCAL)
    const switching = site.ask('wallet_switchEthereumChain', { chainId })
    expect((await question(world)).question).toMatchObject({ change: 'use', from: 'eip155:31337' })
    await press(world, 'Use')
    expect(await switching).toBeNull()
    expect(await site.hears()).toEqual(['chainChanged', chainId])
    expect(await site.ask('eth_chainId')).toBe(chainId)
    expect(await site.ask('net_version')).toBe('31338')
    await second.setBalances(5n, [account])
    expect(await site.ask('eth_getBalance', account, 'latest')).toBe('0x5')
    expect(await other.ask('eth_chainId')).toBe(LOCAL)
    expect((await other.heard()).map(([name]) => name)).toEqual(['connect'])
    await other.page.close()

    expect(await site.ask('wallet_switchEthereumChain', { chainId })).toBeNull()
    const back = site.ask('wallet_switchEthereumChain', { chainId: LOCAL })
    await press(world, 'Use')
    expect(await back).toBeNull()
    expect(await site.hears()).toEqual(['chainChanged', LOCAL])
  })

  test('a token is shown by what its contract says, and under no other name', async () => {
    const address = await world.anvil.deploy(contracts()('Token'))
    const said = { address, symbol: 'WRONG', decimals: 18 }
    const watch = (options: object, type = 'ERC20') => ({ type, options })
    expect(await site.request('wallet_watchAsset', watch(said))).toMatchObject({ code: -32602 })
    const person = watch({ address: account })
    expect(await site.request('wallet_watchAsset', person)).toMatchObject({ code: -32602 })
    const other = watch({ address }, 'ERC721')
    expect(await site.request('wallet_watchAsset', other)).toMatchObject({ code: -32602 })
    expect(await asked(world)).toEqual([])
    const watching = site.request('wallet_watchAsset', watch({ address }))
    expect((await question(world)).question).toMatchObject({
      kind: 'asset',
      asset: `eip155:31337/erc20:${address.toLowerCase()}`,
      held: 0n,
    })
    await press(world, 'Track')
    expect(await watching).toEqual({ ok: true })
  })

  test('a site that gives its permission back is answered at once, and sees nothing', async () => {
    const accounts = { eth_accounts: {} }
    const asking = site.ask('wallet_requestPermissions', accounts)
    await press(world, 'Connect')
    expect(await asking).toMatchObject([{ parentCapability: 'eth_accounts' }])
    expect(await site.ask('wallet_revokePermissions', accounts)).toBeNull()
    expect(await site.hears()).toEqual(['accountsChanged', []])
    expect(await site.ask('eth_accounts')).toEqual([])
    expect(await asked(world)).toEqual([])
  })
})
