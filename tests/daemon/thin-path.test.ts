import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm, evmClient } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { type DaemonProcess, startDaemon } from './daemon.ts'
import { type TestDevice, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
let anvil: Anvil
let daemon: DaemonProcess
let device: TestDevice

beforeAll(async () => {
  anvil = await startAnvil()
  daemon = await startDaemon(home)
  device = await pairDevice(daemon.link)
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  await anvil.stop()
  rmSync(home, { recursive: true })
})

const to = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const account = () => {
  const [own] = chain.addresses(device.keyAt, 0)
  if (!own) throw new Error('one address')
  return own
}

describe('a device and a co-signer in two processes', () => {
  test('sign an EVM transfer that a chain mines', async () => {
    const ether = 10n ** 18n
    await anvil.setBalances(10n * ether, [account().address])
    const client = evmClient(chain.network, { url: anvil.url, door: fetch })
    const own = {
      id: `${chain.network.id}:${account().address}`,
      number: 0,
      addresses: [account()],
      own: new Map([[account().key, account()]]),
    }
    const payload = await client.build(
      { asset: chain.network.native.asset, to, amount: ether, tier: 'normal' },
      own,
    )
    const before = await anvil.rpc('eth_getBalance', to, 'latest')
    const signed = await device.sign(chain, payload)
    if (signed.type !== 'transaction') throw new Error(signed.type)
    expect(await client.submit(signed)).toBe(signed.id)
    await anvil.mine()
    const after = await anvil.rpc('eth_getBalance', to, 'latest')
    expect(BigInt(String(after)) - BigInt(String(before))).toBe(ether)
  })
})
