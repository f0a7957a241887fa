import type { Account } from '../../account.ts'
import { ChainError } from '../../error.ts'
import type { Network } from '../../networks.ts'
import type { Node } from '../../node.ts'
import { decodePayload } from '../../payload.ts'
import { parseTransaction } from '../parse-transaction.ts'
import { transactionPayload } from '../payloads.ts'
import { serializeUnsigned } from '../serialize-transaction.ts'
import type { BlobTransaction, Transaction } from '../transaction.ts'
import { chainIdOf, checkChain } from './check-chain.ts'
import { type Price, prices } from './fees.ts'
import { fill } from './fill.ts'
import { gasFor } from './gas.ts'
import { ownAddress } from './own-address.ts'

type Replaceable = Exclude<Transaction, BlobTransaction>

/**
 * A transaction in the place of one that waits: the same again, or nothing at all (`cancel`). It
 * offers at least a tenth more, which is what nodes ask for.
 *
 * @param payload of the one that waits
 * @throws {ChainError} `unsupported` for blobs: they are replaced only by blobs
 */
export async function replace(
  node: Node,
  network: Network,
  payload: Uint8Array,
  account: Account,
  how: 'faster' | 'cancel',
): Promise<Uint8Array> {
  const waiting = waitingIn(payload, network)
  const [, { fast }] = await Promise.all([checkChain(node, network), prices(node)])
  const faster = repriced(waiting, fast)
  if (how === 'faster') return transactionPayload(serializeUnsigned(faster))

  const { address } = ownAddress(account)
  const nothing = { to: address, value: 0n, data: new Uint8Array() }
  const gasLimit = await gasFor(node, address, nothing)
  return fill(network, nothing, { nonce: waiting.nonce, gasLimit, price: faster })
}

function waitingIn(payload: Uint8Array, network: Network): Replaceable {
  const { kind, parts } = decodePayload(payload)
  const [bytes] = parts
  if (kind !== 'transaction' || bytes === undefined || parts.length > 1)
    throw new ChainError('unsupported', 'payload', 'one transaction')
  const transaction = parseTransaction(bytes)
  if (transaction.chainId !== chainIdOf(network))
    throw new ChainError('wrong-chain', 'transaction.chainId', network.id)
  if (transaction.type === 3)
    throw new ChainError('unsupported', 'transaction.type', 'a transaction without blobs')
  return transaction
}

function repriced(waiting: Replaceable, now: Price): Replaceable {
  if (waiting.type === 0 || waiting.type === 1) {
    const price = 'gasPrice' in now ? now.gasPrice : now.maxFeePerGas
    return { ...waiting, gasPrice: above(waiting.gasPrice, price) }
  }
  if ('gasPrice' in now)
    throw new ChainError('unsupported', 'transaction.type', 'gasPrice on this chain')
  return {
    ...waiting,
    maxFeePerGas: above(waiting.maxFeePerGas, now.maxFeePerGas),
    maxPriorityFeePerGas: above(waiting.maxPriorityFeePerGas, now.maxPriorityFeePerGas),
  }
}

/** More than a tenth above `old`, and no less than `now`. */
function above(old: bigint, now: bigint): bigint {
  const least = old + old / 10n + 1n
  return now > least ? now : least
}
