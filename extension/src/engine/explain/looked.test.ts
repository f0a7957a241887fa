import { network } from '@tandem/chains'
import { serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { expect, test } from 'vitest'
import type { Explained } from '../../messages/engine.ts'
import type { Look } from './look.ts'
import { looked } from './looked.ts'
import { NodeRefusal } from './node-rpc.ts'

const chain = 'eip155:1'
const eth = 'eip155:1/slip44:60'
/** As requests name it: in lower case. */
const usdc = 'eip155:1/erc20:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
const me = '0x90F79bf6EB2c4f870365E785982E1f101E93b906'
const ana = '0x71C7656EC7ab88b098defB751B7401B5f6d8976F'

const payload = transactionPayload(
  serializeUnsigned({
    type: 2,
    chainId: 1n,
    nonce: 1n,
    gasLimit: 21_000n,
    to: ana.toLowerCase(),
    value: 95n,
    data: new Uint8Array(),
    maxFeePerGas: 10n,
    maxPriorityFeePerGas: 1n,
    accessList: [],
  }),
)

const first: Explained = {
  explanation: {
    chain,
    account: `${chain}:${me}`,
    intents: [
      {
        kind: 'transfer',
        asset: eth,
        amount: 95n,
        from: me,
        to: ana,
        fromOwn: true,
        toOwn: false,
      },
    ],
    fee: { asset: eth, max: 210_000n, payer: me, own: true },
    claims: [],
    uses: [],
  },
  warnings: [],
  hash: 'aa',
  concerns: [{ code: 'new-address', level: 'check', subject: ana }],
  parties: {},
}

/** A node that answers what it is given, and refuses the rest. */
function node(answers: Readonly<Record<string, unknown>>, held = 1_000n): Look {
  return {
    payload,
    owner: me,
    network: network(chain),
    client: {
      fees: async () => {
        const price = { maxFeePerGas: 1n }
        return { slow: price, normal: price, fast: price }
      },
    },
    balances: async (assets) => new Map(assets.map((asset) => [asset, held])),
    async rpc(method) {
      const answer = answers[method]
      if (answer === undefined) throw new NodeRefusal('no such method')
      return answer
    },
  }
}

const topic = (address: string) => `0x${address.slice(2).toLowerCase().padStart(64, '0')}`
const moved = (contract: string, from: string, to: string, amount: bigint) => ({
  address: contract,
  topics: [
    '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef',
    topic(from),
    topic(to),
  ],
  data: `0x${amount.toString(16).padStart(64, '0')}`,
})
const simulated = (...logs: object[]) => ({
  eth_simulateV1: [{ number: '0x10', calls: [{ status: '0x1', logs }] }],
})
const codes = async (look: Look) => (await looked(first, look)).concerns.map(({ code }) => code)

test('a node that agrees with the request adds no worry', async () => {
  const native = moved('0xeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee', me, ana, 95n)
  const found = await looked(first, node(simulated(native)))
  expect(found.concerns).toEqual(first.concerns)
  expect(found.preview).toEqual({
    kind: 'changes',
    block: 16n,
    changes: [{ asset: eth, amount: -95n }],
  })
})

test('more that leaves than the request says is a worry', async () => {
  const taken = moved('0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48', me, ana, 7n)
  expect((await looked(first, node(simulated(taken)))).concerns).toContainEqual({
    code: 'loses-more',
    level: 'high',
    subject: usdc,
  })
})

test('almost all of an asset to somebody new is a worry', async () => {
  expect(await codes(node({}, 100n))).toContain('almost-all')
  expect(await codes(node({}, 1_000n))).not.toContain('almost-all')
  const familiar = { ...first, concerns: [] }
  const found = await looked(familiar, node({}, 100n))
  expect(found.concerns.map(({ code }) => code)).not.toContain('almost-all')
})

test('a request that would fail is a worry, also for a node that cannot simulate', async () => {
  const failed = [
    { number: '0x10', calls: [{ status: '0x0', logs: [], error: { message: 'no' } }] },
  ]
  const found = await looked(first, node({ eth_simulateV1: failed }))
  expect(found.concerns).toContainEqual({ code: 'would-fail', level: 'check' })
  expect(found.preview).toEqual({ kind: 'fails', reason: 'no' })
  expect((await looked(first, node({}))).preview).toEqual({
    kind: 'fails',
    reason: 'no such method',
  })
  expect((await looked(first, node({ eth_call: '0x' }))).preview).toEqual({
    kind: 'none',
    reason: 'unsupported',
  })
})

test('a fee of five times the usual is a worry', async () => {
  const found = await looked(first, node({}))
  expect(found.fees).toMatchObject({ most: 210_000n, chosen: 'own' })
  expect(found.warnings).toContainEqual({ code: 'high-fee', level: 'check' })
})

test('a right for an account without code is a worry', async () => {
  const approve: Explained = {
    ...first,
    concerns: [],
    explanation: {
      ...first.explanation,
      intents: [
        {
          kind: 'approve',
          asset: usdc,
          owner: me,
          spender: ana,
          amount: 'unlimited',
          change: 'set',
          by: 'call',
        },
      ],
    },
  }
  const plain = await looked(approve, node({ ...simulated(), eth_getCode: '0x' }))
  expect(plain.concerns).toContainEqual({ code: 'plain-spender', level: 'high', subject: ana })
  const contract = await looked(approve, node({ ...simulated(), eth_getCode: '0x60' }))
  expect(contract.concerns).toEqual([])
  const silent = await looked(approve, node(simulated()))
  expect(silent.concerns).toEqual([])
})

test('a token is called what its contract calls it, and nothing where that is no name', async () => {
  const asked: Explained = {
    ...first,
    explanation: {
      ...first.explanation,
      intents: [{ kind: 'burn', asset: usdc, amount: 1n, from: me }],
    },
  }
  const word = (text: string) => text.padEnd(64, '0')
  const symbol = `0x${word('').slice(2)}20${word('').slice(2)}04${word('55534443')}`
  const answers = (data: string) => (data === '0x95d89b41' ? symbol : `0x${'6'.padStart(64, '0')}`)
  const talks: Look = {
    ...node({}),
    async rpc(_method, [first]) {
      return answers((first as { data: string }).data)
    },
  }
  expect((await looked(asked, talks)).assets).toEqual({ [usdc]: { symbol: 'USDC', decimals: 6 } })
  expect((await looked(asked, node({ eth_call: '0x' }))).assets).toBeUndefined()
})
