/** What a site is told, and what it may not ask: methods with an engine that only says what it must. */
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { fakeBrowser } from 'wxt/testing/fake-browser'
import type { AccountView, Engine } from '../messages/engine.ts'
import { EngineError } from '../messages/engine.ts'
import type { Family } from '../messages/page-channel.ts'
import type { Answer } from './approvals/approvals.types.ts'
import type { Background } from './method.ts'
import { failureOf } from './provider-error.ts'
import { answer } from './router.ts'
import { bundles } from './state/bundles.ts'
import { contacts } from './state/contacts.ts'
import { settings } from './state/settings.ts'
import { sites } from './state/sites.ts'
import { walletContacts } from './wallet-contacts.ts'

vi.mock('wxt/browser', async () => {
  const { fakeBrowser: browser } = await import('wxt/testing/fake-browser')
  return { browser }
})

const SITE = 'https://site.test'
const CHAIN = 'eip155:31337'
const DEVNET = 'solana:EtWTRABZaYq6iMfeYKouRu166VU2xqa1'
const ADDRESS = `0x${'12'.repeat(20)}`
const TOKEN = `0x${'34'.repeat(20)}`
const SOLANA_ADDRESS = '4zvwRjXUKGfvwnParsHAS3HuSVzV5cA4McphgmoCtajS'

const accountOn = (chain: string): AccountView => ({
  chain,
  number: 0,
  id: `${chain}:${ADDRESS}`,
  addresses: [
    chain === DEVNET
      ? { type: 'solana', address: SOLANA_ADDRESS, publicKey: new Uint8Array(32) }
      : { type: 'evm', address: ADDRESS, publicKey: new Uint8Array(33) },
  ],
})

/** Questions that somebody was asked, by their kinds. */
let questions: string[]

/** An engine that answers what is given, over one that is open and has one account. */
function backgroundWith(engine: Partial<Engine> = {}): Background {
  const whole = {
    isOpen: async () => true,
    accounts: async ([chain]: readonly string[]) => [accountOn(chain ?? '')],
    ...engine,
  }
  return {
    engine: whole as Engine,
    askNode: async () => ({ result: null }),
    approvals: {
      unlocked: async () => undefined,
      async ask(_origin, { kind }): Promise<Answer> {
        questions.push(kind)
        throw new EngineError('refused', 'nobody is there')
      },
    },
  }
}

const ask = (
  background: Background,
  method: string,
  params: unknown,
  { origin = SITE, family = 'evm' }: { readonly origin?: string; readonly family?: Family } = {},
) =>
  answer(
    { to: 'tandem', id: 1, family, method, params: params as never },
    origin,
    background,
  ).catch(failureOf)

beforeEach(async () => {
  const { local, session } = fakeBrowser.storage
  for (const area of [local, session]) await area.remove(Object.keys(await area.get()))
  questions = []
  const given = {
    evm: { chain: CHAIN, accounts: [0] },
    solana: { chain: DEVNET, accounts: [0] },
  }
  await sites.change(() => ({ [SITE]: { since: 1, given } }))
  await settings.change((all) => ({ ...all, nodes: { [CHAIN]: 'http://127.0.0.1:1' } }))
})

describe('a site', () => {
  test('sees no account of a wallet that is locked', async () => {
    expect(await ask(backgroundWith(), 'eth_accounts', [])).toEqual([ADDRESS])
    const locked = backgroundWith({ isOpen: async () => false })
    expect(await ask(locked, 'eth_accounts', [])).toEqual([])
  })

  test('has nobody asked about a token whose contract says otherwise', async () => {
    const asset = `${CHAIN}/erc20:${TOKEN}`
    const background = backgroundWith({
      token: async () => ({ asset, symbol: 'USDC', decimals: 6, held: 0n }),
    })
    const watch = (said: object) => {
      const wanted = { type: 'ERC20', options: { address: TOKEN, ...said } }
      return ask(background, 'wallet_watchAsset', wanted)
    }
    for (const said of [{ symbol: 'DAI' }, { decimals: 18 }, { symbol: 'USDC', decimals: '8' }])
      expect(await watch(said)).toMatchObject({ code: -32602 })
    expect(questions).toEqual([])
    await watch({ symbol: 'USDC', decimals: 6 })
    expect(questions).toEqual(['asset'])
  })

  test('has nobody asked about a transaction for another chain than it is on', async () => {
    const send = (chainId: string) =>
      ask(backgroundWith(), 'eth_sendTransaction', [{ from: ADDRESS, to: TOKEN, chainId }])
    expect(await send('0x1')).toMatchObject({ code: -32602 })
    expect(questions).toEqual([])
    await send('0x7a69')
    expect(questions).toEqual(['sign'])
  })

  test('has nobody asked about a transaction for another Solana cluster than it is on', async () => {
    const sign = (chain: string) =>
      ask(
        backgroundWith(),
        'signTransaction',
        [{ address: SOLANA_ADDRESS, chain, transactions: ['AAAA'] }],
        { family: 'solana' },
      )
    const other = await sign('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp')
    expect([other, questions]).toEqual([expect.objectContaining({ code: 4901 }), []])
    await sign(DEVNET)
    expect(questions).toEqual(['sign'])
  })

  test('knows the bundles that it sent, and no other site does', async () => {
    const bundle = { id: 'mine', chain: CHAIN, transactions: ['0x01'], sent: 0 }
    await bundles.change(() => ({ [SITE]: [bundle] }))
    const status = (origin: string) =>
      ask(backgroundWith(), 'wallet_getCallsStatus', ['mine'], { origin })
    expect(await status(SITE)).toMatchObject({ id: 'mine', version: '2.0.0' })
    expect(await status('https://other.test')).toMatchObject({ code: 5730 })
  })

  test('has nobody asked about a network whose node answers as another chain', async () => {
    const wrong = new EngineError('wrong-chain', 'it answers as another chain')
    const offered = {
      chainId: '0x7a6a',
      chainName: 'Hazel Chain',
      nativeCurrency: { name: 'Hazel', symbol: 'HZL', decimals: 18 },
      rpcUrls: ['https://node.test'],
    }
    const lying = backgroundWith({ tryNode: () => Promise.reject(wrong) })
    expect(await ask(lying, 'wallet_addEthereumChain', [offered])).toMatchObject({ code: -32602 })
    expect(questions).toEqual([])
    await ask(backgroundWith({ tryNode: async () => 5 }), 'wallet_addEthereumChain', [offered])
    expect(questions).toEqual(['network'])
  })
})

test('a contact has an address that its chain would take, and none with a typing error', async () => {
  const typed = { name: ' Ana ', family: 'evm', address: ADDRESS } as const
  const keep = (address: Engine['address']) =>
    walletContacts(backgroundWith({ address }).engine).keepContact(typed)
  await expect(keep(async () => ({ wrong: 'checksum' }))).rejects.toThrow('no address')
  expect(await contacts.get()).toEqual([])
  await keep(async () => ({ address: ADDRESS }))
  expect(await contacts.get()).toEqual([{ name: 'Ana', family: 'evm', address: ADDRESS }])
})
