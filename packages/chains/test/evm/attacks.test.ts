import {
  type Hex,
  bytesToHex,
  encodeFunctionData,
  hashTypedData,
  hexToBytes,
  keccak256,
  maxUint160,
  maxUint256,
  numberToHex,
  recoverMessageAddress,
  serializeTransaction,
  stringToBytes,
} from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  authorizationPayload,
  evm,
  messagePayload,
  parseTransaction,
  serializeUnsigned,
  transactionPayload,
  typedDataPayload,
} from '../../src/evm/index.ts'
import type { Explanation, Intent } from '../../src/intent.ts'
import { customNetwork, network } from '../../src/networks.ts'
import { type WarningCode, level, levels, warnings } from '../../src/risk.ts'
import { checkSignIn } from '../../src/sign-in.ts'
import type { ChainErrorCode } from '../../src/error.ts'
import { RpcFailure } from './anvil.ts'
import { testSigner } from './signer.ts'
import { ETHER, MULTICALL3, PERMIT2, type World, makeWorld } from './world.ts'

const local = network('eip155:31337')
const elsewhere = customNetwork({ id: 'eip155:31338', name: 'Other', test: true, symbol: 'OTH' })
const LATER = 2n ** 40n
const NOBODY = `0x${'0'.repeat(40)}` as const

const chain = evm(local)
const victim = testSigner(local, 'victim')
const thief = testSigner(local, 'thief')
let here: World
let there: World
let snapshots: unknown[]

beforeAll(async () => {
  here = await makeWorld(local, ['victim', 'friend', 'thief'])
  there = await makeWorld(elsewhere, ['victim', 'friend', 'thief'])
})
beforeEach(async () => {
  snapshots = await Promise.all([here, there].map(({ anvil }) => anvil.rpc('evm_snapshot')))
})
afterEach(async () => {
  await Promise.all(
    [here, there].map(({ anvil }, index) => anvil.rpc('evm_revert', snapshots[index])),
  )
})
afterAll(async () => {
  await here?.anvil.stop()
  await there?.anvil.stop()
})

const data = (name: string, functionName: string, ...args: unknown[]): Hex =>
  encodeFunctionData({ abi: here.contract(name).abi, functionName, args })

/** A transaction of the victim's, as a site would ask for it. */
async function asked(to: Hex, call: Hex, value = 0n): Promise<Uint8Array> {
  const count = await here.anvil.rpc('eth_getTransactionCount', victim.address, 'latest')
  return transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce: BigInt(String(count)),
      gasLimit: 1_000_000n,
      maxFeePerGas: 10n ** 10n,
      maxPriorityFeePerGas: 10n ** 9n,
      to,
      value,
      data: hexToBytes(call),
      accessList: [],
    }),
  )
}

const explain = (payload: Uint8Array): Explanation =>
  chain.read(payload, victim.account).explain(here.facts)

/** The victim signs and sends it. */
async function runs(payload: Uint8Array, world = here): Promise<void> {
  const signed = victim.complete(evm(world.network).read(payload, victim.account))
  if (signed.type !== 'transaction') throw new Error(signed.type)
  await sendRaw(bytesToHex(signed.raw), world)
}

async function sendRaw(raw: Hex, { anvil } = here): Promise<void> {
  const id = await anvil.rpc('eth_sendRawTransaction', raw)
  await anvil.mine()
  expect(await anvil.rpc('eth_getTransactionReceipt', id)).toMatchObject({ status: '0x1' })
}

/** What the victim's wallet gives to a site. */
function signed(payload: Uint8Array): Hex {
  const result = victim.complete(chain.read(payload, victim.account))
  if (result.type !== 'signature') throw new Error(result.type)
  return bytesToHex(result.signature)
}

const split = (signature: Hex) => ({
  r: `0x${signature.slice(2, 66)}`,
  s: `0x${signature.slice(66, 130)}`,
  v: Number(`0x${signature.slice(130)}`),
})

/** Whatever somebody does with what they got. */
const steals = async (to: Hex, call: Hex, value = 0n, world = here) =>
  world.anvil.act(thief.address, to, call, value)

const drain = async (world = here) =>
  steals(
    world.token,
    data('Token', 'transferFrom', victim.address, thief.address, 10n ** 30n),
    0n,
    world,
  )

/** Before the attack nothing can be taken. */
const isSafe = async (world = here) => expect(drain(world)).rejects.toThrow(RpcFailure)

async function asks(to: Hex, call: Hex, { anvil } = here): Promise<bigint> {
  return BigInt(String(await anvil.rpc('eth_call', { to, data: call }, 'latest')))
}

const tokensOf = (who: string, world = here) =>
  asks(world.token, data('Token', 'balanceOf', who), world)
const coinsOf = async (who: string, { anvil } = here) =>
  BigInt(String(await anvil.rpc('eth_getBalance', who, 'latest')))
const ownerOf = async (id: bigint) =>
  numberToHex(await asks(here.nft, data('Nft', 'ownerOf', id)), { size: 20 })

const codesOf = (payload: Uint8Array) => warnings(explain(payload)).map(({ code }) => code)

function isRefused(payload: Uint8Array, code: ChainErrorCode): void {
  expect(() => explain(payload)).toThrow(expect.objectContaining({ code }))
}

/** It is named at its level; what looks like it and does no harm stays below. */
function isFlagged(attack: Uint8Array, code: WarningCode, twin: Uint8Array): void {
  const found = warnings(explain(attack)).find((warning) => warning.code === code)
  expect(found?.code).toBe(code)
  if (!found) return
  const harmless = level(warnings(explain(twin)))
  expect(levels.indexOf(harmless)).toBeLessThan(levels.indexOf(found.level))
}

type Types = Readonly<Record<string, readonly { name: string; type: string }[]>>

/** `members` as in an encoded type: `address owner,uint256 value`. */
const struct = (members: string) =>
  members.split(',').map((member) => {
    const [type = '', name = ''] = member.split(' ')
    return { name, type }
  })

type Document = {
  readonly domain: Readonly<Record<string, unknown>>
  readonly types: Types
  readonly primaryType: string
  readonly message: Readonly<Record<string, unknown>>
}

const typedData = (document: Document): Uint8Array =>
  typedDataPayload(
    'v4',
    JSON.stringify(document, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  )

const permitOf = (value: bigint, chainId = 31337): Document => ({
  domain: { name: 'Token', version: '1', chainId, verifyingContract: here.token },
  types: {
    Permit: struct('address owner,address spender,uint256 value,uint256 nonce,uint256 deadline'),
  },
  primaryType: 'Permit',
  message: {
    owner: victim.address,
    spender: thief.address,
    value,
    nonce: 0n,
    deadline: LATER,
  },
})

const bringPermit = (value: bigint, signature: Hex, world = here) => {
  const { v, r, s } = split(signature)
  const call = data('Token', 'permit', victim.address, thief.address, value, LATER, v, r, s)
  return steals(world.token, call, 0n, world)
}

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

describe('signatures that are approvals', () => {
  test('a permit (EIP-2612): brought by the thief, who takes everything', async () => {
    const attack = typedData(permitOf(maxUint256))
    isFlagged(attack, 'permit', typedData(permitOf(0n)))
    isFlagged(attack, 'unlimited-approval', typedData(permitOf(0n)))
    await isSafe()
    await bringPermit(maxUint256, signed(attack))
    await drain()
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  const details = 'address token,uint160 amount,uint48 expiration,uint48 nonce'
  const permit2Of = (batch: boolean, amount: bigint): Document => {
    const one = { token: here.token, amount, expiration: Number(LATER), nonce: 0 }
    const name = batch ? 'PermitBatch' : 'PermitSingle'
    const of = batch ? 'PermitDetails[]' : 'PermitDetails'
    return {
      domain: { name: 'Permit2', chainId: 31337, verifyingContract: PERMIT2 },
      types: {
        PermitDetails: struct(details),
        [name]: struct(`${of} details,address spender,uint256 sigDeadline`),
      },
      primaryType: name,
      message: {
        details: batch ? [one] : one,
        spender: thief.address,
        sigDeadline: LATER,
      },
    }
  }

  test.for([
    ['one', false],
    ['a batch', true],
  ] as const)('a permit of Permit2 (%s): everything is taken', async ([, batch]) => {
    const document = permit2Of(batch, maxUint160)
    const attack = typedData(document)
    const twin = typedData(permit2Of(batch, 0n))
    isFlagged(attack, 'permit', twin)
    isFlagged(attack, 'unlimited-approval', twin)
    const { abi } = here.contract('Permit2')
    const permit = encodeFunctionData({
      abi: abi.filter(
        (item) =>
          item.type !== 'function' ||
          item.name !== 'permit' ||
          JSON.stringify(item).includes('PermitBatch') === batch,
      ),
      functionName: 'permit',
      args: [victim.address, document.message, signed(attack)],
    })
    const take = data(
      'Permit2',
      'transferFrom',
      victim.address,
      thief.address,
      10n ** 30n,
      here.token,
    )
    await expect(steals(PERMIT2, take)).rejects.toThrow(RpcFailure)
    await steals(PERMIT2, permit)
    await steals(PERMIT2, take)
    expect(await tokensOf(victim.address)).toBe(0n)
  })

  test('a sale for one wei, said to be a login: the token is gone', async () => {
    const offer = 'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount'
    const item = `${offer},uint256 endAmount`
    const order = (recipient: string) => ({
      offerer: victim.address,
      zone: NOBODY,
      offer: [
        { itemType: 2, token: here.nft, identifierOrCriteria: 5n, startAmount: 1n, endAmount: 1n },
      ],
      consideration: [
        {
          itemType: 0,
          token: NOBODY,
          identifierOrCriteria: 0n,
          startAmount: 1n,
          endAmount: 1n,
          recipient,
        },
      ],
      orderType: 0,
      startTime: 0n,
      endTime: LATER,
      zoneHash: `0x${'0'.repeat(64)}`,
      salt: 1n,
      conduitKey: `0x${'0'.repeat(64)}`,
      counter: 0n,
    })
    const market = await here.anvil.deploy(here.contract('Market'))
    const document = (recipient: string): Document => ({
      domain: { name: 'Seaport', version: '1.6', chainId: 31337, verifyingContract: market },
      types: {
        OrderComponents: struct(
          'address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter',
        ),
        OfferItem: struct(item),
        ConsiderationItem: struct(`${item},address recipient`),
      },
      primaryType: 'OrderComponents',
      message: order(recipient),
    })
    const login = messagePayload(stringToBytes(loginText('shop.example')))
    const attack = typedData(document(victim.address))
    isFlagged(attack, 'order', login)
    isFlagged(typedData(document(thief.address)), 'order-foreign-payee', login)
    expect(explain(attack).intents).toMatchObject([
      {
        kind: 'order',
        gives: [{ asset: `eip155:31337/erc721:${here.nft.toLowerCase()}/5` }],
        receives: [{ asset: local.native.asset, max: 1n, to: victim.address }],
      },
    ])
    await runs(await asked(here.nft, data('Nft', 'setApprovalForAll', market, true)))
    const filled = data('Market', 'fill', order(victim.address), signed(attack))
    await steals(market, filled, 1n)
    expect(await ownerOf(5n)).toBe(thief.address.toLowerCase())
  })
})

const loginText = (domain: string, address = victim.address) =>
  `${domain} wants you to sign in with your Ethereum account:
${address}

Welcome.

URI: https://${domain}/login
Version: 1
Chain ID: 31337
Nonce: 32891756
Issued At: 2026-01-01T00:00:00.000Z`

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

describe('what is signed as something else', () => {
  test('a permit for another chain is refused, where it would be taken', async () => {
    const document = permitOf(maxUint256, 31338)
    isRefused(typedData(document), 'wrong-chain')
    expect(explain(typedData(permitOf(1n))).intents).toMatchObject([{ kind: 'approve' }])

    expect(there.token).toBe(here.token)
    const bytes = victim.sign(hexToBytes(hashTypedData(document as never)))
    bytes[64] = 27 + (bytes[64] ?? 0)
    await isSafe(there)
    await bringPermit(maxUint256, bytesToHex(bytes), there)
    await drain(there)
    expect(await tokensOf(victim.address, there)).toBe(0n)
    expect(await tokensOf(victim.address)).toBeGreaterThan(0n)
  })

  /** What a wallet would give that signs bytes, or their hash, as they come. */
  async function blindlySigned(payload: Uint8Array): Promise<Hex> {
    const transaction = parseTransaction(unsignedIn(payload))
    if (transaction.type !== 2) throw new Error('type 2')
    const signature = victim.sign(hexToBytes(keccak256(unsignedIn(payload))))
    const hex = bytesToHex(signature)
    return serializeTransaction(
      {
        type: 'eip1559',
        chainId: 31337,
        nonce: Number(transaction.nonce),
        gas: transaction.gasLimit,
        to: thief.address,
        value: transaction.value,
        maxFeePerGas: transaction.maxFeePerGas,
        maxPriorityFeePerGas: transaction.maxPriorityFeePerGas,
      },
      { r: `0x${hex.slice(2, 66)}`, s: `0x${hex.slice(66, 130)}`, yParity: signature[64] ?? 0 },
    )
  }

  /** The payload's only part. */
  const unsignedIn = (payload: Uint8Array) => payload.subarray(5)

  test("a transaction's hash as a message (eth_sign) is refused: it would send the coins", async () => {
    const payload = await asked(thief.address, '0x', 500n * ETHER)
    const hash = keccak256(unsignedIn(payload))
    isRefused(messagePayload(hexToBytes(hash)), 'wrong-domain')
    isRefused(messagePayload(stringToBytes(hash)), 'wrong-domain')
    expect(
      explain(messagePayload(stringToBytes('exactly thirty-two letters, yes.'))).intents,
    ).toMatchObject([{ kind: 'message', text: 'exactly thirty-two letters, yes.' }])
    const before = await coinsOf(thief.address)
    await sendRaw(await blindlySigned(payload))
    expect(await coinsOf(thief.address)).toBe(before + 500n * ETHER)
  })

  test('a transaction as a message is refused, as bytes and as hex', async () => {
    const payload = await asked(thief.address, '0x', 7n)
    isRefused(messagePayload(unsignedIn(payload)), 'wrong-domain')
    isRefused(messagePayload(stringToBytes(bytesToHex(unsignedIn(payload)))), 'wrong-domain')
    const own = `Order ${bytesToHex(unsignedIn(payload))}`
    expect(explain(messagePayload(stringToBytes(own))).intents).toMatchObject([
      { kind: 'message', text: own },
    ])
    const before = await coinsOf(thief.address)
    await sendRaw(await blindlySigned(payload))
    expect(await coinsOf(thief.address)).toBe(before + 7n)
  })

  test('a login for another site is recognised: it would open the account there', async () => {
    const text = loginText('bank.example')
    const payload = messagePayload(stringToBytes(text))
    const [signIn] = explain(payload).intents
    if (signIn?.kind !== 'sign-in') throw new Error(signIn?.kind)
    const at = (origin: string) =>
      checkSignIn(signIn, {
        origin,
        address: victim.address,
        chain: local.id,
        now: new Date('2026-01-01T00:01:00Z'),
      })
    expect(at('https://bank.example')).toEqual([])
    expect(at('https://bank.example.evil.example')).toContain('domain')
    // What the real site checks: its own domain, and who signed.
    const signature = signed(payload)
    expect(await recoverMessageAddress({ message: text, signature })).toBe(victim.address)
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
