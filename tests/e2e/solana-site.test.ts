import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { decodeAddress, offChainMessage } from '@tandem/chains/solana'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signed, wire } from '../../packages/chains/test/solana/message.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { lookupTable } from '../../packages/chains/test/solana/table.ts'
import { hasChromium } from '../browser/chromium.ts'
import { bundle } from './dapps-solana/bundle.ts'
import type { Dapp } from './dapps-solana/dapp.ts'
import { called } from './dapps-solana/called.ts'
import { approved, asked, press, question } from './person.ts'
import { startTrusting } from './trusting.ts'
import type { World } from './world.ts'

const text = (bytes: readonly number[]) => Uint8Array.from(bytes)
const utf8 = (message: string) => new TextEncoder().encode(message)

describe.skipIf(!hasChromium)('a site on Solana', () => {
  let world: World
  let page: Page
  let script: string
  let from: string
  let node: string
  const to = key('somebody').address

  const dapp = (name: keyof Dapp, ...args: unknown[]): Promise<unknown> =>
    page.evaluate(
      ([of, given]) => {
        const { dapp: it } = globalThis as never as { dapp: Record<string, unknown> }
        const member = it[of]
        return typeof member === 'function' ? (member(...given) as unknown) : member
      },
      [name, args] as const,
    )

  const feature = (name: string, ...inputs: object[]) => called(page, name, ...inputs)
  const lamports = (address: string) => world.vm.account(address)?.lamports ?? 0n

  beforeAll(async () => {
    world = await startTrusting()
    const site = await world.openSite()
    ;({ page } = site)
    script = await bundle(join(import.meta.dirname, 'dapps-solana/dapp.ts'))
    await page.addScriptTag({ content: script })
    // Its library tells the cluster by the address of its node.
    node = `${world.solana.url}/devnet`
  })

  afterAll(() => world?.close())

  test('finds the wallet, and sees an account once its person agrees', async () => {
    expect(await dapp('names')).toEqual([
      'Tandem solana:mainnet,solana:devnet,solana:testnet',
      'Tandem bitcoin:mainnet,bitcoin:testnet,bitcoin:regtest',
    ])
    expect(await dapp('versions')).toEqual(['legacy', 0])
    expect(await dapp('autoConnect')).toMatchObject({ name: 'WalletAccountError' })
    expect(await dapp('accounts')).toEqual([])
    expect(await asked(world)).toEqual([])

    const rejecting = dapp('connect')
    await question(world)
    await press(world, 'Reject')
    expect(await rejecting).toMatchObject({
      name: 'WalletConnectionError',
      code: 4001,
      inner: 'WalletConnectionError',
    })

    const connecting = dapp('connect')
    await question(world)
    await press(world, 'Connect')
    ;({ ok: from } = (await connecting) as { ok: string })
    expect(await dapp('accounts')).toEqual([{ address: from, chains: ['solana:devnet'] }])
    // Of another family it was given nothing.
    const other = await page.evaluate(() =>
      (
        globalThis as never as { TandemBitcoin: { request(name: string): Promise<unknown> } }
      ).TandemBitcoin.request('wallet_getAccount'),
    )
    expect(other).toMatchObject({ error: { code: -32002 } })
    world.vm.airdrop(from, 10n ** 10n)
  })

  test('signs in with a text that the wallet writes', async () => {
    const signing = dapp('signIn', { statement: 'Hello there.', nonce: 'abcdefgh12', version: '1' })
    await question(world)
    await press(world, 'Sign in')
    const { ok } = (await signing) as {
      ok: { address: string; signedMessage: string; signature: number[] }
    }
    const { host } = new URL(world.origin)
    expect(ok.signedMessage).toBe(
      `${host} wants you to sign in with your Solana account:\n${from}\n\nHello there.\n\nVersion: 1\nNonce: abcdefgh12`,
    )
    const message = utf8(ok.signedMessage)
    expect(ed25519.verify(text(ok.signature), message, decodeAddress(from))).toBe(true)

    const lying = dapp('signIn', { domain: 'bank.example', nonce: 'abcdefgh12' })
    const { state } = await question(world)
    expect(state).toMatchObject({
      at: 'shown',
      explained: { refusal: { code: 'sign-in', domain: 'bank.example', mismatches: ['domain'] } },
    })
    await press(world, 'Close')
    expect(await lying).toMatchObject({ name: 'WalletSignInError', code: 4001 })
    // A line break would be the next field.
    expect(await dapp('signIn', { statement: 'a\n\nURI: https://bank.example' })).toMatchObject({
      code: -32602,
    })
  })

  test('has a message signed, and no transaction in its stead', async () => {
    const message = [...utf8('just words')]
    const signing = feature('solana:signMessage', { message })
    await approved(world)
    const { ok } = (await signing) as { ok: [{ signedMessage: number[]; signature: number[] }] }
    expect(ok[0].signedMessage).toEqual(message)
    expect(ed25519.verify(text(ok[0].signature), text(message), decodeAddress(from))).toBe(true)

    const words = 'words off the chain'
    const asking = {
      messageVersion: 1,
      message: words,
      requiredSigners: [[...decodeAddress(from)]],
    }
    const off = feature('solana:signOffchainMessage', asking)
    await approved(world)
    const [said] = ((await off) as { ok: [Record<string, number[]>] }).ok
    const whole = text(said['signedOffchainMessage']!)
    expect(whole).toEqual(offChainMessage(words, [from]))
    expect(ed25519.verify(text(said['signature']!), whole, decodeAddress(from))).toBe(true)

    const transaction = wire(from, world.vm.blockhash(), [system.transfer(from, to, 1n)])
    for (const disguise of [transaction, transaction.subarray(65)])
      expect(await feature('solana:signMessage', { message: [...disguise] })).toMatchObject({
        code: -32602,
        name: 'WalletSignMessageError',
      })
    expect(await asked(world)).toEqual([])
  })

  test('sends what the screen said, to the lamport', async () => {
    const before = lamports(from)
    const sending = dapp('send', node, world.vm.blockhash(), to, 123_456_789)
    const { intents, fee } = await approved(world)
    expect(intents).toMatchObject([{ kind: 'transfer', amount: 123_456_789n, from, to }])
    expect(await sending).toMatchObject({ ok: expect.any(String) as unknown })
    expect(lamports(to)).toBe(123_456_789n)
    expect(before - lamports(from)).toBe(123_456_789n + (fee?.max ?? 0n))
  })

  test('sends a version 0 transaction whose payee stands in a lookup table', async () => {
    const hidden = key('payee of a table').address
    const table = lookupTable(world.vm, key('authority'), [hidden])
    const tables = { [table]: [hidden] }
    const instructions = [system.transfer(from, hidden, 5_000_000n)]
    const transaction = wire(from, world.vm.blockhash(), instructions, tables)
    const sending = dapp('sendVersioned', node, [...transaction])
    const { intents, claims } = await approved(world)
    expect(intents).toMatchObject([{ kind: 'transfer', amount: 5_000_000n, to: hidden }])
    // The wallet's own node said what the table holds.
    expect(claims).toEqual([])
    expect(await sending).toMatchObject({ ok: expect.any(String) as unknown })
    expect(lamports(hidden)).toBe(5_000_000n)
  })

  test('has several transactions signed with one approval', async () => {
    const before = lamports(to)
    const amounts = [1_000_001, 1_000_002, 1_000_003]
    const signing = dapp('signAll', world.vm.blockhash(), to, amounts)
    const { intents } = await approved(world)
    expect(intents).toMatchObject([{ kind: 'batch', atomic: false }])
    const { ok } = (await signing) as { ok: number[][] }
    expect(await asked(world)).toEqual([])
    for (const one of ok) expect(world.vm.send(text(one)).error).toBeUndefined()
    expect(lamports(to) - before).toBe(3_000_006n)
  })

  test('keeps the signatures of others, and sends nothing that lacks one', async () => {
    const friend = key('friend')
    world.vm.airdrop(friend.address, 10n ** 9n)
    const both = wire(from, world.vm.blockhash(), [
      system.transfer(from, to, 2_000_000n),
      system.transfer(friend.address, to, 3_000_000n),
    ])
    expect(
      await feature('solana:signAndSendTransaction', {
        transaction: [...both],
        chain: 'solana:devnet',
      }),
    ).toMatchObject({ code: -32602, message: expect.stringContaining('sign first') as unknown })
    expect(await asked(world)).toEqual([])

    // Two of one call, of which one is shared: each has an approval.
    const alone = wire(from, world.vm.blockhash(), [system.transfer(from, to, 4_000_000n)])
    const signing = feature(
      'solana:signTransaction',
      { transaction: [...signed(both, friend)] },
      { transaction: [...both] },
      { transaction: [...alone] },
    )
    for (const _ of [1, 2, 3]) await approved(world)
    const { ok } = (await signing) as { ok: { signedTransaction: number[] }[] }
    const [full, half, own] = ok.map(({ signedTransaction }) => text(signedTransaction))
    const before = lamports(to)
    expect(half!.subarray(65, 129).every((byte) => byte === 0)).toBe(true)
    expect(world.vm.simulate(signed(half!, friend)).error).toBeUndefined()
    expect(full!.subarray(65)).toEqual(signed(both, friend).subarray(65))
    expect(world.vm.send(full!).error).toBeUndefined()
    expect(world.vm.send(own!).error).toBeUndefined()
    expect(lamports(to) - before).toBe(9_000_000n)
  })

  test('a transaction for another cluster is refused, and nobody is asked', async () => {
    const transaction = [...wire(from, world.vm.blockhash(), [system.transfer(from, to, 1n)])]
    for (const chain of ['solana:mainnet', 'solana:localnet', 'bitcoin:mainnet'])
      expect(await feature('solana:signAndSendTransaction', { transaction, chain })).toMatchObject({
        code: 4901,
        name: 'WalletSendTransactionError',
      })
    const foreign = [...wire(to, world.vm.blockhash(), [system.transfer(to, from, 1n)])]
    expect(await feature('solana:signTransaction', { transaction: foreign })).toMatchObject({
      code: -32602,
    })
    expect(await feature('solana:signTransaction', { transaction: [1, 2, 3] })).toMatchObject({
      code: -32602,
    })
    const stranger = { account: { address: to }, transaction }
    expect(await feature('solana:signTransaction', stranger)).toMatchObject({
      code: 4100,
      name: 'WalletNotConnectedError',
    })
    expect(await asked(world)).toEqual([])
  })

  test('hears that its blockhash is too old, and that its person said no', async () => {
    const rejecting = dapp('send', node, world.vm.blockhash(), to, 1)
    const { id } = await question(world)
    await world.wallet.call(world.screen, 'decide', id, { approve: false })
    expect(await rejecting).toMatchObject({ name: 'WalletSendTransactionError', code: 4001 })

    const late = dapp('send', node, world.vm.blockhash(), to, 1)
    await question(world)
    world.vm.expire()
    await approved(world)
    expect(await late).toMatchObject({
      code: -32003,
      message: expect.stringContaining('too old') as unknown,
    })
  })

  test('whose globals are frozen or hostile gets what was shown, or nothing', async () => {
    const transaction = [...wire(from, world.vm.blockhash(), [system.transfer(from, to, 11n)])]
    await page.evaluate(() => {
      for (const global of [Object, Array, Uint8Array, Promise, Map, Set, String])
        Object.freeze(global.prototype)
    })
    const signing = feature('solana:signTransaction', { transaction })
    const { intents } = await approved(world)
    expect(intents).toMatchObject([{ kind: 'transfer', amount: 11n, to }])
    const { ok } = (await signing) as { ok: [{ signedTransaction: number[] }] }
    expect(world.vm.send(text(ok[0].signedTransaction)).error).toBeUndefined()

    await page.reload()
    await feature('standard:connect', { silent: true })
    // As an old library does.
    await page.evaluate(() => Object.assign(Array.prototype, { toJSON: () => 'hostile' }))
    expect(await feature('solana:signTransaction', { transaction })).toMatchObject({ code: -32602 })
    expect(await asked(world)).toEqual([])
    await page.reload()
    await page.addScriptTag({ content: script })
  })

  test('hears of the lock and of the end of its connection, in every tab', async () => {
    const site = await world.openSite()
    await site.page.addScriptTag({ content: script })
    const becomes = (tab: Page, count: number) =>
      tab.waitForFunction(
        (wanted) => (globalThis as never as { dapp: Dapp }).dapp.accounts().length === wanted,
        count,
      )
    // Nobody is asked where the site is connected already.
    expect(await dapp('connect')).toEqual({ ok: from })
    await site.page.evaluate(() => (globalThis as never as { dapp: Dapp }).dapp.autoConnect())
    await becomes(site.page, 1)
    await world.wallet.call(world.screen, 'lock')
    await Promise.all([becomes(site.page, 0), becomes(page, 0)])
    expect(await dapp('events')).toEqual([
      `connect ${from}`,
      'WalletDisconnectedError',
      'disconnect',
    ])
    await world.wallet.call(world.screen, 'unlock', 'a password of a test')
    await Promise.all([becomes(site.page, 1), becomes(page, 1)])
    expect(await dapp('connect')).toEqual({ ok: from })
    await dapp('disconnect')
    await becomes(site.page, 0)
    expect(await dapp('autoConnect')).toMatchObject({ name: 'WalletAccountError' })
    expect(await asked(world)).toEqual([])
  })
})
