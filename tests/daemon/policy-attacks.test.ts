/**
 * What takes an account over, asked by a device that lies: the co-signer reads the bytes itself, and
 * asks on its own side or refuses.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Chain, network } from '@tandem/chains'
import {
  authorizationPayload,
  evm,
  messagePayload,
  serializeUnsigned,
  transactionPayload,
  typedDataPayload,
} from '@tandem/chains/evm'
import * as sol from '@tandem/chains/solana'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Clocked, startClocked } from './faults/clocked.ts'
import { id } from './policies.ts'
import { type TestDevice, type Verdict, pairDevice } from './test-device.ts'
import { codeAt } from './totp.ts'

const ethereum = evm(network('eip155:1'))
const solana = sol.solana(network('solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp'))
const USDC = '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
const PROXY = `0x${'5a'.repeat(20)}`
const thief = '66'.repeat(20)
const word = (hex: string) => hex.padStart(64, '0')

const home = mkdtempSync(join(tmpdir(), 'tandem-attacks-'))
let daemon: Clocked
let device: TestDevice
let secret = ''
let now = 0

async function answer<T>(command: object): Promise<T> {
  const said = await daemon.command(command)
  if (!('answer' in said)) throw new Error(JSON.stringify(said))
  return said['answer'] as T
}

beforeAll(async () => {
  daemon = await startClocked(home, [ethereum.network.id, solana.network.id])
  const { entries } = await answer<{ entries: { at: string }[] }>({
    command: 'log',
    from: 1,
    limit: 500,
  })
  now = Date.parse(entries.at(-1)?.at ?? '')
  const { link: app } = await answer<{ link: string }>({ command: 'factor-propose' })
  secret = new URL(app).searchParams.get('secret') ?? ''
  await answer({ command: 'factor-confirm', code: codeAt(secret, now - 30_000) })
  const { link, done } = await daemon.invite()
  device = await pairDevice(link)
  await done()
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

const call = (to: string, data: string, nonce = 0): Uint8Array =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 1n,
      nonce: BigInt(nonce),
      gasLimit: 21_000n,
      maxFeePerGas: 10n ** 9n,
      maxPriorityFeePerGas: 1n,
      accessList: [],
      to,
      value: 0n,
      data: Uint8Array.from(Buffer.from(data, 'hex')),
    }),
  )

const fields = (list: string) =>
  list.split(', ').map((field) => {
    const [type = '', name = ''] = field.split(' ')
    return { name, type }
  })

function typed(contract: string, primaryType: string, shape: string, message: object): Uint8Array {
  const types = {
    EIP712Domain: fields('uint256 chainId, address verifyingContract'),
    [primaryType]: fields(shape),
  }
  const domain = { chainId: 1, verifyingContract: contract }
  return typedDataPayload('v4', JSON.stringify({ types, domain, primaryType, message }))
}

const own = (chain: Chain): string => chain.addresses(device.keyAt, 0)[0]?.address ?? ''

const SYSTEM = '11111111111111111111111111111111'
const keyOf = (fill: number) => sol.encodeAddress(new Uint8Array(32).fill(fill))

/** One signer, who is asked, and others that are written to. */
function instruction(program: string, others: string[], steps: [number[], number[]][]): Uint8Array {
  const keys = [own(solana), ...others, program].map((key) => sol.decodeAddress(key))
  const body = steps.flatMap(([accounts, data]) => [
    keys.length - 1,
    accounts.length,
    ...accounts,
    data.length,
    ...data,
  ])
  const bytes = [
    1,
    ...new Uint8Array(64),
    0x80,
    1,
    0,
    1,
    keys.length,
    ...keys.flatMap((key) => [...key]),
    ...new Uint8Array(32).fill(3),
    steps.length,
    ...body,
    0,
  ]
  return sol.transactionPayload(Uint8Array.from(bytes), [])
}

const safe =
  'address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas, uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce'
const zero = `0x${'00'.repeat(20)}`

type Row = [
  what: string,
  chain: Chain,
  payload: () => Uint8Array,
  by: 'anybody' | 'operator' | 'nobody',
]

const rows: Row[] = [
  [
    'an approval without a limit',
    ethereum,
    () => call(USDC, `095ea7b3${word(thief)}${'f'.repeat(64)}`),
    'anybody',
  ],
  [
    'a right to a whole collection',
    ethereum,
    () => call(PROXY, `a22cb465${word(thief)}${word('1')}`),
    'anybody',
  ],
  [
    'a permit',
    ethereum,
    () =>
      typed(
        USDC,
        'Permit',
        'address owner, address spender, uint256 value, uint256 nonce, uint256 deadline',
        {
          owner: own(ethereum),
          spender: `0x${thief}`,
          value: '1000000',
          nonce: '0',
          deadline: '9999999999',
        },
      ),
    'anybody',
  ],
  [
    'a delegatecall of a Safe',
    ethereum,
    () =>
      typed(PROXY, 'SafeTx', safe, {
        to: `0x${thief}`,
        value: '0',
        data: '0x12345678',
        operation: 1,
        safeTxGas: '0',
        baseGas: '0',
        gasPrice: '0',
        gasToken: zero,
        refundReceiver: zero,
        nonce: '0',
      }),
    'operator',
  ],
  [
    'another code behind a proxy',
    ethereum,
    () => call(PROXY, `3659cfe6${word(thief)}`),
    'operator',
  ],
  [
    'code that acts as the account',
    ethereum,
    () => authorizationPayload({ chainId: 1n, address: `0x${thief}`, nonce: 0n }),
    'operator',
  ],
  [
    'an account of Solana for a program',
    solana,
    () => instruction(SYSTEM, [], [[[0], [1, 0, 0, 0, ...new Uint8Array(32).fill(6)]]]),
    'operator',
  ],
  [
    'the authority over a token account',
    solana,
    () =>
      instruction(
        'TokenkegQfeZyiNwAJbNbGKPFXCWuBvf9Ss623VQ5DA',
        [keyOf(8)],
        [
          [
            [1, 0],
            [6, 2, 1, ...new Uint8Array(32).fill(6)],
          ],
        ],
      ),
    'operator',
  ],
  ['a bare hash', ethereum, () => messagePayload(new Uint8Array(32).fill(0xee)), 'nobody'],
]

const idOf = (what: string, from: number) => id(from + rows.findIndex(([name]) => name === what))

const accepts = ({ detail }: Verdict) =>
  (JSON.parse(new TextDecoder().decode(detail)) as { accepts?: string[] }).accepts

describe('under the policy that a co-signer begins with', () => {
  test.for(rows.filter(([, , , by]) => by !== 'nobody'))(
    '%s is not signed by a click',
    async ([what, chain, payload, by]) => {
      const requestId = idOf(what, 100)
      const verdict = await device.ask(chain, payload(), { requestId })
      expect(verdict).toMatchObject({ decision: 'needs-factor' })
      expect(accepts(verdict)).toEqual(by === 'operator' ? ['operator'] : ['code', 'operator'])
      await expect(device.sign(chain, payload(), { requestId })).rejects.toThrow('needs-factor')
    },
  )

  test('a code, which a browser can ask for beside another picture, is not yes on this machine', async () => {
    const [what, chain, payload] = rows.find(([, , , by]) => by === 'operator')!
    const requestId = idOf(what, 300)
    await device.ask(chain, payload(), { requestId })
    const shown = await device.show(requestId, { kind: 'code', code: codeAt(secret, now) })
    expect(shown).toMatchObject({ decision: 'needs-factor', rule: 'control' })
    expect(accepts(shown)).toEqual(['operator'])
  })

  test.for(rows)('%s is not taken for something harmless', async ([what, chain, payload]) => {
    if (chain.network.id !== ethereum.network.id) return
    const harmless = call(own(ethereum), '', 7)
    const requestId = idOf(what, 200)
    const verdict = await device.ask(ethereum, harmless, { requestId, lie: { payload: payload() } })
    expect(verdict.decision).toBe('deny')
    expect(['mismatch', 'unreadable']).toContain(verdict.rule)
  })

  test('what is harmless is allowed: the control', async () => {
    expect(await device.ask(ethereum, call(own(ethereum), '', 7))).toMatchObject({
      decision: 'allow',
    })
  })
})
