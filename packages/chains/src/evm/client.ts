import type { Account } from '../account.ts'
import type { ChainClient, Tier } from '../client.ts'
import type { Network } from '../networks.ts'
import { type Node, call } from '../node.ts'
import { checkAddress } from './address.ts'
import { balances } from './client/balances.ts'
import { build } from './client/build.ts'
import { checkChain } from './client/check-chain.ts'
import { prices } from './client/fees.ts'
import { nonceOf } from './client/fill.ts'
import { prepareCalls } from './client/prepare-calls.ts'
import { prepare } from './client/prepare.ts'
import { Hex } from './client/quantity.ts'
import { replace } from './client/replace.ts'
import { status } from './client/status.ts'
import { submit } from './client/submit.ts'
import { type Token, token } from './client/token.ts'

/** What an EVM node can be asked beside what every chain's can. */
export type EvmClient = ChainClient & {
  /** @param fields the parameter of a site's `eth_sendTransaction`. {@link prepare} */
  prepare(fields: unknown, account: Account, tier?: Tier): Promise<Uint8Array>

  /** Several at once (EIP-5792). {@link prepareCalls} */
  prepareCalls(
    calls: readonly Readonly<Record<string, unknown>>[],
    account: Account,
  ): Promise<Uint8Array>

  /** Another transaction in the place of one that waits. {@link replace} */
  replace(payload: Uint8Array, account: Account, how: 'faster' | 'cancel'): Promise<Uint8Array>

  /** The next one, after those that wait. */
  nonce(address: string): Promise<bigint>

  /** Empty for an account without code; 0xef0100 and an address for a delegated one (EIP-7702). */
  code(address: string): Promise<Uint8Array>

  /** What a contract says of itself as a token, and what `owner` holds of it. {@link token} */
  token(contract: string, owner: string): Promise<Token>
}

/** A node of an EVM chain, by JSON-RPC. */
export function evmClient(network: Network, node: Node): EvmClient {
  return {
    network,
    check: async () => checkChain(node, network),
    balances: async (account, assets = []) => balances(node, network, account, assets),
    fees: async () => prices(node),
    build: async (draft, account) => build(node, network, draft, account),
    prepare: async (fields, account, tier = 'normal') =>
      prepare(node, network, fields, account, tier),
    prepareCalls: async (calls, account) => prepareCalls(node, network, calls, account),
    replace: async (payload, account, how) => replace(node, network, payload, account, how),
    submit: async (signed) => submit(node, signed),
    status: async (id) => status(node, id),
    nonce: async (address) => nonceOf(node, checkAddress(address)),
    code: async (address) => call(node, 'eth_getCode', [checkAddress(address), 'latest'], Hex),
    token: async (contract, owner) => token(node, network, contract, owner),
  }
}
