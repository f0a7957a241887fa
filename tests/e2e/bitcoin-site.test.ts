import { join } from 'node:path'
import { network } from '@tandem/chains'
import { bitcoin } from '@tandem/chains/bitcoin'
import type { Payment } from '@tandem/chains'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addressOf, coinOf, scriptOfAddress } from '../../packages/chains/test/bitcoin/scripts.ts'
import { hasChromium } from '../browser/chromium.ts'
import { isProof } from './dapps-bitcoin/bip322.ts'
import { called } from './dapps-bitcoin/called.ts'
import type { Dapp } from './dapps-bitcoin/dapp.ts'
import { base64, bytes, finished, psbtOf, withoutPrevouts } from './dapps-bitcoin/psbt.ts'
import { bundle } from './dapps-solana/bundle.ts'
import { approved, asked, press, question } from './person.ts'
import { type World, chains, startWorld } from './world.ts'

const regtest = bitcoin(network(chains.bitcoin))
const friend = coinOf('p2wpkh', 'a friend')
const to = addressOf(coinOf('p2wpkh', 'somebody').script)
const other = addressOf(coinOf('p2tr', 'somebody else').script)

type Came = { status: 'success'; result: unknown } | { status: 'error'; error: { code: number } }

describe.skipIf(!hasChromium)('a site on Bitcoin', () => {
  let world: World
  let page: Page
  let [collected, paying] = ['', '']

  const request = (method: string, params?: object | null, by = 'request'): Promise<Came> =>
    page.evaluate(
      ([how, name, given]) => {
        const { dapp } = globalThis as never as { dapp: Record<string, Dapp['request']> }
        return dapp[how]!(name, given) as never
      },
      [by, method, params] as const,
    )
  const refused = (code: number, words = '') => ({
    status: 'error',
    error: { code, message: expect.stringContaining(words) as unknown },
  })

  const feature = (name: string, input: object) => called(page, name, input)
  const paid = async (): Promise<Payment> => {
    const [intent] = (await approved(world)).intents
    if (intent?.kind !== 'payment') throw new Error('no payment is shown')
    return intent
  }
  const held = (address: string) =>
    world.bitcoin.chain
      .unspent(scriptOfAddress(address))
      .reduce((sum, { amount }) => sum + amount, 0n)
  const balance = async () => {
    const [{ amount }] = (await world.wallet.call(world.screen, 'balances', chains.bitcoin, 0)) as [
      { amount: bigint },
    ]
    return amount
  }

  beforeAll(async () => {
    world = await startWorld()
    ;({ page } = await world.openSite())
    await page.addScriptTag({
      content: await bundle(join(import.meta.dirname, 'dapps-bitcoin/dapp.ts')),
    })
  })

  afterAll(() => world?.close())

  test('finds the wallet, and gets addresses once its person agrees', async () => {
    const found = await page.evaluate(() => (globalThis as never as { dapp: Dapp }).dapp.provider)
    expect(found).toEqual({ id: 'TandemBitcoin', name: 'Tandem', installed: true })
    for (const [method, params] of [
      ['signMessage', { message: 'x' }],
      ['getBalance', null],
      ['wallet_getAccount', null],
      ['sendTransfer', { recipients: [{ address: to, amount: 1000 }] }],
    ] as const)
      expect(await request(method, params)).toMatchObject(refused(-32002))
    expect(await request('wallet_getCurrentPermissions')).toMatchObject({ result: [] })
    expect(await request('stx_getAccounts', {})).toMatchObject(refused(-32601))
    expect(await request('wallet_connect', { network: 'Mainnet' })).toMatchObject(refused(-32603))
    expect(await asked(world)).toEqual([])

    const rejecting = request('wallet_connect', null)
    await question(world)
    await press(world, 'Reject')
    expect(await rejecting).toMatchObject(refused(-32000))
    const connecting = request('wallet_connect', { addresses: ['ordinals', 'payment'] })
    await question(world)
    await press(world, 'Connect')
    const { result } = (await connecting) as { result: { addresses: { address: string }[] } }
    expect(result).toMatchObject({
      addresses: [
        { purpose: 'ordinals', addressType: 'p2tr', walletType: 'software' },
        { purpose: 'payment', addressType: 'p2wpkh', walletType: 'software' },
      ],
      network: { bitcoin: { name: 'Regtest' } },
    })
    ;[collected = '', paying = ''] = result.addresses.map(({ address }) => address)
    expect([collected, paying].map(regtest.checkAddress)).toEqual([collected, paying])

    // Also from sites that name no wallet.
    const only = await request('getAccounts', { purposes: ['payment', 'stacks'] }, 'plain')
    expect(only).toMatchObject({ result: [{ address: paying }] })
    expect(await request('getInfo')).toMatchObject({ result: { platform: 'web' } })
    expect(await request('wallet_requestPermissions')).toMatchObject({ result: true })
    expect(await request('wallet_getCurrentPermissions')).toMatchObject({
      result: [{ type: 'account' }, { type: 'wallet' }],
    })
    // Of another family it was given nothing.
    const site = page.evaluate(
      () =>
        new Promise((resolve) => {
          addEventListener('eip6963:announceProvider', (event) => {
            type Detail = { provider: { request(of: object): Promise<unknown> } }
            const { provider } = (event as CustomEvent<Detail>).detail
            resolve(provider.request({ method: 'eth_accounts' }))
          })
          dispatchEvent(new Event('eip6963:requestProvider'))
        }),
    )
    expect(await site).toEqual([])
  })

  test('has messages signed by either kind of address, and nothing else as one', async () => {
    for (const address of [paying, collected]) {
      const message = `words for ${address}`
      const signing = request('signMessage', { address, message })
      const { intents } = await approved(world)
      expect(intents).toMatchObject([{ kind: 'message', address, text: message }])
      const { result } = (await signing) as { result: { signature: string } }
      expect(result).toMatchObject({ address, protocol: 'BIP322' })
      expect(isProof(address, message, bytes(result.signature))).toBe(true)
      // The control: it is of these words only.
      expect(isProof(address, 'other words', bytes(result.signature))).toBe(false)
    }
    const psbt = base64(psbtOf(world, [{ of: paying, amount: 9000n }], [{ to, amount: 8000n }]))
    expect(await request('signMessage', { address: paying, message: psbt })).toMatchObject(
      refused(-32602, 'not a transaction'),
    )
    const ecdsa = { address: paying, message: 'x', protocol: 'ECDSA' }
    expect(await request('signMessage', ecdsa)).toMatchObject(refused(-32001))
    expect(await request('signMessage', { address: to, message: 'x' })).toMatchObject(
      refused(-32002),
    )
    expect(await asked(world)).toEqual([])
  })

  test('pays two at once, what the screen said to the satoshi', async () => {
    world.bitcoin.chain.fund(scriptOfAddress(paying), 200_000n, true)
    world.bitcoin.chain.fund(scriptOfAddress(collected), 100_000n, true)
    const before = await balance()
    const known = await request('getBalance', null)
    expect(known).toMatchObject({ result: { total: String(before) } })
    const recipients = [
      { address: to, amount: 120_000 },
      { address: other, amount: 130_001 },
    ]
    const sending = request('sendTransfer', { recipients })
    const { leaves, fee, outputs } = await paid()
    expect(leaves).toBe(250_001n + (fee ?? 0n))
    const others = outputs.filter((output) => output.to === 'other')
    expect(new Set(others.map(({ amount }) => amount))).toEqual(new Set([120_000n, 130_001n]))
    expect(await sending).toMatchObject({
      result: { txid: expect.stringMatching(/^[0-9a-f]{64}$/) as unknown },
    })
    expect(before - (await balance())).toBe(leaves)
    expect([held(to), held(other)]).toEqual([120_000n, 130_001n])

    const mainnet = 'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'
    for (const bad of [
      { recipients: [{ address: mainnet, amount: 10_000 }] },
      { recipients: [{ address: 'nobody', amount: 10_000 }] },
      { recipients: [{ address: to, amount: -1 }] },
      { recipients: [{ address: to, amount: 1.5 }] },
      { recipients: [] },
      { recipients: [{ address: to, amount: 2_000_000_000_000 }] },
    ])
      expect(await request('sendTransfer', bad)).toMatchObject({ status: 'error' })
    expect(await asked(world)).toEqual([])
  })

  test('joins coins of others, and finishes the PSBT itself', async () => {
    const before = await balance()
    const psbt = psbtOf(
      world,
      [
        { of: paying, amount: 50_000n },
        { of: friend, amount: 40_000n },
        { of: collected, amount: 30_000n },
      ],
      [
        { to, amount: 70_000n },
        { to: paying, amount: 45_000n },
      ],
    )
    const start = await balance()
    expect(start - before).toBe(80_000n)
    const signing = request('signPsbt', {
      psbt: base64(psbt),
      signInputs: { [paying]: [0], [collected]: [2] },
    })
    const { leaves, inputs } = await paid()
    expect(inputs.map(({ own, signed }) => [own, signed])).toEqual([
      [true, true],
      [false, false],
      [true, true],
    ])
    expect(leaves).toBe(35_000n)
    const { result } = (await signing) as { result: { psbt: string; txid?: string } }
    expect(result.txid).toBeUndefined()
    world.bitcoin.chain.accept(finished(bytes(result.psbt)))
    world.bitcoin.chain.mine()
    expect(start - (await balance())).toBe(leaves)
  })

  test('has a PSBT sent, and one that lacks a signature is not', async () => {
    const spent = [{ of: collected, amount: 60_000n }]
    const own = psbtOf(world, spent, [{ to, amount: 55_000n }])
    const sending = request('signPsbt', { psbt: base64(own), broadcast: true })
    expect((await paid()).leaves).toBe(60_000n)
    const { result } = (await sending) as { result: { psbt: string; txid: string } }
    const entry = world.bitcoin.chain.find(result.txid)
    expect(entry?.raw).toEqual(finished(bytes(result.psbt)))

    const joint = [...spent, { of: friend, amount: 10_000n }]
    const open = psbtOf(world, joint, [{ to, amount: 65_000n }], { open: true })
    expect(await request('signPsbt', { psbt: base64(open), broadcast: true })).toMatchObject(
      refused(-32602, 'sign first'),
    )
    expect(await asked(world)).toEqual([])
  })

  test('a PSBT for another network is refused, and nobody is asked', async () => {
    const spent = [{ of: paying, amount: 60_000n }]
    const good = psbtOf(world, spent, [{ to, amount: 55_000n }])
    const psbt = base64(good)
    const foreign = base64(psbtOf(world, [{ of: friend, amount: 9000n }], [{ to, amount: 8000n }]))
    const unknown = base64(psbtOf(world, spent, [{ to, amount: 55_000n }], { sighash: 0x42 }))
    for (const [params, code, words] of [
      [{ psbt, network: 'Mainnet' }, -32603, ''],
      [{ psbt: foreign }, -32602, 'at least one of this account'],
      [{ psbt: base64(withoutPrevouts(good)) }, -32602, 'witnessUtxo'],
      [{ psbt, signInputs: { [collected]: [0] } }, -32602, 'of that address'],
      [{ psbt, signInputs: { [to]: [0] } }, -32002, ''],
      [{ psbt, signInputs: { [paying]: [7] } }, -32602, 'inputs of the transaction'],
      [{ psbt, allowedSighash: ['ALL', 'SINGLE'] }, -32602, ''],
      [{ psbt, allowedSignHash: [131] }, -32602, ''],
      [{ psbt: unknown }, -32602, 'sighash'],
      [{ psbt: 'not a PSBT' }, -32602, ''],
      [{ psbt: base64(new Uint8Array(3_000_000)) }, -32602, ''],
      [{ psbt: base64(new Uint8Array(900_000)) }, -32602, ''],
      [{}, -32602, ''],
    ] as const)
      expect(await request('signPsbt', params)).toMatchObject(refused(code, words))
    expect(await asked(world)).toEqual([])
  })

  test('is the same wallet by the Wallet Standard', async () => {
    const silent = await feature('bitcoin:connect', { purposes: ['payment', 'ordinals'] })
    expect(silent).toMatchObject({
      accounts: [
        { address: paying, chains: ['bitcoin:regtest'] },
        { address: collected, chains: ['bitcoin:regtest'] },
      ],
    })
    const message = [...new TextEncoder().encode('standard words')]
    const signing = feature('bitcoin:signMessage', { account: 0, message })
    await approved(world)
    const [said] = (await signing) as [{ signature: number[]; signedMessage: number[] }]
    expect(said.signedMessage).toEqual(message)
    expect(isProof(collected, 'standard words', Uint8Array.from(said.signature))).toBe(true)

    const spent = [{ of: paying, amount: 60_000n }]
    const wanted = (sigHash?: number) => ({
      psbt: [...psbtOf(world, spent, [{ to, amount: 55_000n }])],
      chain: 'bitcoin:regtest',
      inputsToSign: [
        { account: 1, signingIndexes: [0], ...(sigHash !== undefined && { sigHash }) },
      ],
    })
    const partly = feature('bitcoin:signTransaction', wanted(1))
    await paid()
    const [{ signedPsbt }] = (await partly) as [{ signedPsbt: number[] }]
    world.bitcoin.chain.accept(finished(Uint8Array.from(signedPsbt)))
    const sending = feature('bitcoin:signAndSendTransaction', wanted())
    await paid()
    const [{ txId }] = (await sending) as [{ txId: string }]
    expect(world.bitcoin.chain.find(txId)).toBeDefined()

    expect(await feature('bitcoin:signTransaction', wanted(0x83))).toMatchObject({ code: -32602 })
    const elsewhere = { ...wanted(), chain: 'bitcoin:mainnet' }
    expect(await feature('bitcoin:signTransaction', elsewhere)).toMatchObject({ code: 4901 })
    expect(await asked(world)).toEqual([])
  })

  test('hears of the lock and of the end of its connection', async () => {
    await page.evaluate(() => (globalThis as never as { dapp: Dapp }).dapp.listen())
    const heard = (count: number) =>
      page.waitForFunction(
        (wanted) => (globalThis as never as { dapp: Dapp }).dapp.events.length === wanted,
        count,
      )
    await world.wallet.call(world.screen, 'lock')
    await heard(1)
    await world.wallet.call(world.screen, 'unlock', 'a password of a test')
    await heard(2)
    expect(await request('wallet_disconnect', null)).toMatchObject({ result: null })
    await heard(3)
    const events = await page.evaluate(() => (globalThis as never as { dapp: Dapp }).dapp.events)
    expect(events).toMatchObject([
      { type: 'disconnect' },
      { type: 'accountChange', addresses: [{ address: collected }, { address: paying }] },
      { type: 'disconnect' },
    ])
    expect(await request('wallet_getAccount', null)).toMatchObject(refused(-32002))
  })
})
