import type { Account } from '../account.ts'
import { RpcError } from '../rpc-error.ts'
import { hex } from '@scure/base'
import type { Coin } from './client-coins.ts'
import type { Esplora } from './client-esplora.ts'
import type { Output } from './client-psbt.ts'

/** What a transaction that waits did, as far as a replacement must know. */
export type Replaced = {
  readonly coins: readonly Coin[]
  /** Without change. */
  readonly outputs: readonly Output[]
  /** Where its change went. */
  readonly change?: string
  readonly fee: bigint
  /** Satoshi for each virtual byte, rounded down. */
  readonly rate: bigint
}

/** BIP-125: below this, a transaction says that it may be replaced. */
const FINAL = 0xffff_fffe

/**
 * Reads a transaction of this account that is not in a block yet.
 *
 * @throws {RpcError} `rejected`: it is not known, in a block, final, or spends what is not ours.
 */
export async function replacement(node: Esplora, id: string, account: Account): Promise<Replaced> {
  const reject = (why: string): RpcError => new RpcError('rejected', `/tx/${id}`, why)
  const found = await node.find(id)
  if (!found) throw reject('it is not known')
  if (found.height !== undefined) throw reject('it is in a block')
  const { raw, transaction } = await node.transaction(id)
  const { inputs, outputs } = transaction
  if (!inputs.some(({ sequence }) => sequence < FINAL)) throw reject('it may not be replaced')

  const coins = await Promise.all(
    inputs.map(async ({ outpointText, vout }): Promise<Coin> => {
      const txid = outpointText.slice(0, 64)
      const previous = await node.transaction(txid)
      const output = previous.transaction.outputs[vout]
      const own = output && account.own.get(hex.encode(output.script))
      if (!own) throw reject('it spends what is not of this account')
      return { ...output, own, txid, vout, confirmed: true }
    }),
  )
  const sum = (all: readonly { readonly amount: bigint }[]): bigint =>
    all.reduce((total, { amount }) => total + amount, 0n)
  const fee = sum(coins) - sum(outputs)
  const isChange = ({ script }: Output): boolean =>
    account.own.get(hex.encode(script))?.change === true
  const change = outputs.find(isChange)
  const address = change && account.own.get(hex.encode(change.script))?.address
  // BIP-141: bytes that are no witness count four times.
  const stripped = 8 + transaction.body.length
  const size = BigInt(Math.ceil((3 * stripped + raw.length) / 4))
  return {
    coins,
    outputs: outputs.filter((output) => !isChange(output)),
    ...(address === undefined ? {} : { change: address }),
    fee,
    rate: fee / size,
  }
}
