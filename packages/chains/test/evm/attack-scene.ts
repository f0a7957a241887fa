import { type Hex, bytesToHex, encodeFunctionData, hexToBytes, numberToHex } from 'viem'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import {
  evm,
  serializeUnsigned,
  transactionPayload,
  typedDataPayload,
} from '../../src/evm/index.ts'
import type { Explanation } from '../../src/intent.ts'
import { customNetwork, network } from '../../src/networks.ts'
import { type WarningCode, level, levels, warnings } from '../../src/risk.ts'
import type { ChainErrorCode } from '../../src/error.ts'
import { RpcFailure } from './anvil.ts'
import { testSigner } from './signer.ts'
import { type World, makeWorld } from './world.ts'

/**
 * Two chains with the same contracts, a victim whose key is here, and a thief. Each test leaves them
 * as they were.
 */
export const local = network('eip155:31337')
const elsewhere = customNetwork({ id: 'eip155:31338', name: 'Other', test: true, symbol: 'OTH' })
export const LATER = 2n ** 40n
export const NOBODY = `0x${'0'.repeat(40)}` as const

const chain = evm(local)
export const victim = testSigner(local, 'victim')
export const thief = testSigner(local, 'thief')
export let here: World
export let there: World
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

export const data = (name: string, functionName: string, ...args: unknown[]): Hex =>
  encodeFunctionData({ abi: here.contract(name).abi, functionName, args })

/** A transaction of the victim's, as a site would ask for it. */
export async function asked(to: Hex, call: Hex, value = 0n): Promise<Uint8Array> {
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

export const explain = (payload: Uint8Array): Explanation =>
  chain.read(payload, victim.account).explain(here.facts)

/** The victim signs and sends it. */
export async function runs(payload: Uint8Array, world = here): Promise<void> {
  const signed = victim.complete(evm(world.network).read(payload, victim.account))
  if (signed.type !== 'transaction') throw new Error(signed.type)
  await sendRaw(bytesToHex(signed.raw), world)
}

export async function sendRaw(raw: Hex, { anvil } = here): Promise<void> {
  const id = await anvil.rpc('eth_sendRawTransaction', raw)
  await anvil.mine()
  expect(await anvil.rpc('eth_getTransactionReceipt', id)).toMatchObject({ status: '0x1' })
}

/** What the victim's wallet gives to a site. */
export function signed(payload: Uint8Array): Hex {
  const result = victim.complete(chain.read(payload, victim.account))
  if (result.type !== 'signature') throw new Error(result.type)
  return bytesToHex(result.signature)
}

export const split = (signature: Hex) => ({
  r: `0x${signature.slice(2, 66)}`,
  s: `0x${signature.slice(66, 130)}`,
  v: Number(`0x${signature.slice(130)}`),
})

/** Whatever somebody does with what they got. */
export const steals = async (to: Hex, call: Hex, value = 0n, world = here) =>
  world.anvil.act(thief.address, to, call, value)

export const drain = async (world = here) =>
  steals(
    world.token,
    data('Token', 'transferFrom', victim.address, thief.address, 10n ** 30n),
    0n,
    world,
  )

/** Before the attack nothing can be taken. */
export const isSafe = async (world = here) => expect(drain(world)).rejects.toThrow(RpcFailure)

async function asks(to: Hex, call: Hex, { anvil } = here): Promise<bigint> {
  return BigInt(String(await anvil.rpc('eth_call', { to, data: call }, 'latest')))
}

export const tokensOf = (who: string, world = here) =>
  asks(world.token, data('Token', 'balanceOf', who), world)
export const coinsOf = async (who: string, { anvil } = here) =>
  BigInt(String(await anvil.rpc('eth_getBalance', who, 'latest')))
export const ownerOf = async (id: bigint) =>
  numberToHex(await asks(here.nft, data('Nft', 'ownerOf', id)), { size: 20 })

export const codesOf = (payload: Uint8Array) => warnings(explain(payload)).map(({ code }) => code)

export function isRefused(payload: Uint8Array, code: ChainErrorCode): void {
  expect(() => explain(payload)).toThrow(expect.objectContaining({ code }))
}

/** It is named at its level; what looks like it and does no harm stays below. */
export function isFlagged(attack: Uint8Array, code: WarningCode, twin: Uint8Array): void {
  const found = warnings(explain(attack)).find((warning) => warning.code === code)
  expect(found?.code).toBe(code)
  if (!found) return
  const harmless = level(warnings(explain(twin)))
  expect(levels.indexOf(harmless)).toBeLessThan(levels.indexOf(found.level))
}

type Types = Readonly<Record<string, readonly { name: string; type: string }[]>>

/** `members` as in an encoded type: `address owner,uint256 value`. */
export const struct = (members: string) =>
  members.split(',').map((member) => {
    const [type = '', name = ''] = member.split(' ')
    return { name, type }
  })

export type Document = {
  readonly domain: Readonly<Record<string, unknown>>
  readonly types: Types
  readonly primaryType: string
  readonly message: Readonly<Record<string, unknown>>
}

export const typedData = (document: Document): Uint8Array =>
  typedDataPayload(
    'v4',
    JSON.stringify(document, (_, value: unknown) =>
      typeof value === 'bigint' ? value.toString() : value,
    ),
  )

export const permitOf = (value: bigint, chainId = 31337): Document => ({
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

export const bringPermit = (value: bigint, signature: Hex, world = here) => {
  const { v, r, s } = split(signature)
  const call = data('Token', 'permit', victim.address, thief.address, value, LATER, v, r, s)
  return steals(world.token, call, 0n, world)
}

export const loginText = (domain: string, address = victim.address) =>
  `${domain} wants you to sign in with your Ethereum account:
${address}

Welcome.

URI: https://${domain}/login
Version: 1
Chain ID: 31337
Nonce: 32891756
Issued At: 2026-01-01T00:00:00.000Z`
