import * as z from 'zod'
import type { Account } from '../../account.ts'
import type { Network } from '../../networks.ts'
import { type Node, call } from '../../node.ts'
import { RpcError } from '../../rpc-error.ts'
import { batchPayload } from '../payloads.ts'
import { decodePayload } from '../../payload.ts'
import { nonceOf } from './fill.ts'
import { gasFor, withMargin } from './gas.ts'
import { ownAddress } from './own-address.ts'
import { prepare } from './prepare.ts'
import { Quantity, toQuantity } from './quantity.ts'

type Fields = Readonly<Record<string, unknown>>

/**
 * Several transactions of one account, one after the other, as one request. A step may need what an
 * earlier one does: how much gas it takes is then what it takes after them.
 *
 * @param calls `to`, `value` and `data` of each
 * @throws {ChainError | RpcError}
 */
export async function prepareCalls(
  node: Node,
  network: Network,
  calls: readonly Fields[],
  account: Account,
): Promise<Uint8Array> {
  const { address } = ownAddress(account)
  const first = await nonceOf(node, address)
  let inOrder: Promise<readonly bigint[]> | undefined
  const prepared = calls.map((fields, step) =>
    prepare(
      node,
      network,
      { ...fields, nonce: toQuantity(first + BigInt(step)) },
      account,
      'normal',
      async (action) => {
        try {
          return await gasFor(node, address, action)
        } catch (error) {
          if (step === 0 || !(error instanceof RpcError) || error.code !== 'rejected') throw error
          inOrder ??= simulated(node, address, calls)
          return withMargin((await inOrder)[step] ?? 0n)
        }
      },
    ),
  )
  return batchPayload((await Promise.all(prepared)).flatMap((one) => decodePayload(one).parts))
}

const Simulated = z.tuple([
  z.object({
    calls: z.array(
      z.object({
        status: Quantity,
        gasUsed: Quantity,
        error: z.object({ message: z.string() }).optional(),
      }),
    ),
  }),
])

/** @returns the gas of each @throws {RpcError} `rejected`: one would fail, or the node cannot say. */
async function simulated(
  node: Node,
  from: string,
  calls: readonly Fields[],
): Promise<readonly bigint[]> {
  const blockStateCalls = [{ calls: calls.map((fields) => ({ ...fields, from })) }]
  const [block] = await call(node, 'eth_simulateV1', [{ blockStateCalls }, 'latest'], Simulated)
  const failed = block.calls.find(({ status }) => status !== 1n)
  if (failed) throw new RpcError('rejected', 'eth_simulateV1', failed.error?.message ?? 'reverted')
  // What is given back at the end has to be there before (EIP-3529: a fifth at most).
  return block.calls.map(({ gasUsed }) => (gasUsed * 5n) / 4n)
}
