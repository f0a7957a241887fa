import { type Hex, bytesToHex, maxUint256, numberToHex } from 'viem'
import { describe, expect, test } from 'vitest'
import {
  authorizationPayload,
  evm,
  serializeUnsigned,
  transactionPayload,
} from '../../src/evm/index.ts'
import type { Intent } from '../../src/intent.ts'
import { RpcFailure } from './anvil.ts'
import { testSigner } from './signer.ts'
import { ETHER, MULTICALL3, type World } from './world.ts'
import {
  type Document,
  NOBODY,
  victim,
  thief,
  here,
  there,
  data,
  asked,
  explain,
  runs,
  sendRaw,
  signed,
  split,
  steals,
  drain,
  isSafe,
  tokensOf,
  coinsOf,
  ownerOf,
  codesOf,
  isRefused,
  isFlagged,
  struct,
  typedData,
} from './attack-scene.ts'

describe('approvals', () => {
  test('an unlimited approval: everything is taken', async () => {
    const attack = await asked(here.token, data('Token', 'approve', thief.address, maxUint256))
    const twin = await asked(here.token, data('Token', 'approve', thief.address, 10n))
    isFlagged(attack, 'unlimited-approval', twin)
    expect(codesOf(twin)).toEqual(['approval'])
    await isSafe()
    await runs(attack)
    await drain()
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  test('an approval in a multicall: everything is taken', async () => {
    const multicall = (call: Hex) => data('Token', 'multicall', [call])
    const hidden = data('Token', 'approve', thief.address, maxUint256)
    const attack = await asked(here.token, multicall(hidden))
    const sent = data('Token', 'transfer', thief.address, 1n)
    const twin = await asked(here.token, multicall(sent))
    isFlagged(attack, 'unlimited-approval', twin)
    await isSafe()
    await runs(attack)
    await drain()
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  test('an increased allowance: everything is taken', async () => {
    const more = (amount: bigint) => data('Token', 'increaseAllowance', thief.address, amount)
    const attack = await asked(here.token, more(1n << 255n))
    const twin = await asked(here.token, data('Token', 'decreaseAllowance', thief.address, 0n))
    isFlagged(attack, 'unlimited-approval', twin)
    expect(codesOf(await asked(here.token, more(10n ** 30n)))).toEqual(['approval'])
    await isSafe()
    await runs(attack)
    await drain()
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  test('all of a collection approved: every token of it is taken', async () => {
    const all = (yes: boolean) => data('Nft', 'setApprovalForAll', thief.address, yes)
    const attack = await asked(here.nft, all(true))
    isFlagged(attack, 'approve-all', await asked(here.nft, all(false)))
    const take = data('Nft', 'transferFrom', victim.address, thief.address, 3n)
    await expect(steals(here.nft, take)).rejects.toThrow(RpcFailure)
    await runs(attack)
    await steals(here.nft, take)
    expect(await ownerOf(3n)).toBe(thief.address.toLowerCase())
  })
})

describe('control over an account', () => {
  test("a Safe's delegatecall (Bybit): its code is replaced and its coins are gone", async () => {
    const safe = here.people[0]?.safe ?? NOBODY
    const hijack = await here.anvil.deploy(here.contract('Hijack'))
    const backdoor = await here.anvil.deploy(here.contract('Backdoor'))
    const call = data('Hijack', 'transfer', backdoor, 0n)
    const to = (operation: number, target: Hex): Document => ({
      domain: { chainId: 31337, verifyingContract: safe },
      types: {
        SafeTx: struct(
          'address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 baseGas,uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce',
        ),
      },
      primaryType: 'SafeTx',
      message: {
        to: target,
        value: 0n,
        data: operation === 1 ? call : data('Token', 'transfer', thief.address, 1n),
        operation,
        safeTxGas: 0n,
        baseGas: 0n,
        gasPrice: 0n,
        gasToken: NOBODY,
        refundReceiver: NOBODY,
        nonce: 0n,
      },
    })
    const attack = typedData(to(1, hijack))
    const twin = typedData(to(0, here.token))
    isFlagged(attack, 'delegatecall', twin)

    const rest = [0n, 0n, 0n, NOBODY, NOBODY]
    const executed = (signature: Hex) =>
      data('Safe', 'execTransaction', hijack, 0n, call, 1, ...rest, signature)
    const own = `0x${victim.address.slice(2).padStart(64, '0')}${'0'.repeat(64)}01` as const
    expect(codesOf(await asked(safe, executed(own)))).toContain('delegatecall')

    await steals(safe, executed(signed(attack)))
    const slot = await here.anvil.rpc('eth_getStorageAt', safe, '0x0', 'latest')
    expect(BigInt(String(slot))).toBe(BigInt(backdoor))
    await steals(safe, data('Backdoor', 'sweepETH', thief.address))
    expect(await coinsOf(safe)).toBe(0n)
  })

  test('an upgrade of a proxy: the new code empties it', async () => {
    const vault = here.people[0]?.vault ?? NOBODY
    await runs(await asked(here.token, data('Token', 'transfer', vault, 1_000n)))
    const worse = await here.anvil.deploy(here.contract('ThiefVault'))
    const attack = await asked(vault, data('Vault', 'upgradeToAndCall', worse, '0x'))
    const twin = await asked(here.token, data('Token', 'transfer', vault, 1_000n))
    isFlagged(attack, 'upgrade', twin)
    await runs(attack)
    const slot = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc'
    const implementation = await here.anvil.rpc('eth_getStorageAt', vault, slot, 'latest')
    expect(BigInt(String(implementation))).toBe(BigInt(worse))
    await steals(vault, data('ThiefVault', 'sweep', here.token))
    expect(await tokensOf(vault)).toBe(0n)
  })

  /** Brought to a chain by the thief, who then empties the account. */
  async function sweep(world: World, sweeper: Hex, chainId: bigint, signature: Hex) {
    const bringer = testSigner(world.network, 'thief')
    const nonce = await world.anvil.rpc('eth_getTransactionCount', thief.address, 'latest')
    const { r, s } = split(signature)
    const yParity = BigInt(`0x${signature.slice(130)}`)
    const own = await world.anvil.rpc('eth_getTransactionCount', victim.address, 'latest')
    const payload = transactionPayload(
      serializeUnsigned({
        type: 4,
        chainId: BigInt(world.anvil.chainId),
        nonce: BigInt(String(nonce)),
        gasLimit: 1_000_000n,
        maxFeePerGas: 10n ** 10n,
        maxPriorityFeePerGas: 10n ** 9n,
        to: thief.address,
        value: 0n,
        data: new Uint8Array(),
        accessList: [],
        authorizationList: [
          {
            chainId,
            address: sweeper,
            nonce: BigInt(String(own)),
            yParity: yParity > 1n ? yParity - 27n : yParity,
            r: BigInt(r),
            s: BigInt(s),
          },
        ],
      }),
    )
    const done = bringer.complete(evm(world.network).read(payload, bringer.account))
    if (done.type !== 'transaction') throw new Error(done.type)
    await sendRaw(bytesToHex(done.raw), world)
    const everything = data('Sweeper', 'sweep', world.token, thief.address)
    await steals(victim.address, everything, 0n, world)
    expect(await coinsOf(victim.address, world)).toBe(0n)
    expect(await tokensOf(victim.address, world)).toBe(0n)
  }

  test('a delegation (EIP-7702): everything is taken, with chain id 0 on every chain', async () => {
    const [sweeper, again] = [
      await here.anvil.deploy(here.contract('Sweeper')),
      await there.anvil.deploy(there.contract('Sweeper')),
    ]
    expect(sweeper).toBe(again)
    const count = await here.anvil.rpc('eth_getTransactionCount', victim.address, 'latest')
    const nonce = BigInt(String(count))
    const to = (address: Hex, chainId: bigint) => authorizationPayload({ chainId, address, nonce })
    isFlagged(to(sweeper, 31337n), 'delegation', to(NOBODY, 31337n))
    isFlagged(to(sweeper, 0n), 'delegation-every-chain', to(NOBODY, 0n))
    expect(codesOf(to(sweeper, 31337n))).not.toContain('delegation-every-chain')

    const signature = signed(to(sweeper, 0n))
    await sweep(here, sweeper, 0n, signature)
    await sweep(there, sweeper, 0n, signature)
    isRefused(to(sweeper, 31338n), 'wrong-chain')
  })
})

describe('what a preview hides', () => {
  test('a contract that pays in the preview and keeps everything when it runs', async () => {
    const pill = await here.anvil.deploy(here.contract('RedPill'))
    await here.anvil.setBalances(100n * ETHER, [pill])
    const attack = await asked(pill, data('RedPill', 'claim'), 10n * ETHER)
    const preview = await here.anvil.rpc(
      'debug_traceCall',
      {
        from: victim.address,
        to: pill,
        data: data('RedPill', 'claim'),
        value: numberToHex(10n * ETHER),
      },
      'latest',
      { tracer: 'callTracer' },
    )
    expect(preview).toMatchObject({
      calls: [{ to: victim.address.toLowerCase(), value: numberToHex(20n * ETHER) }],
    })

    const before = explain(attack)
    isFlagged(attack, 'unknown-call', await asked(pill, '0x', 10n * ETHER))
    expect(before.intents).toMatchObject([{ kind: 'call', target: pill, value: 10n * ETHER }])
    const had = await coinsOf(victim.address)
    await runs(attack)
    expect(await coinsOf(victim.address)).toBeLessThan(had - 10n * ETHER)
    // What is said rests on the request alone, so no chain can change it.
    expect(explain(attack)).toEqual(before)
  })

  test('coins that go with a call are named, and so is what others do with an allowance', async () => {
    const take = data('Token', 'transferFrom', victim.address, thief.address, 9n)
    const aggregate = data('Multicall3', 'aggregate3', [
      { target: here.token, allowFailure: false, callData: take },
    ])
    const payload = await asked(MULTICALL3, aggregate)
    const isTransfer = (intent: Intent) =>
      intent.kind === 'batch' && intent.steps.some(({ kind }) => kind === 'transfer')
    expect(explain(payload).intents.some(isTransfer)).toBe(true)
    await runs(payload)
    expect(await tokensOf(victim.address)).toBe(10n ** 30n - 9n)
  })
})
