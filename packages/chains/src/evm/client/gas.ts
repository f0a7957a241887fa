import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import type { AccessListEntry } from '../transaction.ts'
import { Quantity, toHex, toQuantity } from './quantity.ts'

/** What a transaction does, before its price and place are known. Absent `to`: a creation. */
export type Action = {
  readonly to?: string
  readonly value: bigint
  readonly data: Uint8Array
  readonly accessList?: readonly AccessListEntry[]
}

/** What a plain transfer costs, always. */
const TRANSFER_GAS = 21_000n
/** EIP-7825, also where it is not in force: a margin never goes beyond it. */
const MAX_WITH_MARGIN = 1n << 24n
/** The most that one transaction may take on a chain of ours (Arbitrum). */
const MAX_GAS = 32_000_000n

/**
 * How much gas `action` needs, and a quarter more because the state may change before it runs.
 *
 * @throws {RpcError} `rejected`: it would fail, and the node says why.
 */
export async function gasFor(node: Node, from: string, action: Action): Promise<bigint> {
  const { to, value, data, accessList } = action
  const transaction = {
    from,
    ...(to === undefined ? {} : { to }),
    value: toQuantity(value),
    ...(data.length === 0 ? {} : { data: toHex(data) }),
    ...(accessList && { accessList: accessList.map(written) }),
  }
  return withMargin(await call(node, 'eth_estimateGas', [transaction], Quantity))
}

/** @throws {RpcError} `bad-reply`: more than any transaction takes. */
export function withMargin(needed: bigint): bigint {
  // SECURITY: gas times price is what can be lost, so a lying node must not choose it. Test: tests/chains/evm-client.test.ts "a node that asks for absurd gas gets nothing"
  if (needed > MAX_GAS) throw new RpcError('bad-reply', 'eth_estimateGas', `${needed} gas`)
  if (needed === TRANSFER_GAS || needed > MAX_WITH_MARGIN) return needed
  const more = (needed * 5n) / 4n
  return more < MAX_WITH_MARGIN ? more : MAX_WITH_MARGIN
}

function written({ address, storageKeys }: AccessListEntry) {
  return { address, storageKeys: storageKeys.map(toHex) }
}
