import { type Hex, encodeFunctionData, maxUint256 } from 'viem'
import type { Facts, TokenFact } from '../../src/intent.ts'
import type { Network } from '../../src/networks.ts'
import { type Anvil, RpcFailure, startAnvil } from './anvil.ts'
import { type Artifact, contracts } from './compile.ts'
import { type TestSigner, testSigner } from './signer.ts'

/** A chain with tokens, markets, Safes and proxies on it, and people who own some. */
export type World = {
  readonly network: Network
  readonly anvil: Anvil
  readonly contract: (name: string) => Artifact
  /** Rich in everything. The first of them, {@link delegated}, let {@link batchAccount} act for them. */
  readonly people: readonly Person[]
  readonly delegated: number
  readonly token: Hex
  readonly nft: Hex
  readonly copies: Hex
  readonly vaultCode: Hex
  readonly otherVaultCode: Hex
  readonly batchAccount: Hex
  readonly refund: Hex
  readonly facts: Facts
}

export type Person = {
  readonly signer: TestSigner
  /** A Safe and a vault behind a proxy, of which they are the owner. */
  readonly safe: Hex
  readonly vault: Hex
  /** The first token number of those that were theirs in the beginning. */
  readonly firstNft: bigint
}

export const PERMIT2 = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
export const MULTICALL3 = '0xcA11bde05977b3631167028862bE2a173976CA11'
export const MULTI_SEND = '0x38869bf66a61cF6bDB996A6aE40D5853Fd43B526'
/** Whoever this is. */
const MINTER = '0x00000000000000000000000000000000000b0b00'
export const NFTS_EACH = 100n
export const ETHER = 10n ** 18n

export async function makeWorld(
  network: Network,
  names: readonly string[],
  args: readonly string[] = [],
): Promise<World> {
  const anvil = await startAnvil(Number(network.id.split(':')[1]), [
    '--no-mining',
    '--order',
    'fifo',
    ...args,
  ])
  try {
    return await settle(network, names, anvil)
  } catch (error) {
    await anvil.stop()
    throw error
  }
}

async function settle(network: Network, names: readonly string[], anvil: Anvil): Promise<World> {
  const contract = contracts()
  const deploy = async (name: string, ...rest: unknown[]) => anvil.deploy(contract(name), ...rest)
  const [token, nft, copies] = [await deploy('Token'), await deploy('Nft'), await deploy('Copies')]
  const [vaultCode, otherVaultCode] = [await deploy('Vault'), await deploy('Vault')]
  const batchAccount = await deploy('BatchAccount')
  const safeCode = await deploy('Safe')
  await placeShared(anvil, contract)

  const signers = names.map((name) => testSigner(network, name))
  const people: Person[] = []
  for (const [index, signer] of signers.entries())
    people.push({
      signer,
      safe: await deploy('SafeProxy', safeCode),
      vault: await deploy('VaultProxy', vaultCode, signer.address),
      firstNft: BigInt(index) * NFTS_EACH,
    })
  await anvil.setBalances(1_000_000n * ETHER, [
    ...signers.map(({ address }) => address),
    ...people.map(({ safe }) => safe),
  ])

  const encode = (name: string, functionName: string, ...inputs: unknown[]) =>
    encodeFunctionData({ abi: contract(name).abi, functionName, args: inputs })
  await actAll(
    anvil,
    people.flatMap(({ signer: { address }, safe, firstNft }, index) => {
      const next = signers[(index + 1) % signers.length]?.address ?? address
      const mint = encode('Token', 'mint', address, 10n ** 30n)
      const approve = (spender: string) => ({
        from: address,
        to: token,
        data: encode('Token', 'approve', spender, maxUint256),
      })
      return [
        { from: address, to: token, data: mint },
        { from: address, to: token, data: encode('Token', 'mint', safe, 10n ** 30n) },
        {
          from: address,
          to: nft,
          gas: '0x989680',
          data: encode('Nft', 'mint', address, firstNft, NFTS_EACH),
        },
        { from: address, to: copies, data: encode('Copies', 'mint', address, 1n, 10n ** 30n) },
        { from: address, to: copies, data: encode('Copies', 'mint', address, 2n, 10n ** 30n) },
        { from: address, to: safe, data: encode('Safe', 'setup', address) },
        ...[address, next, PERMIT2, MULTICALL3].map(approve),
      ]
    }),
  )
  const delegated = Math.floor(people.length / 4)
  for (const { signer } of people.slice(0, delegated))
    await anvil.rpc('anvil_setCode', signer.address, `0xef0100${batchAccount.slice(2)}`)

  const facts = (standard: TokenFact['standard']) => ({ standard, symbol: 'T', decimals: 0 })
  return {
    network,
    anvil,
    contract,
    people,
    delegated,
    token,
    nft,
    copies,
    vaultCode,
    otherVaultCode,
    batchAccount,
    refund: await deploy('Refund'),
    facts: {
      tokens: new Map([
        [token.toLowerCase(), facts('erc20')],
        [nft.toLowerCase(), facts('erc721')],
        [copies.toLowerCase(), facts('erc1155')],
      ]),
    },
  }
}

/** People with coins and tokens, and nothing else. */
export async function newcomers(world: World, names: readonly string[]): Promise<Person[]> {
  const { anvil, network, token, contract } = world
  const people = names.map((name) => ({
    signer: testSigner(network, name),
    safe: world.refund,
    vault: world.refund,
    firstNft: 0n,
  }))
  const addresses = people.map(({ signer }) => signer.address)
  await anvil.setBalances(1_000n * ETHER, [...addresses, MINTER])
  const { abi } = contract('Token')
  await actAll(
    anvil,
    addresses.map((address) => {
      const data = encodeFunctionData({ abi, functionName: 'mint', args: [address, 10n ** 12n] })
      return { from: MINTER, to: token, data }
    }),
  )
  return people
}

/** Contracts that have one address on every chain. */
async function placeShared(anvil: Anvil, contract: World['contract']): Promise<void> {
  await anvil.rpc('anvil_setCode', PERMIT2, contract('Permit2').code)
  await anvil.rpc('anvil_setCode', MULTI_SEND, contract('MultiSend').code)
  await anvil.rpc('anvil_setCode', MULTICALL3, contract('Multicall3').code)
}

/** As many as there are, in one block, without signatures. */
async function actAll(
  anvil: Anvil,
  transactions: readonly { from: string; to: string; data: Hex; gas?: string }[],
): Promise<void> {
  const hashes: unknown[] = []
  // One after the other, because a sender's transactions get their nonces in that order.
  for (const transaction of transactions)
    hashes.push(await anvil.rpc('eth_sendTransaction', { gas: '0x7a120', ...transaction }))
  await anvil.mine()
  const receipts = await anvil.batch(
    hashes.map((hash) => ({ method: 'eth_getTransactionReceipt', params: [hash] })),
  )
  for (const [index, receipt] of receipts.entries()) {
    const status = receipt.ok && (receipt.result as { status?: string } | null)?.status
    if (status !== '0x1')
      throw new RpcFailure(`did not run: ${JSON.stringify(transactions[index])}`)
  }
}
