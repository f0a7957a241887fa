import type * as z from 'zod'
import { type Node, call } from '../node.ts'
import { RpcError } from '../rpc-error.ts'
import {
  type AccountReply,
  BalanceReply,
  BlockhashReply,
  PricesReply,
  SimulationReply,
  StatusReply,
  TokenAccountsReply,
  U64,
  ValidReply,
  accountsReply,
} from './client-reply.ts'
import { type TokenAccount, tokenAccountOf } from './client-token.ts'

/** What has two thirds of the stake behind it: it has never been taken back. */
const commitment = 'confirmed'

/** The questions to a node, with answers that were checked. Each throws {@link RpcError}. */
export type SolanaRpc = {
  /** In order; nothing for those that do not exist. */
  accounts(addresses: readonly string[]): Promise<(AccountReply | null)[]>
  /** Lamports. */
  balance(address: string): Promise<bigint>
  /** Token accounts of one owner and mint. */
  tokens(owner: string, mint: string): Promise<(TokenAccount & { readonly address: string })[]>
  /** The deposit of an account, in lamports. */
  rent(bytes: number): Promise<bigint>
  blockhash(): Promise<string>
  isLive(blockhash: string): Promise<boolean>
  /** Micro-lamports for each compute unit, of recent blocks. */
  prices(): Promise<bigint[]>
  /** Absent: the node does not know it. */
  status(id: string): Promise<z.output<typeof StatusReply>['value'][0]>
  /** @returns the compute units. @throws {RpcError} `rejected`: it would fail. */
  simulate(wire: string): Promise<number>
}

/** How many a validator answers at once. */
const MOST_ACCOUNTS = 100

export function solanaRpc(node: Node): SolanaRpc {
  return {
    async accounts(addresses) {
      const settings = { encoding: 'base64', commitment }
      const pages = Array.from({ length: Math.ceil(addresses.length / MOST_ACCOUNTS) }, (_, page) =>
        addresses.slice(page * MOST_ACCOUNTS, (page + 1) * MOST_ACCOUNTS),
      )
      const replies = pages.map(async (page) =>
        call(node, 'getMultipleAccounts', [page, settings], accountsReply(page.length)),
      )
      return (await Promise.all(replies)).flatMap(({ value }) => value)
    },

    async balance(address) {
      const { value } = await call(node, 'getBalance', [address, { commitment }], BalanceReply)
      return value
    },

    async tokens(owner, mint) {
      const method = 'getTokenAccountsByOwner'
      const settings = { encoding: 'base64', commitment }
      const { value } = await call(node, method, [owner, { mint }, settings], TokenAccountsReply)
      const found = value.map(({ pubkey, account }) => {
        const token = tokenAccountOf(account)
        if (token?.owner !== owner || token.mint !== mint)
          throw new RpcError('bad-reply', method, 'an account that was not asked for')
        return { ...token, address: pubkey }
      })
      if (new Set(found.map(({ address }) => address)).size !== found.length)
        throw new RpcError('bad-reply', method, 'an account twice')
      return found
    },

    rent: async (bytes) =>
      call(node, 'getMinimumBalanceForRentExemption', [bytes, { commitment }], U64),

    async blockhash() {
      const { value } = await call(node, 'getLatestBlockhash', [{ commitment }], BlockhashReply)
      return value.blockhash
    },

    async isLive(blockhash) {
      const { value } = await call(
        node,
        'isBlockhashValid',
        [blockhash, { commitment }],
        ValidReply,
      )
      return value
    },

    async prices() {
      const reply = await call(node, 'getRecentPrioritizationFees', [], PricesReply)
      return reply.map(({ prioritizationFee }) => prioritizationFee)
    },

    async status(id) {
      const settings = { searchTransactionHistory: true }
      const { value } = await call(node, 'getSignatureStatuses', [[id], settings], StatusReply)
      return value[0]
    },

    async simulate(wire) {
      const method = 'simulateTransaction'
      const settings = {
        encoding: 'base64',
        commitment,
        sigVerify: false,
        replaceRecentBlockhash: true,
      }
      const { value } = await call(node, method, [wire, settings], SimulationReply)
      const { err, unitsConsumed } = value
      if (err !== null) throw new RpcError('rejected', method, JSON.stringify(err))
      if (unitsConsumed === undefined) throw new RpcError('bad-reply', method, 'no unitsConsumed')
      return Number(unitsConsumed)
    },
  }
}
