/** Networks that a person adds at the co-signer, beside those of its settings. */
import { type Chain, customNetwork, network } from '@tandem/chains'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test, vi } from 'vitest'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { toml } from '../src/adapters/policy-file/toml.ts'
import { loadDecision } from '../src/core/decision.ts'
import { addNetwork, networkViews, removeNetwork } from '../src/core/operator/networks.ts'
import { defaultDocument } from '../src/core/policy/default.ts'
import { type Daemon, type Setting, daemon, local } from './daemon-in-process.ts'

const facts = { name: 'Hazel Chain', symbol: 'HZL', test: true }
const HAZEL = 'eip155:31338'
const hazel = evm(customNetwork({ id: HAZEL, ...facts }))
const sepolia = evm(network('eip155:11155111'))
const id = (value: number) => new Uint8Array(16).fill(value)

/** One wei on a chain. */
const transfer = ({ network: { id: of } }: Chain, nonce = 0n): Uint8Array =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: BigInt(of.slice('eip155:'.length)),
      nonce,
      gasLimit: 21_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: `0x${'12'.repeat(20)}`,
      value: 1n,
      data: new Uint8Array(0),
    }),
  )

async function ready(setting: Setting = {}) {
  const cosigner = await daemon({ policyText: toml.write(defaultDocument()), ...setting })
  const device = await cosigner.connect()
  await device.makeWallet({ proposal: { suites: [1] } })
  return { cosigner, device, wallet: device.kept.share!.keys[0]!.keyId }
}

const noted = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) =>
    event.type === 'network' ? `${event.what} ${event.chain}` : [],
  )
const refusals = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) => (event.type === 'refused' ? [event.code] : []))

describe("a network of one's own", () => {
  test('is signed for once the person at the machine added it, also after a restart, and no more once it was removed', async () => {
    const store = memory()
    const { cosigner, device } = await ready({ store })
    const unknown = { decision: 'deny', rule: 'unknown-chain' }
    expect(await device.ask(hazel, transfer(hazel))).toMatchObject(unknown)
    await addNetwork(cosigner, { chain: HAZEL, own: facts })
    expect((await device.sign(hazel, transfer(hazel))).type).toBe('transaction')

    const again = await daemon({ store, policyText: '' })
    expect(networkViews(again).networks.at(-1)).toMatchObject({
      chain: HAZEL,
      name: 'Hazel Chain',
      symbol: 'HZL',
      decimals: 18,
      test: true,
      own: true,
      coins: 'unlimited',
    })
    const back = await again.connect(device.kept)
    expect((await back.sign(hazel, transfer(hazel, 1n))).type).toBe('transaction')
    expect(await removeNetwork(again, { chain: HAZEL })).toEqual({ done: true })
    expect(await back.ask(hazel, transfer(hazel, 2n))).toMatchObject(unknown)
    expect(await removeNetwork(again, { chain: HAZEL })).toEqual({ done: false })
    expect(await noted(again)).toEqual([`added ${HAZEL}`, `removed ${HAZEL}`])
  })

  test('asks a person for each payment by the default policy, where its coins may be worth something', async () => {
    const { cosigner, device } = await ready()
    await addNetwork(cosigner, { chain: HAZEL, own: { ...facts, test: false } })
    expect(await device.ask(hazel, transfer(hazel))).toMatchObject({
      decision: 'needs-factor',
      rule: 'other-assets',
    })
    expect(networkViews(cosigner).networks.at(-1)).toMatchObject({ coins: 'asks' })
  })

  test.for([
    'eip155:0',
    'eip155:01',
    'eip155:9007199254740992',
    'eip155:-1',
    'eip155:0x7a6a',
    'eip155:',
    'EIP155:31338',
    'eip155:31338:0x12',
    'solana:11111111111111111111111111111111',
    'bip122:00000000000000000000000000000000',
    'cosmos:hub-4',
    '31338',
  ])(
    "a network of one's own has a chain id of its own, and nothing else will do: %s",
    async (chain) => {
      const cosigner = await daemon()
      await expect(addNetwork(cosigner, { chain, own: facts })).rejects.toThrow('eip155:1234')
      expect(await noted(cosigner)).toEqual([])
    },
  )

  test('a main network that is not listed is no test network', async () => {
    const cosigner = await daemon()
    const chain = 'eip155:59144'
    await expect(addNetwork(cosigner, { chain, own: facts })).rejects.toThrow('Linea is no test')
    await addNetwork(cosigner, { chain, own: { ...facts, test: false } })
    expect(cosigner.parts.chain(chain)?.network.test).toBe(false)
  })

  test.for([
    ['Ethereum', 'ETH'],
    ['ethereum ', 'ETH'],
    ['Ethereum!', 'ETH'],
    ['Ηazel', 'HZL'],
    ['Haz\u202eel', 'HZL'],
    ['Haz\nel', 'HZL'],
    [' ', 'HZL'],
    ['Hazel', 'H\u200bZL'],
    ['Hazel', ' HZL'],
  ] as const)(
    "a name that is another network's, or does not look like what it is, is refused: %s",
    async ([name, symbol]) => {
      const cosigner = await daemon()
      const own = { name, symbol, test: true }
      await expect(addNetwork(cosigner, { chain: HAZEL, own })).rejects.toThrow(
        /another network|plain letters/,
      )
      expect(cosigner.parts.chain(HAZEL)).toBeUndefined()
    },
  )

  test('a network is added once; other facts need its removal first', async () => {
    const cosigner = await daemon()
    await addNetwork(cosigner, { chain: HAZEL, own: { ...facts, test: false } })
    await expect(addNetwork(cosigner, { chain: HAZEL, own: facts })).rejects.toThrow('already')
    expect(cosigner.parts.chain(HAZEL)?.network.test).toBe(false)
  })
})

describe('a listed network', () => {
  test("a listed network is switched on as it is, and is nobody's own", async () => {
    const { cosigner, device } = await ready()
    const chain = sepolia.network.id
    for (const of of [chain, 'eip155:1'])
      await expect(addNetwork(cosigner, { chain: of, own: facts })).rejects.toThrow('is known here')
    expect(await device.ask(sepolia, transfer(sepolia))).toMatchObject({ decision: 'deny' })
    await addNetwork(cosigner, { chain })
    expect(networkViews(cosigner).networks.at(-1)).toMatchObject({ name: 'Sepolia', own: false })
    expect((await device.sign(sepolia, transfer(sepolia))).type).toBe('transaction')
  })

  test('of the settings stays', async () => {
    const cosigner = await daemon()
    const chain = local.network.id
    await expect(removeNetwork(cosigner, { chain })).rejects.toThrow('the settings name')
    await expect(addNetwork(cosigner, { chain })).rejects.toThrow('already')
  })
})

test('what was allowed on a network is signed no more once it is removed', async () => {
  const { cosigner, device, wallet } = await ready()
  await addNetwork(cosigner, { chain: HAZEL, own: facts })
  for (const at of [1, 2]) {
    const how = { requestId: id(at) }
    expect((await device.ask(hazel, transfer(hazel, BigInt(at)), how)).decision).toBe('allow')
  }
  // The device does not hear that it is over, and begins.
  await cosigner.networks.remove(HAZEL)
  void device.begin(hazel, transfer(hazel, 1n), id(1)).catch(() => undefined)
  await vi.waitUntil(async () => (await refusals(cosigner)).includes('conflict'))
  const marks = (await cosigner.events()).flatMap((event) =>
    event.type === 'mark' && event.requestId?.[0] === 1 ? event.mark : [],
  )
  expect(marks).not.toContain('released')
  // What waited when the command was given is over for good, whatever is added again.
  await cosigner.networks.add(HAZEL, facts)
  await removeNetwork(cosigner, { chain: HAZEL })
  expect((await loadDecision(cosigner.parts.store, wallet, id(2)))?.state).toBe('cancelled')
})

test('where an app is enrolled, a network is added with its code', async () => {
  const clock = handClock()
  const cosigner = await daemon(clock)
  const { codes } = cosigner.parts.factors
  const link = new URL(await codes.propose())
  const secret = Secret.fromBase32(link.searchParams.get('secret') ?? '')
  const code = () => TOTP.generate({ secret, timestamp: clock.now().getTime() })
  await codes.confirm(code())
  await clock.pass(60_000)
  const adding = { chain: HAZEL, own: facts }
  await expect(addNetwork(cosigner, adding)).rejects.toThrow('is missing')
  expect(cosigner.parts.chain(HAZEL)).toBeUndefined()
  await addNetwork(cosigner, { ...adding, code: code() })
  // To take it away needs none.
  expect(await removeNetwork(cosigner, { chain: HAZEL })).toEqual({ done: true })
})
