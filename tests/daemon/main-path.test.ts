import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type Account,
  type Chain,
  type Signed,
  account as accountOf,
  network,
} from '@tandem/chains'
import { bitcoin, bitcoinClient } from '@tandem/chains/bitcoin'
import { evm, evmClient } from '@tandem/chains/evm'
import { solana, solanaClient, transactionPayload } from '@tandem/chains/solana'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { wire } from '../../packages/chains/test/solana/message.ts'
import { type Svm, key, svm } from '../../packages/chains/test/solana/svm.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { esplora } from '../chains/bitcoin/esplora.ts'
import { type SolanaNode, solanaNode } from '../chains/solana/rpc.ts'
import { type DaemonProcess, startWith } from './daemon.ts'
import { type SealedBy, sealings } from './sealings.ts'
import { type Kept, type TestDevice, callAgain, pairDevice } from './test-device.ts'

const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'
const ethereum = evm(network('eip155:31337'))
const regtest = bitcoin(network('bip122:0f9188f13cb7b2c71f2a335e3a4fc328'))
const devnet = solana(network(`solana:${DEVNET.slice(0, 32)}`))
const chains = [ethereum, regtest, devnet].map((chain) => chain.network.id)

let anvil: Anvil
let blocks: Awaited<ReturnType<typeof esplora>>
let vm: Svm
let node: SolanaNode
beforeAll(async () => {
  anvil = await startAnvil()
  blocks = await esplora()
  vm = svm()
  node = await solanaNode(vm, DEVNET)
})
afterAll(async () => {
  await anvil.stop()
  await blocks.close()
  await node.close()
})

const accountAt = (device: TestDevice, chain: Chain): Account =>
  accountOf(chain.network.id, 0, chain.addresses(device.keyAt, 0))

function transactionOf(signed: Signed): Extract<Signed, { type: 'transaction' }> {
  if (signed.type !== 'transaction') throw new Error(`expected a transaction, got ${signed.type}`)
  return signed
}

/** An ether, that the chain mines. */
async function payEther(device: TestDevice): Promise<void> {
  const own = accountAt(device, ethereum)
  await anvil.setBalances(10n ** 20n, [own.addresses[0]!.address])
  const client = evmClient(ethereum.network, { url: anvil.url, door: fetch })
  const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const { asset } = ethereum.network.native
  const payload = await client.build({ asset, to, amount: 10n ** 18n, tier: 'normal' }, own)
  const balance = async () => BigInt(String(await anvil.rpc('eth_getBalance', to, 'latest')))
  const before = await balance()
  const signed = transactionOf(await device.sign(ethereum, payload))
  expect(await client.submit(signed)).toBe(signed.id)
  await anvil.mine()
  expect((await balance()) - before).toBe(10n ** 18n)
}

/** From one output of each type, with an interpreter of its own before each is taken. */
async function payBitcoin(device: TestDevice): Promise<void> {
  const own = accountAt(device, regtest)
  for (const type of ['p2wpkh', 'p2tr']) {
    const address = own.addresses.find((one) => one.type === type && !one.change)
    blocks.chain.fund(Buffer.from(address!.key, 'hex'), 100_000n)
  }
  blocks.chain.mine()
  const client = bitcoinClient(regtest.network, { url: blocks.url, door: fetch })
  const to = own.addresses.find((one) => one.type === 'p2tr' && one.change)!.address
  const { asset } = regtest.network.native
  const payload = await client.build({ asset, to, amount: 150_000n, tier: 'normal' }, own)
  expect(regtest.read(payload, own).digests()).toHaveLength(2)
  const signed = transactionOf(await device.sign(regtest, payload))
  expect(await client.submit(signed)).toBe(signed.id)
  blocks.chain.mine()
  expect(await client.status(signed.id)).toMatchObject({ state: 'confirmed' })
}

/** Half a SOL, as a transaction of each format. */
async function paySol(device: TestDevice): Promise<void> {
  const own = accountAt(device, devnet)
  const from = own.addresses[0]!.address
  vm.airdrop(from, 2n * 10n ** 9n)
  const to = key(from).address
  const client = solanaClient(devnet.network, { url: node.url, door: fetch })
  const { asset } = devnet.network.native
  const amount = 5n * 10n ** 8n
  const legacy = await client.build({ asset, to, amount, tier: 'normal' }, own)
  const v0 = transactionPayload(wire(from, vm.blockhash(), [system.transfer(from, to, amount)], {}))
  const before = vm.account(to)?.lamports ?? 0n
  for (const payload of [legacy, v0]) {
    const signed = transactionOf(await device.sign(devnet, payload))
    expect(await client.submit(signed)).toBe(signed.id)
  }
  expect((vm.account(to)?.lamports ?? 0n) - before).toBe(2n * amount)
  vm.expire()
}

describe.each(sealings)('a daemon sealed by $name', ({ isHere, start }) => {
  const home = mkdtempSync(join(tmpdir(), 'tandem-path-'))
  let by: SealedBy | undefined
  let daemon: DaemonProcess | undefined
  let kept: Kept
  let accounts: string[]

  beforeAll(async () => {
    if (isHere) by = await start(home)
  })
  afterAll(async () => {
    await daemon?.stop()
    await by?.end()
    rmSync(home, { recursive: true })
  })

  async function run(): Promise<DaemonProcess> {
    daemon = await startWith(home, { chains, settings: by?.settings ?? '', init: [] })
    return daemon
  }

  /** @returns the accounts that paid. */
  async function signAll(device: TestDevice): Promise<string[]> {
    await payEther(device)
    await payBitcoin(device)
    await paySol(device)
    await device.close()
    ;({ kept } = device)
    return [ethereum, regtest, devnet].map((chain) => accountAt(device, chain).id)
  }

  test.skipIf(!isHere)('pairs, makes a wallet and signs what three chains take', async () => {
    const { link } = await run()
    const device = await pairDevice(link)
    await device.makeWallet()
    accounts = await signAll(device)
    expect(accounts).toHaveLength(3)
  })

  test.skipIf(!isHere)('signs with the same wallet after it started again', async () => {
    await daemon?.stop()
    const { address } = await run()
    expect(await signAll(await callAgain(address, kept))).toEqual(accounts)
  })
})
