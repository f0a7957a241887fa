import type { Account } from '../../account.ts'
import type { Tier } from '../../client.ts'
import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { transactionPayload } from '../payloads.ts'
import { serializeUnsigned } from '../serialize-transaction.ts'
import type { Transaction } from '../transaction.ts'
import { chainIdOf, checkChain } from './check-chain.ts'
import { type Price, prices } from './fees.ts'
import type { Action } from './gas.ts'
import { ownAddress } from './own-address.ts'
import { Quantity } from './quantity.ts'

export type Place = { readonly nonce: bigint; readonly gasLimit: bigint; readonly price: Price }

/** What every transaction needs to know of its chain. @throws {RpcError} `wrong-chain` */
export async function ask(
  node: Node,
  network: Network,
  account: Account,
): Promise<{ nonce: bigint; balance: bigint; tiers: Record<Tier, Price> }> {
  const { address } = ownAddress(account)
  const [, nonce, balance, tiers] = await Promise.all([
    checkChain(node, network),
    nonceOf(node, address),
    call(node, 'eth_getBalance', [address, 'latest'], Quantity),
    prices(node),
  ])
  return { nonce, balance, tiers }
}

/** Transactions that wait count. */
export async function nonceOf(node: Node, address: string): Promise<bigint> {
  return call(node, 'eth_getTransactionCount', [address, 'pending'], Quantity)
}

/** The most that the gas costs. */
export function feeOf({ gasLimit, price }: Pick<Place, 'gasLimit' | 'price'>): bigint {
  return gasLimit * ('gasPrice' in price ? price.gasPrice : price.maxFeePerGas)
}

/** @throws {ChainError} no valid transaction has these fields. */
export function fill(network: Network, action: Action, place: Place): Uint8Array {
  return transactionPayload(serializeUnsigned(transactionOf(network, action, place)))
}

/** Of the newest type that the price allows. */
function transactionOf(network: Network, action: Action, place: Place): Transaction {
  const { accessList, ...rest } = action
  const { price, nonce, gasLimit } = place
  const common = { chainId: chainIdOf(network), nonce, gasLimit, ...rest }
  if ('gasPrice' in price) {
    const { gasPrice } = price
    return accessList
      ? { type: 1, accessList, gasPrice, ...common }
      : { type: 0, gasPrice, ...common }
  }
  const { maxFeePerGas, maxPriorityFeePerGas } = price
  return { type: 2, accessList: accessList ?? [], maxFeePerGas, maxPriorityFeePerGas, ...common }
}
