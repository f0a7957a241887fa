import { recoverTypedDataAddress, verifyMessage } from 'viem'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { contracts } from '../../packages/chains/test/evm/compile.ts'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { asked, press, question } from './person.ts'
import { startSite } from './site.ts'
import { startTrusting } from './trusting.ts'
import type { World } from './world.ts'

const LOCAL = '0x7a69'
const ETHER = 10n ** 18n
const word = (value: bigint | string) => BigInt(value).toString(16).padStart(64, '0')

describe.skipIf(!hasChromium)('a connected site', () => {
  let world: World
  let site: EvmSite
  let account: `0x${string}`

  beforeAll(async () => {
    world = await startTrusting()
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [`0x${string}`]
    await world.anvil.setBalances(10n * ETHER, [account])
  })

  afterAll(() => world.close())

  const signIn = (domain: string) =>
    [
      `${domain} wants you to sign in with your Ethereum account:`,
      account,
      '',
      'To see your notes.',
      '',
      `URI: http://${domain}/login`,
      'Version: 1',
      'Chain ID: 31337',
      'Nonce: 32891756abcdef',
      `Issued At: ${new Date().toISOString()}`,
    ].join('\n')

  test('gets a message signed in any of the ways in which sites ask, and a rejection as one', async () => {
    for (const [given, message] of [
      [['0x68656c6c6f', account], 'hello'],
      [[account, '0x68656c6c6f'], 'hello'],
      [['hello, in plain text', account], 'hello, in plain text'],
      [['0x123', account], '0x123'],
    ] as const) {
      const signing = site.ask('personal_sign', ...given)
      await press(world, 'Sign')
      const signature = (await signing) as `0x${string}`
      expect(await verifyMessage({ address: account, message, signature })).toBe(true)
      expect(await site.ask('personal_ecRecover', message, signature)).toBe(account)
    }
    const rejected = site.request('personal_sign', ['hello', account])
    await question(world)
    await press(world, 'Reject')
    expect(await rejected).toMatchObject({ code: 4001 })
    const other = `0x${'99'.repeat(20)}`
    expect(await site.request('personal_sign', ['hello', other])).toMatchObject({ code: 4100 })
  })

  test('may be signed in to, and nobody signs in to another through it', async () => {
    const host = new URL(world.origin).host
    const good = site.ask('personal_sign', signIn(host), account)
    const { state } = await question(world)
    expect(state).toMatchObject({ explained: { explanation: { intents: [{ kind: 'sign-in' }] } } })
    await press(world, 'Sign in')
    expect(await good).toMatch(/^0x[0-9a-f]{130}$/)

    const bad = site.request('personal_sign', [signIn('bank.example'), account])
    expect((await question(world)).state).toMatchObject({
      explained: { refusal: { code: 'sign-in', domain: 'bank.example' } },
    })
    await press(world, 'Close')
    expect(await bad).toMatchObject({ code: 4001 })
  })

  test('gets typed data signed for its chain, and refused for another', async () => {
    const document = (chainId: number) => ({
      domain: { name: 'Site', version: '1', chainId },
      types: {
        EIP712Domain: [
          { name: 'name', type: 'string' },
          { name: 'version', type: 'string' },
          { name: 'chainId', type: 'uint256' },
        ],
        Note: [{ name: 'text', type: 'string' }],
      },
      primaryType: 'Note' as const,
      message: { text: 'a note' },
    })
    for (const method of ['eth_signTypedData_v3', 'eth_signTypedData_v4'])
      for (const given of [document(31_337), JSON.stringify(document(31_337))]) {
        const signing = site.ask(method, account, given)
        await press(world, 'Sign')
        const signature = (await signing) as `0x${string}`
        const { domain, types, primaryType, message } = document(31_337)
        const plain = { domain, types: { Note: types.Note }, primaryType, message }
        expect(await recoverTypedDataAddress({ ...plain, signature })).toBe(account)
      }
    const wrong = site.request('eth_signTypedData_v4', [account, document(137)])
    expect((await question(world)).state).toMatchObject({
      explained: { refusal: { code: 'chain', wants: 'eip155:137', is: 'eip155:31337' } },
    })
    await press(world, 'Close')
    expect(await wrong).toMatchObject({ code: 4001 })
  })

  test('a transaction for another chain than the site is on is refused, and nobody is asked', async () => {
    const to = `0x${'12'.repeat(20)}`
    const plain = { from: account, to, value: '0x1' }
    for (const fields of [
      { ...plain, chainId: '0x1' },
      { ...plain, chainId: 31_337 },
      { ...plain, gasPrice: '0x1', maxFeePerGas: '0x1' },
      { ...plain, sidecar: '0x' },
      { ...plain, to: `0x${'aA'.repeat(20)}` },
      { from: account },
    ])
      expect(await site.request('eth_sendTransaction', [fields])).toMatchObject({ code: -32602 })
    const other = { ...plain, from: `0x${'99'.repeat(20)}` }
    expect(await site.request('eth_sendTransaction', [other])).toMatchObject({ code: 4100 })
    expect(await asked(world)).toEqual([])
  })

  test('sends what it asks for, with the gas and the fees that it names', async () => {
    const to = `0x${'12'.repeat(20)}`
    const fees = { gas: '0x7530', maxFeePerGas: '0x77359400', maxPriorityFeePerGas: '0x1' }
    const sending = site.ask('eth_sendTransaction', { to, value: '0x5', chainId: LOCAL, ...fees })
    await press(world, 'Approve')
    const hash = await sending
    await world.anvil.mine()
    expect(await site.ask('eth_getTransactionByHash', hash)).toMatchObject({
      from: account.toLowerCase(),
      value: '0x5',
      ...fees,
    })
  })

  test('sends several calls as one request, and what leaves is what the screen said, to the wei', async () => {
    const token = await world.anvil.deploy(contracts()('Token'))
    const to = `0x${'13'.repeat(20)}`
    const friend = `0x${'14'.repeat(20)}`
    await world.anvil.setBalances(ETHER, [friend])
    await world.anvil.act(friend, token, `0x40c10f19${word(friend)}${word(1000n)}`)
    await world.anvil.act(friend, token, `0x095ea7b3${word(account)}${word(700n)}`)
    // The second needs what the first does: it would fail alone.
    const calls = [
      { to: token, data: `0x23b872dd${word(friend)}${word(account)}${word(700n)}` },
      { to: token, data: `0xa9059cbb${word(to)}${word(600n)}` },
      { to, value: '0x2a' },
    ] as const
    const wanted = { version: '2.0.0', chainId: LOCAL, atomicRequired: false, calls }
    const before = BigInt((await site.ask('eth_getBalance', account, 'latest')) as string)
    const sending = site.ask('wallet_sendCalls', { ...wanted, id: 'my-bundle', from: account })
    const { state } = await question(world)
    if (state.at !== 'shown' || !state.explained) throw new Error('expected what it does')
    const { explanation } = state.explained
    expect(explanation.intents).toMatchObject([{ kind: 'batch', steps: [{}, {}, {}] }])
    await press(world, 'Approve')
    expect(await sending).toEqual({ id: 'my-bundle' })
    await world.anvil.mine()

    const status = (await site.ask('wallet_getCallsStatus', 'my-bundle')) as {
      receipts: { gasUsed: string; status: string }[]
    }
    expect(status).toMatchObject({ version: '2.0.0', chainId: LOCAL, status: 200, atomic: false })
    expect(status.receipts).toHaveLength(3)
    expect(await site.ask('eth_getBalance', to, 'latest')).toBe('0x2a')
    const held = `0x70a08231${word(to)}`
    expect(
      BigInt((await site.ask('eth_call', { to: token, data: held }, 'latest')) as string),
    ).toBe(600n)
    const after = BigInt((await site.ask('eth_getBalance', account, 'latest')) as string)
    const spent = before - after - 42n
    expect(spent).toBeGreaterThan(0n)
    expect(spent).toBeLessThanOrEqual(explanation.fee?.max ?? 0n)

    for (const [changes, code] of [
      [{ id: 'my-bundle' }, 5720],
      [{ atomicRequired: true }, 5760],
      [{ chainId: '0x1' }, 5710],
      [{ capabilities: { paymasterService: { url: 'https://pay.test' } } }, 5700],
      [{ calls: Array.from({ length: 17 }, () => calls[2]) }, 5740],
      [{ version: '1.0' }, -32602],
      [{ calls: [] }, -32602],
      [{ from: to }, 4100],
    ] as const)
      expect(await site.request('wallet_sendCalls', [{ ...wanted, ...changes }])).toMatchObject({
        code,
      })
    expect(await site.request('wallet_getCallsStatus', ['unknown'])).toMatchObject({ code: 5730 })
    expect(await site.ask('wallet_showCallsStatus', 'my-bundle')).toBeNull()
    expect(await site.ask('wallet_getCapabilities', account, [LOCAL, '0x1'])).toEqual({
      [LOCAL]: { atomic: { status: 'unsupported' } },
    })
    expect(await asked(world)).toEqual([])
  })

  test('a bundle is known to the site that sent it, and to no other', async () => {
    const elsewhere = await startSite()
    try {
      const other = await openEvmSite(world.wallet.context, elsewhere.origin)
      expect(await other.request('wallet_getCallsStatus', ['my-bundle'])).toMatchObject({
        code: 5730,
      })
      expect(await site.request('wallet_getCallsStatus', ['my-bundle'])).toMatchObject({
        ok: { status: 200 },
      })
      await other.page.close()
    } finally {
      await elsewhere.close()
    }
  })
})
