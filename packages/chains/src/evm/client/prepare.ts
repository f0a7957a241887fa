import * as z from 'zod'
import type { Account } from '../../account.ts'
import type { Tier } from '../../client.ts'
import { ChainError } from '../../error.ts'
import type { Network } from '../../networks.ts'
import type { Node } from '../../node.ts'
import { checkAddress } from '../address.ts'
import { chainIdOf } from './check-chain.ts'
import type { Price } from './fees.ts'
import { ask, fill } from './fill.ts'
import { type Action, gasFor } from './gas.ts'
import { ownAddress } from './own-address.ts'
import { Hex, Quantity, toHex } from './quantity.ts'

/** What a site may say in `eth_sendTransaction` (EIP-1474 and what wallets take beside it). */
const Fields = z.strictObject({
  from: z.string().optional(),
  /** Sites write null, or nothing, to create a contract. */
  to: z.string().nullish(),
  value: Quantity.optional(),
  data: Hex.optional(),
  /** The newer name of `data`. */
  input: Hex.optional(),
  gas: Quantity.optional(),
  gasPrice: Quantity.optional(),
  maxFeePerGas: Quantity.optional(),
  maxPriorityFeePerGas: Quantity.optional(),
  nonce: Quantity.optional(),
  accessList: z
    .array(z.strictObject({ address: z.string(), storageKeys: z.array(Hex) }))
    .optional(),
  type: z.enum(['0x0', '0x1', '0x2']).optional(),
  chainId: Quantity.optional(),
})
type Fields = z.infer<typeof Fields>

/**
 * The transaction that a site asks for: what it leaves open is filled in, what it says is kept.
 *
 * @param fields the parameter of `eth_sendTransaction`
 * @param gasOf how much gas it takes, where the site does not say
 * @throws {ChainError} the field that is wrong, unknown, or contradicts another
 * @throws {RpcError}
 */
export async function prepare(
  node: Node,
  network: Network,
  fields: unknown,
  account: Account,
  tier: Tier,
  gasOf = async (action: Action): Promise<bigint> =>
    gasFor(node, ownAddress(account).address, action),
): Promise<Uint8Array> {
  const asked = parse(fields)
  const { address } = ownAddress(account)
  checkPlace(asked, chainIdOf(network), address)
  const action = actionOf(asked)
  const { nonce, tiers } = await ask(node, network, account)
  const price = priceOf(asked, tiers[tier])
  const gasLimit = asked.gas ?? (await gasOf(action))
  return fill(network, action, { nonce: asked.nonce ?? nonce, gasLimit, price })
}

function parse(fields: unknown): Fields {
  const parsed = Fields.safeParse(fields)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = ['transaction', ...(issue?.path ?? [])].join('.')
  // SECURITY: a field that is not understood could be the one that matters. Test: tests/chains/evm-client.test.ts "what a site asks for is kept, and what is not understood is refused"
  if (issue?.code === 'unrecognized_keys')
    throw new ChainError('unsupported', where, 'fields of types 0, 1 and 2 alone')
  throw new ChainError('not-valid', where, 'a field of eth_sendTransaction')
}

function checkPlace({ from, chainId }: Fields, here: bigint, self: string): void {
  if (from !== undefined && checkAddress(from, 'transaction.from') !== self)
    throw new ChainError('wrong-account', 'transaction.from', 'the account that is connected')
  if (chainId !== undefined && chainId !== here)
    throw new ChainError('wrong-chain', 'transaction.chainId', `${here}`)
}

function actionOf({ to, value = 0n, data, input, accessList, type }: Fields): Action {
  if (data && input && toHex(data) !== toHex(input))
    throw new ChainError('duplicate', 'transaction.input', 'the same bytes as data')
  const bytes = data ?? input ?? new Uint8Array()
  if (to == null && bytes.length === 0)
    throw new ChainError('missing', 'transaction.to', 'a recipient, or the code of a contract')
  if (type === '0x0' && accessList)
    throw new ChainError('not-valid', 'transaction.accessList', 'type 1 or 2')
  const listed = type === '0x1' ? (accessList ?? []) : accessList
  return {
    ...(to == null ? {} : { to: checkAddress(to, 'transaction.to') }),
    value,
    data: bytes,
    ...(listed === undefined ? {} : { accessList: listed }),
  }
}

/** A site's own price as it is: the request's explanation says what it can cost. */
function priceOf(fields: Fields, ours: Price): Price {
  const { gasPrice, maxFeePerGas, maxPriorityFeePerGas, type } = fields
  const isNew = maxFeePerGas !== undefined || maxPriorityFeePerGas !== undefined
  if (gasPrice !== undefined && (isNew || type === '0x2'))
    throw new ChainError('not-valid', 'transaction.gasPrice', 'one kind of price')
  const isOld = type === '0x0' || type === '0x1' || gasPrice !== undefined
  if (isOld && isNew) throw new ChainError('not-valid', 'transaction.maxFeePerGas', 'type 2')

  if ('gasPrice' in ours) {
    if (isNew || type === '0x2')
      throw new ChainError('unsupported', 'transaction.maxFeePerGas', 'gasPrice on this chain')
    return { gasPrice: gasPrice ?? ours.gasPrice }
  }
  if (isOld) return { gasPrice: gasPrice ?? ours.maxFeePerGas }
  const tip = maxPriorityFeePerGas ?? ours.maxPriorityFeePerGas
  const most = maxFeePerGas ?? ours.maxFeePerGas - ours.maxPriorityFeePerGas + tip
  // Only a tip of ours gives way.
  const tipWithin = maxPriorityFeePerGas === undefined && tip > most ? most : tip
  return { maxFeePerGas: most, maxPriorityFeePerGas: tipWithin }
}
