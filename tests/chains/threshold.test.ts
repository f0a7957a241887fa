/** What two machines sign together, and what the engines of three chains say to it. */
import {
  type Account,
  type Chain,
  type Signed,
  account as accountOf,
  customNetwork,
  network,
} from '@tandem/chains'
import { bitcoin, bitcoinClient, messagePayload as bip322 } from '@tandem/chains/bitcoin'
import {
  authorizationPayload,
  evm,
  evmClient,
  messagePayload,
  serializeUnsigned,
  transactionPayload,
  typedDataPayload,
} from '@tandem/chains/evm'
import { messagePayload as solanaMessage, solana, solanaClient } from '@tandem/chains/solana'
import { recoverMessageAddress, recoverTypedDataAddress, toHex } from 'viem'
import { recoverAuthorizationAddress } from 'viem/utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { key, svm } from '../../packages/chains/test/solana/svm.ts'
import { esplora } from './bitcoin/esplora.ts'
import { GENESIS, solanaNode } from './solana/rpc.ts'
import { type ThresholdWallet, thresholdWallet } from './threshold.ts'

let wallet: ThresholdWallet
beforeAll(async () => {
  wallet = await thresholdWallet('three chains')
})

const accountAt = (chain: Chain, number = 0): Account =>
  accountOf(chain.network.id, number, chain.addresses(wallet.keyAt, number, 3))

/** Read, signed by both machines, put together. */
function sign(chain: Chain, payload: Uint8Array, account = accountAt(chain)): Signed {
  const reading = chain.read(payload, account)
  return reading.assemble(wallet.sign(reading.digests()))
}

function transactionOf(signed: Signed): Extract<Signed, { type: 'transaction' }> {
  if (signed.type !== 'transaction') throw new Error(`expected a transaction, got ${signed.type}`)
  return signed
}

function signatureOf(signed: Signed): Uint8Array {
  if (signed.type !== 'signature') throw new Error(`expected a signature, got ${signed.type}`)
  return signed.signature
}

describe('on an EVM chain two machines', () => {
  const chain = evm(network('eip155:31337'))
  let anvil: Anvil
  beforeAll(async () => {
    anvil = await startAnvil()
    await anvil.setBalances(10n ** 20n, [accountAt(chain).addresses[0]!.address])
  })
  afterAll(() => anvil.stop())

  const to = `0x${'12'.repeat(20)}` as const
  const self = () => accountAt(chain).addresses[0]!.address as `0x${string}`

  test.for([0, 1, 2, 4] as const)('move an ether by a transaction of type %s', async (type) => {
    const nonce = BigInt(String(await anvil.rpc('eth_getTransactionCount', self(), 'latest')))
    const common = {
      chainId: 31337n,
      nonce,
      gasLimit: 100_000n,
      to,
      value: 10n ** 18n,
      data: new Uint8Array(0),
    }
    const fees = { maxFeePerGas: 2n * 10n ** 10n, maxPriorityFeePerGas: 10n ** 9n }
    const unsigned =
      type === 0
        ? serializeUnsigned({ ...common, type, gasPrice: 2n * 10n ** 10n })
        : type === 1
          ? serializeUnsigned({ ...common, type, gasPrice: 2n * 10n ** 10n, accessList: [] })
          : type === 2
            ? serializeUnsigned({ ...common, ...fees, type, accessList: [] })
            : serializeUnsigned({
                ...common,
                ...fees,
                type,
                accessList: [],
                authorizationList: [authorized(nonce + 1n)],
              })
    const balance = async () => BigInt(String(await anvil.rpc('eth_getBalance', to, 'latest')))
    const before = await balance()
    const client = evmClient(chain.network, { url: anvil.url, door: fetch })
    const signed = transactionOf(sign(chain, transactionPayload(unsigned)))
    expect(await client.submit(signed)).toBe(signed.id)
    await anvil.mine()
    expect(await client.status(signed.id)).toMatchObject({ state: 'confirmed' })
    expect((await balance()) - before).toBe(10n ** 18n)
    if (type === 4)
      expect(await anvil.rpc('eth_getCode', self(), 'latest')).toBe(`0xef0100${'ab'.repeat(20)}`)
  })

  /** The account's own authorization, which two machines signed as well. */
  function authorized(nonce: bigint) {
    const fields = { chainId: 31337n, address: `0x${'ab'.repeat(20)}`, nonce }
    const signature = signatureOf(sign(chain, authorizationPayload(fields)))
    return {
      ...fields,
      r: BigInt(toHex(signature.subarray(0, 32))),
      s: BigInt(toHex(signature.subarray(32, 64))),
      yParity: BigInt((signature[64] ?? 0) % 27),
    }
  }

  test('sign an authorization that recovers to the account', async () => {
    const { r, s, yParity } = authorized(7n)
    const authorization = {
      chainId: 31337,
      address: `0x${'ab'.repeat(20)}`,
      nonce: 7,
      r: toHex(r, { size: 32 }),
      s: toHex(s, { size: 32 }),
      yParity: Number(yParity),
    } as const
    expect(await recoverAuthorizationAddress({ authorization })).toBe(self())
  })

  test('sign a personal message that recovers to the account', async () => {
    const message = 'I am the owner of this account.'
    const signature = signatureOf(sign(chain, messagePayload(new TextEncoder().encode(message))))
    expect(await recoverMessageAddress({ message, signature })).toBe(self())
  })

  test('sign typed data that recovers to the account', async () => {
    const data = {
      types: { Note: [{ name: 'text', type: 'string' }] },
      primaryType: 'Note',
      domain: { name: 'Notes', chainId: 31337 },
      message: { text: 'hello' },
    } as const
    const payload = typedDataPayload('v4', JSON.stringify(data))
    const signature = toHex(signatureOf(sign(chain, payload)))
    expect(await recoverTypedDataAddress({ ...data, signature })).toBe(self())
  })
})

describe('on Bitcoin two machines', () => {
  const chain = bitcoin(network('bip122:0f9188f13cb7b2c71f2a335e3a4fc328'))
  let node: Awaited<ReturnType<typeof esplora>>
  beforeAll(async () => {
    node = await esplora()
  })
  afterAll(() => node.close())

  const payee = () => accountAt(chain, 9).addresses[0]!.address

  test.for([
    ['P2WPKH', 1, ['p2wpkh'], false],
    ['P2TR', 2, ['p2tr'], false],
    ['P2WPKH change', 3, ['p2wpkh'], true],
    ['P2TR change', 4, ['p2tr'], true],
    ['P2WPKH and P2TR together', 5, ['p2wpkh', 'p2tr'], false],
  ] as const)('spend from %s', async ([, number, types, change]) => {
    const account = accountAt(chain, number)
    for (const type of types) {
      const own = account.addresses.find((one) => one.type === type && one.change === change)
      if (!own) throw new Error('an address of each type')
      node.chain.fund(Buffer.from(own.key, 'hex'), 100_000n)
    }
    node.chain.mine()
    const client = bitcoinClient(chain.network, { url: node.url, door: fetch })
    const payload = await client.build(
      {
        asset: chain.network.native.asset,
        to: payee(),
        amount: BigInt(types.length) * 60_000n,
        tier: 'normal',
      },
      account,
    )
    // The ledger runs every script with an independent interpreter before it takes a transaction.
    const signed = transactionOf(sign(chain, payload, account))
    expect(await client.submit(signed)).toBe(signed.id)
    node.chain.mine()
    expect(await client.status(signed.id)).toMatchObject({ state: 'confirmed' })
  })

  test('have the Taproot output key that the signing side computes', () => {
    for (const own of accountAt(chain).addresses.filter(({ type }) => type === 'p2tr'))
      expect(own.key).toBe(`5120${Buffer.from(wallet.outputKey(own.path)).toString('hex')}`)
  })

  test.for(['p2wpkh', 'p2tr'] as const)('prove that a %s address is theirs', (type) => {
    const account = accountAt(chain)
    const own = account.addresses.find((one) => one.type === type)!
    const signature = signatureOf(
      sign(chain, bip322(own.address, new TextEncoder().encode('mine'))),
    )
    // A witness: a count, then its items. P2WPKH has signature and key, P2TR a signature.
    expect(signature[0]).toBe(type === 'p2wpkh' ? 2 : 1)
  })
})

describe('on Solana two machines', () => {
  test('move SOL in the real virtual machine, and sign a message', async () => {
    const local = customNetwork({
      id: `solana:${GENESIS.slice(0, 32)}`,
      name: 'Local Solana',
      test: true,
      symbol: 'SOL',
    })
    const chain = solana(local)
    const vm = svm()
    const node = await solanaNode(vm)
    try {
      const own = accountAt(chain)
      vm.airdrop(own.addresses[0]!.address, 10n ** 9n)
      const to = key('payee').address
      const client = solanaClient(local, { url: node.url, door: fetch })
      const payload = await client.build(
        { asset: local.native.asset, to, amount: 5n * 10n ** 8n, tier: 'normal' },
        own,
      )
      const signed = transactionOf(sign(chain, payload))
      expect(await client.submit(signed)).toBe(signed.id)
      expect(vm.account(to)?.lamports).toBe(5n * 10n ** 8n)
      expect(
        signatureOf(sign(chain, solanaMessage(new TextEncoder().encode('hello')))).length,
      ).toBe(64)
    } finally {
      await node.close()
    }
  })
})
