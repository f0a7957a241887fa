/** Requests that are more than they look like, from a site to the screen and to the co-signer. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { key } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { token } from '../../packages/chains/test/solana/token.ts'
import { hasChromium } from '../browser/chromium.ts'
import { type EvmSite, openEvmSite } from './evm-site.ts'
import { approvalWindow, asked, press, question } from './person.ts'
import { type World, startWorld } from './world.ts'

const THIEF = `0x${'66'.repeat(20)}`
const TOKEN = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const NFT = `0x${'77'.repeat(20)}`
const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
const SEAPORT = '0x0000000000000068F116a894984e2DB1123eB395'
const NOBODY = `0x${'00'.repeat(20)}`
const ZERO = `0x${'00'.repeat(32)}`
const LATER = 4_102_444_800
const HALF = `0x${'ff'.repeat(20)}`
const word = (hex: string) => hex.replace(/^0x/, '').toLowerCase().padStart(64, '0')
const fields = (list: string) =>
  list.split(', ').map((field) => {
    const [type = '', name = ''] = field.split(' ')
    return { name, type }
  })

const typedData = (
  domain: { name?: string; version?: string; verifyingContract: string },
  primaryType: string,
  types: Record<string, string>,
  message: object,
) => ({
  domain: { chainId: 31_337, ...domain },
  types: {
    EIP712Domain: fields(
      `${domain.name === undefined ? '' : 'string name, '}${domain.version === undefined ? '' : 'string version, '}uint256 chainId, address verifyingContract`,
    ),
    ...Object.fromEntries(Object.entries(types).map(([name, list]) => [name, fields(list)])),
  },
  primaryType,
  message,
})

const OFFER = 'uint8 itemType, address token, uint256 identifierOrCriteria, uint256 startAmount'

/** Documents that sites call a login. */
const disguised = (owner: string) =>
  [
    [
      'a permit',
      typedData(
        { name: 'Sign in to Shop', version: '1', verifyingContract: TOKEN },
        'Permit',
        {
          Permit: 'address owner, address spender, uint256 value, uint256 nonce, uint256 deadline',
        },
        { owner, spender: THIEF, value: (2n ** 256n - 1n).toString(), nonce: 0, deadline: LATER },
      ),
      'permit',
      'high',
    ],
    [
      'a permit of Permit2',
      typedData(
        { name: 'Permit2', verifyingContract: PERMIT2 },
        'PermitSingle',
        {
          PermitSingle: 'PermitDetails details, address spender, uint256 sigDeadline',
          PermitDetails: 'address token, uint160 amount, uint48 expiration, uint48 nonce',
        },
        {
          details: { token: TOKEN, amount: BigInt(HALF).toString(), expiration: LATER, nonce: 0 },
          spender: THIEF,
          sigDeadline: LATER,
        },
      ),
      'permit',
      'high',
    ],
    [
      'an order that pays somebody else',
      typedData(
        { name: 'Seaport', version: '1.6', verifyingContract: SEAPORT },
        'OrderComponents',
        {
          OrderComponents:
            'address offerer, address zone, OfferItem[] offer, ConsiderationItem[] consideration, uint8 orderType, uint256 startTime, uint256 endTime, bytes32 zoneHash, uint256 salt, bytes32 conduitKey, uint256 counter',
          OfferItem: `${OFFER}, uint256 endAmount`,
          ConsiderationItem: `${OFFER}, uint256 endAmount, address recipient`,
        },
        {
          offerer: owner,
          zone: NOBODY,
          offer: [
            { itemType: 2, token: NFT, identifierOrCriteria: 5, startAmount: 1, endAmount: 1 },
          ],
          consideration: [
            {
              itemType: 0,
              token: NOBODY,
              identifierOrCriteria: 0,
              startAmount: 1,
              endAmount: 1,
              recipient: THIEF,
            },
          ],
          orderType: 0,
          startTime: 0,
          endTime: LATER,
          zoneHash: ZERO,
          salt: 1,
          conduitKey: ZERO,
          counter: 0,
        },
      ),
      'order-foreign-payee',
      'high',
    ],
    [
      'a delegatecall of a Safe',
      typedData(
        { verifyingContract: NFT },
        'SafeTx',
        {
          SafeTx:
            'address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce',
        },
        {
          to: THIEF,
          value: 0,
          data: '0x12345678',
          operation: 1,
          safeTxGas: 0,
          baseGas: 0,
          gasPrice: 0,
          gasToken: NOBODY,
          refundReceiver: NOBODY,
          nonce: 0,
        },
      ),
      'delegatecall',
      'unreadable',
    ],
  ] as const

describe.skipIf(!hasChromium)('a site that wants more than it says', () => {
  let world: World
  let site: EvmSite
  let account: string

  beforeAll(async () => {
    world = await startWorld()
    site = await openEvmSite(world.wallet.context, world.origin)
    const connecting = site.ask('eth_requestAccounts')
    await press(world, 'Connect')
    ;[account] = (await connecting) as [string]
    await world.anvil.setBalances(10n ** 18n, [account])
  })

  afterAll(() => world.close())

  const approval = () => approvalWindow(world.wallet.context)

  /** What the window shows and the co-signer says, before its person turns it down. */
  async function looked() {
    const { id, state } = await question(world)
    if (state.at !== 'shown') throw new Error('expected a request')
    const window = await approval()
    await window.locator('[data-level]').first().waitFor()
    const levels = await window
      .locator('[data-level]')
      .evaluateAll((bands) => bands.map((band) => band.getAttribute('data-level')))
    const text = await window.locator('body').innerText()
    await world.wallet.call(world.screen, 'decide', id, { approve: false })
    // What is looked at next has a window of its own, and nothing of this one.
    await window.close()
    return { id, state, levels, text }
  }
  const codes = ({ explained }: { explained?: { warnings: readonly { code: string }[] } }) =>
    explained?.warnings.map(({ code }) => code)
  const bare = (text: string) => text.replaceAll(/\s/g, '').toLowerCase()

  test('gets no bare hash signed, and no transaction as a message', async () => {
    for (const method of ['eth_sign', 'eth_signTransaction', 'eth_signTypedData'])
      expect(await site.request(method, [account, `0x${'ab'.repeat(32)}`])).toMatchObject({
        code: 4200,
      })
    const hash = await site.request('personal_sign', [`0x${'ee'.repeat(32)}`, account])
    expect(hash).toMatchObject({ code: -32602 })
    expect(await asked(world)).toEqual([])
  })

  test('gets no login for another site, scheme or network', async () => {
    const { host } = new URL(world.origin)
    const login = (domain: string, uri: string, chain = 31_337) =>
      `${domain} wants you to sign in with your Ethereum account:\n${account}\n\n\nURI: ${uri}\nVersion: 1\nChain ID: ${chain}\nNonce: 32891756abcdef\nIssued At: ${new Date().toISOString()}`
    for (const text of [
      login('bank.example', 'https://bank.example'),
      login(`https://${host}`, `https://${host}`),
      login(`sub.${host}`, `http://${host}`),
      login(
        host.replace(/\d$/, (last) => String((Number(last) + 1) % 10)),
        `http://${host}`,
      ),
      login(host, `http://${host}`, 1),
    ]) {
      const refused = site.request('personal_sign', [text, account])
      const { state } = await looked()
      expect([text, state.explained?.refusal?.code]).toEqual([text, 'sign-in'])
      expect(await refused).toMatchObject({ code: 4001 })
    }
  })

  test('that calls it a login gets a red screen with who takes what, and no click is enough', async () => {
    for (const [what, typed, code, level] of disguised(account)) {
      const came = site.request('eth_signTypedData_v4', [account, JSON.stringify(typed)])
      const { state, levels, text } = await looked()
      const { verdict } = state
      expect([what, levels, verdict]).toEqual([
        what,
        [level],
        expect.objectContaining({ decision: 'needs-factor' }) as unknown,
      ])
      expect(codes(state)).toContain(code)
      expect(bare(text)).toContain(THIEF.slice(2))
      expect(await came).toMatchObject({ code: 4001 })
    }
  })

  test('that takes over a contract or an account is red, and waits for another machine', async () => {
    for (const [what, data, code] of [
      ['a proxy', `0x3659cfe6${word(THIEF)}`, 'upgrade'],
      ['a collection', `0xa22cb465${word(THIEF)}${word('1')}`, 'approve-all'],
      ['all of a token', `0x095ea7b3${word(THIEF)}${'f'.repeat(64)}`, 'unlimited-approval'],
    ] as const) {
      const fieldsOf = { from: account, to: NFT, data, gas: '0x186a0' }
      const came = site.request('eth_sendTransaction', [fieldsOf])
      const { state, levels, text } = await looked()
      expect([what, levels, state.verdict?.decision, codes(state)]).toEqual([
        what,
        ['high'],
        'needs-factor',
        expect.arrayContaining([code]) as unknown,
      ])
      expect(bare(text)).toContain(THIEF.slice(2))
      expect(await came).toMatchObject({ code: 4001 })
    }
  })

  test('whose contract behaves well while it is tried is judged by what is asked', async () => {
    // Pays whoever looks, and takes everything from whoever sends: what a node tries says nothing.
    await world.anvil.rpc('anvil_setCode', NFT, '0x00')
    const value = `0x${(9n * 10n ** 17n).toString(16)}`
    const came = site.request('eth_sendTransaction', [
      { from: account, to: NFT, data: '0x12345678', value, gas: '0x186a0' },
    ])
    const { state, levels, text } = await looked()
    expect(state.explained?.explanation.intents).toMatchObject([{ kind: 'call' }])
    expect(levels).toEqual(['unreadable'])
    expect(text).toContain('unreadable')
    expect(text).not.toMatch(/\bsafe\b/i)
    expect(await came).toMatchObject({ code: 4001 })
  })

  test('on Solana gets no account, authority or open end without a red screen, and nothing hidden', async () => {
    const page = await world.openSite()
    const connecting = page.solana('standard:connect', 'connect', {})
    await press(world, 'Connect')
    const [{ address: owner }] = ((await connecting) as { accounts: { address: string }[] })
      .accounts as [{ address: string }]
    const thief = key('thief').address
    const mine = key('an account of a token').address
    const hash = world.vm.blockhash()
    const pay = system.transfer(owner, thief, 1n)
    for (const [what, bytes, level] of [
      ['assign', wire(owner, hash, [system.assign(owner, thief)]), 'high'],
      ['authority', wire(owner, hash, [token.setAuthority(mine, owner, 2, thief)]), 'high'],
      ['open end', wire(owner, hash, [system.advanceNonce(mine, owner), pay]), 'high'],
      ['hidden', wire(owner, hash, [pay], { [key('no table').address]: [thief] }), 'refused'],
    ] as const) {
      const came = page
        .solana('solana:signTransaction', 'signTransaction', { transaction: [...bytes] })
        .then(() => 'signed', String)
      const { state, levels } = await looked()
      expect([what, levels]).toEqual([what, [level]])
      expect([what, state.verdict?.decision]).not.toEqual([what, 'allow'])
      expect(await came).toMatch(/rejected|refused/)
    }
    expect(await asked(world)).toEqual([])
    await page.page.close()
  })
})
