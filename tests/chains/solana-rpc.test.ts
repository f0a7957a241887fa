import {
  type Address,
  type Base64EncodedWireTransaction,
  type Signature,
  createSolanaRpc,
  devnet,
  lamports,
} from '@solana/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { give, mint } from '../../packages/chains/test/solana/fixture.ts'
import { base58Of } from '../../packages/chains/test/solana/addresses.ts'
import { system } from '../../packages/chains/test/solana/system.ts'
import { signed, signers, wire } from '../../packages/chains/test/solana/message.ts'
import { key, svm } from '../../packages/chains/test/solana/svm.ts'
import { GENESIS, type SolanaNode, solanaNode } from './solana/rpc.ts'

const vm = svm()
const [ana, ben] = [key('ana'), key('ben')]
const [anaAddress, benAddress] = [ana.address as Address, ben.address as Address]
let node: SolanaNode
let rpc: ReturnType<typeof connect>

/** As a cluster that gives coins away. */
const connect = (url: string) => createSolanaRpc(devnet(url))

beforeAll(async () => {
  node = await solanaNode(vm)
  rpc = connect(node.url)
  vm.airdrop(ana.address, 10_000_000_000n)
})
afterAll(async () => node.close())

const encoding = 'base64' as const
const base64 = (bytes: Uint8Array) =>
  Buffer.from(bytes).toString('base64') as Base64EncodedWireTransaction

function payment(amount: bigint): { raw: Uint8Array; id: Signature } {
  vm.expire()
  const instruction = system.transfer(ana.address, ben.address, amount)
  const raw = signed(wire(ana.address, vm.blockhash(), [instruction]), ana)
  return { raw, id: base58Of(raw.subarray(1, 65)) as Signature }
}

test('the node in the tests talks to Solana’s own client', async () => {
  expect(await rpc.getGenesisHash().send()).toBe(GENESIS)
  const { value: latest } = await rpc.getLatestBlockhash().send()
  expect(latest.blockhash).toBe(vm.blockhash())
  expect(latest.lastValidBlockHeight).toBe((await rpc.getBlockHeight().send()) + 150n)
  expect((await rpc.isBlockhashValid(latest.blockhash).send()).value).toBe(true)
  expect(await rpc.getMinimumBalanceForRentExemption(165n).send()).toBe(2_039_280n)
  expect(await rpc.getRecentPrioritizationFees().send()).toHaveLength(3)
  await expect(rpc.getBlockTime(1n).send()).rejects.toThrow('Method not found')
})

test('accounts are what the machine has', async () => {
  const { address, program } = mint(vm, ana, 'rpc')
  const account = give(vm, { address, program, decimals: 6, authority: ana }, ana.address, 5n)
  const { value: found } = await rpc
    .getMultipleAccounts([anaAddress, key('nowhere').address as Address], { encoding })
    .send()
  expect(found).toMatchObject([{ lamports: vm.account(ana.address)?.lamports }, null])
  for (const filter of [{ mint: address as Address }, { programId: program as Address }]) {
    const { value } = await rpc.getTokenAccountsByOwner(anaAddress, filter, { encoding }).send()
    expect(value.map(({ pubkey }) => pubkey)).toEqual([account])
  }
})

test('a transaction costs, moves and is found as on a validator', async () => {
  const { raw, id } = payment(10_000_000n)
  const message = base64(raw.subarray(signers(raw).start)) as never
  expect((await rpc.getFeeForMessage(message).send()).value).toBe(5_000n)
  const settings = { encoding, sigVerify: true } as const
  const { value } = await rpc.simulateTransaction(base64(raw), settings).send()
  expect(value).toMatchObject({ err: null, unitsConsumed: 150n })
  expect((await rpc.getBalance(benAddress).send()).value).toBe(0n)

  expect(await rpc.sendTransaction(base64(raw), { encoding }).send()).toBe(id)
  expect((await rpc.getBalance(benAddress).send()).value).toBe(10_000_000n)
  const { value: statuses } = await rpc.getSignatureStatuses([id, payment(1n).id]).send()
  expect(statuses).toMatchObject([{ err: null, confirmationStatus: 'confirmed' }, null])

  await rpc.requestAirdrop(benAddress, lamports(7n)).send()
  expect((await rpc.getBalance(benAddress).send()).value).toBe(10_000_007n)
})

test('a transaction that fails, is late or is none is refused in a validator’s words', async () => {
  const send = async (raw: Uint8Array) => rpc.sendTransaction(base64(raw), { encoding }).send()
  const cause = (message: string) => ({ cause: expect.objectContaining({ message }) as Error })
  await expect(send(payment(10n ** 17n).raw)).rejects.toMatchObject(
    cause('Custom program error: #1 (instruction #1)'),
  )
  const { raw } = payment(1_000n)
  vm.expire()
  await expect(send(raw)).rejects.toMatchObject(cause('Blockhash not found'))
  await expect(send(Uint8Array.of(1, 2))).rejects.toThrow('failed to deserialize')
  const forged = payment(1_000n).raw
  forged[5] = (forged[5] ?? 0) ^ 1
  await expect(send(forged)).rejects.toThrow('signature')
})
