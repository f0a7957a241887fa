import type { Account, OwnAddress } from '../account.ts'
import { RpcError } from '../rpc-error.ts'
import { equal } from './bytes.ts'
import { hex } from '@scure/base'
import type { Esplora, Known } from './client-esplora.ts'

/** An unspent output of the account, as far as a node says so. */
export type Coin = {
  readonly own: OwnAddress
  readonly txid: string
  readonly vout: number
  readonly amount: bigint
  readonly script: Uint8Array
  readonly confirmed: boolean
}

/** A coin whose previous transaction was seen. */
export type Proven = Coin & { readonly previous: Known }

/**
 * What can be spent now: everything in a block, and the account's own change before that. What
 * others have sent may still be replaced by them.
 *
 * @throws {RpcError}
 */
export async function spendable(node: Esplora, { addresses }: Account): Promise<Coin[]> {
  const lists = await Promise.all(
    addresses.map(async (own) => {
      const listed = await node.unspent(own.address)
      const script = hex.decode(own.key)
      return listed.map((one): Coin => ({ ...one, own, script }))
    }),
  )
  const coins = lists.flat()
  const outpoints = new Set(coins.map(({ txid, vout }) => `${txid}:${vout}`))
  if (outpoints.size !== coins.length)
    throw new RpcError('bad-reply', '/address/utxo', 'an output that is listed twice')
  return coins.filter(({ confirmed, own }) => confirmed || own.change)
}

/**
 * The coins with their previous transactions, from which alone their amounts count.
 *
 * @throws {RpcError} `bad-reply`: an amount or script differs from what was listed.
 */
export async function prove(node: Esplora, coins: readonly Coin[]): Promise<Proven[]> {
  const ids = [...new Set(coins.map(({ txid }) => txid))]
  const found = await Promise.all(
    ids.map(async (id): Promise<[string, Known]> => [id, await node.transaction(id)]),
  )
  const byId = new Map(found)
  return coins.map((coin) => {
    const previous = byId.get(coin.txid)
    const output = previous?.transaction.outputs[coin.vout]
    if (!previous || !output || output.amount !== coin.amount || !equal(output.script, coin.script))
      throw new RpcError('bad-reply', `/tx/${coin.txid}/hex`, 'another output than was listed')
    return { ...coin, previous }
  })
}
