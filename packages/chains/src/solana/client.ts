import { base64 } from '@scure/base'
import * as z from 'zod'
import type { Account } from '../account.ts'
import { parseAssetId, parseChainId } from '../caip.ts'
import type { ChainClient, Draft, Status } from '../client.ts'
import { ChainError } from '../error.ts'
import type { Facts } from '../intent.ts'
import type { Network } from '../networks.ts'
import { type Node, call } from '../node.ts'
import { encodePayload } from '../payload.ts'
import { RpcError } from '../rpc-error.ts'
import { decodeAddress, encodeAddress } from './address.ts'
import { buildSol, buildToken } from './client-build.ts'
import { feeTiers } from './client-fees.ts'
import { solanaRpc } from './client-rpc.ts'
import { tableOf, tokenAccountOf } from './client-token.ts'
import { parseWire } from './wire.ts'

/** A Solana node, and what requests rest on that only a node can say. */
export type SolanaClient = ChainClient & {
  /** The addresses in lookup tables, for {@link Facts}. Those that do not exist are left out. */
  tables(addresses: readonly string[]): Promise<NonNullable<Facts['tables']>>

  /** Whose token accounts are, for {@link Facts}. Addresses that are none are left out. */
  tokenAccounts(addresses: readonly string[]): Promise<NonNullable<Facts['tokenAccounts']>>

  /**
   * Whether a request with this blockhash can still reach the chain. Only when it cannot, and its
   * status is `unknown`, is it safe to build it again: else both may happen. The value of a nonce
   * account is no blockhash: such a request lives until the account moves on.
   */
  isLive(blockhash: string): Promise<boolean>
}

/** How many of the transactions that were sent are remembered, to tell `pending` from `unknown`. */
const MEMORY = 1_000

export function solanaClient(network: Network, node: Node): SolanaClient {
  const rpc = solanaRpc(node)
  /** Blockhashes of what this client sent, by id. */
  const sent = new Map<string, string>()

  /** The mint of a token, or nothing for SOL. */
  const mintOfAsset = (asset: string): string | undefined => {
    if (asset === network.native.asset) return undefined
    const { chain, namespace, reference, tokenId } = parseAssetId(asset)
    if (chain !== network.id) throw new ChainError('wrong-chain', 'asset', network.id)
    if (namespace !== 'token' || tokenId !== undefined)
      throw new ChainError('unsupported', 'asset', 'SOL or a token')
    return encodeAddress(decodeAddress(reference, 'asset'))
  }

  const status = async (id: string): Promise<Status> => {
    const blockhash = sent.get(id)
    // Asked before the status: what is not known after the blockhash ended never comes.
    const live = blockhash !== undefined && (await rpc.isLive(blockhash))
    const found = await rpc.status(id)
    if (!found) return { state: live ? 'pending' : 'unknown' }
    const { slot: block, confirmations, err, confirmationStatus } = found
    if (confirmationStatus === 'processed') return { state: 'pending' }
    sent.delete(id)
    if (err !== null) return { state: 'failed', block, reason: JSON.stringify(err).slice(0, 200) }
    return { state: 'confirmed', block, confirmations: confirmations ?? FINAL }
  }

  return {
    network,

    async check() {
      const genesis = await call(node, 'getGenesisHash', [], z.string())
      const { reference } = parseChainId(network.id)
      // SECURITY: a node of another cluster would have a transaction signed for it. Test: src/solana/client.test.ts "of another cluster is refused"
      if (genesis.slice(0, 32) !== reference)
        throw new RpcError('wrong-chain', 'getGenesisHash', `not ${reference}`)
    },

    async balances(account, assets = []) {
      const owner = ownerOf(account)
      const mints = assets.map((asset) => ({ asset, mint: mintOfAsset(asset) }))
      const [native, ...others] = await Promise.all([
        rpc.balance(owner),
        ...mints.map(async ({ mint }) => {
          if (mint === undefined) return rpc.balance(owner)
          return (await rpc.tokens(owner, mint)).reduce((sum, { amount }) => sum + amount, 0n)
        }),
      ])
      return [
        { asset: network.native.asset, amount: native },
        ...mints.map(({ asset }, index) => ({ asset, amount: others[index] ?? 0n })),
      ]
    },

    async fees() {
      return feeTiers(await rpc.prices())
    },

    async build(draft: Draft, account: Account) {
      const mint = mintOfAsset(draft.asset)
      const to = encodeAddress(decodeAddress(draft.to, 'draft.to'))
      const { computeUnitPrice: price = 0n } = feeTiers(await rpc.prices())[draft.tier]
      const transfer = { ...draft, to, from: ownerOf(account), price }
      const wire =
        mint === undefined ? await buildSol(rpc, transfer) : await buildToken(rpc, mint, transfer)
      return encodePayload('transaction', wire)
    },

    async submit({ id, raw }) {
      const method = 'sendTransaction'
      const [first] = sent.keys()
      if (sent.size >= MEMORY && first !== undefined) sent.delete(first)
      // Before it leaves: an answer that is lost does not mean that it did not arrive.
      const blockhash = encodeAddress(parseWire(raw).message.lifetime)
      sent.set(id, blockhash)
      try {
        const settings = {
          encoding: 'base64',
          skipPreflight: false,
          preflightCommitment: 'confirmed',
        }
        const answer = await call(node, method, [base64.encode(raw), settings], z.string())
        if (answer !== id) throw new RpcError('bad-reply', method, 'the id of something else')
        return id
      } catch (error) {
        if (!(error instanceof RpcError) || error.code !== 'rejected') throw error
        const live = await rpc.isLive(blockhash)
        // A second try, or a second sender: the chain has it.
        if (await rpc.status(id)) return id
        // SECURITY: what one node does not know yet another may execute, beside what is built again. Test: src/solana/client.test.ts "what can still be executed is not called too late"
        if (live || !/blockhash not found/i.test(error.detail)) throw error
        throw new RpcError('expired', method, error.detail, error)
      }
    },

    status,
    isLive: async (blockhash) => rpc.isLive(blockhash),

    async tables(addresses) {
      const found = await rpc.accounts(addresses)
      return collect(addresses, (index) => {
        const account = found[index]
        return account && tableOf(account)
      })
    },

    async tokenAccounts(addresses) {
      const found = await rpc.accounts(addresses)
      return collect(addresses, (index) => {
        const account = found[index]
        const token = account && tokenAccountOf(account)
        return token && { mint: token.mint, owner: token.owner }
      })
    },
  }
}

/** A finalized block is never taken back; validators count no further. */
const FINAL = 32n

function ownerOf({ addresses }: Account): string {
  const [own] = addresses
  if (own?.type !== 'solana') throw new ChainError('wrong-account', 'account', 'a Solana account')
  return own.address
}

function collect<T>(
  addresses: readonly string[],
  at: (index: number) => T | null | undefined,
): Map<string, T> {
  const found = addresses.map((address, index) => [address, at(index)] as const)
  return new Map(found.flatMap(([address, value]) => (value == null ? [] : [[address, value]])))
}
