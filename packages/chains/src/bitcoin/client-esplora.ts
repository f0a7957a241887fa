import { hex } from '@scure/base'
import { bulkhead } from 'cockatiel'
import * as z from 'zod'
import { ChainError } from '../error.ts'
import { type Node, http, parseJson, read } from '../node.ts'
import { RpcError } from '../rpc-error.ts'
import { idText } from './bytes.ts'
import { MAX_MONEY, type Transaction, parseTransaction, transactionId } from './transaction.ts'

/** A transaction that has the id that was asked for, whoever gave it. */
export type Known = { readonly raw: Uint8Array; readonly transaction: Transaction }

/** An output that a node says is unspent. */
export type Listed = {
  readonly txid: string
  readonly vout: number
  readonly amount: bigint
  readonly confirmed: boolean
}

/** Requests that are under way at once: public nodes refuse more. */
const LANES = 4

const Hash = z.string().regex(/^[0-9a-f]{64}$/)
const Height = z.int().min(0).max(0xffff_ffff)
const Amount = z
  .int()
  .min(0)
  .transform(BigInt)
  .refine((amount) => amount <= MAX_MONEY, 'more than there is')

const Unspent = z
  .array(
    z.object({
      txid: Hash,
      vout: z.int().min(0).max(0xffff_ffff),
      value: Amount,
      status: z.object({ confirmed: z.boolean() }),
    }),
  )
  .max(100_000)

const Usage = z.object({ tx_count: z.int().min(0) })
const AddressStats = z.object({ chain_stats: Usage, mempool_stats: Usage })

const Found = z.object({
  status: z.union([
    z.object({ confirmed: z.literal(true), block_height: Height }),
    z.object({ confirmed: z.literal(false) }),
  ]),
})

const Estimates = z.record(z.string().regex(/^[0-9]{1,4}$/), z.number().min(0))

export type Esplora = ReturnType<typeof esplora>

/** The part of Esplora's interface that the wallet asks (Blockstream/esplora, API.md). */
export function esplora(node: Node) {
  const lanes = bulkhead(LANES, Number.POSITIVE_INFINITY)
  const text = async (path: string): Promise<string> =>
    lanes.execute(async () => http(node, { method: path, path }))
  const json = async <T>(path: string, schema: z.ZodType<T>): Promise<T> =>
    read(schema, parseJson(await text(path), path), path)

  return {
    async genesis(): Promise<string> {
      const path = '/block-height/0'
      return read(Hash, await text(path), path)
    },

    async height(): Promise<bigint> {
      return BigInt(await json('/blocks/tip/height', Height))
    },

    /** Satoshi for each virtual byte, by the blocks that one is ready to wait. */
    async estimates(): Promise<ReadonlyMap<number, number>> {
      const found = await json('/fee-estimates', Estimates)
      return new Map(Object.entries(found).map(([blocks, rate]) => [Number(blocks), rate]))
    },

    async unspent(address: string): Promise<Listed[]> {
      const found = await json(`/address/${address}/utxo`, Unspent)
      return found.map(({ txid, vout, value, status }) => ({
        txid,
        vout,
        amount: value,
        confirmed: status.confirmed,
      }))
    },

    async isUsed(address: string): Promise<boolean> {
      const { chain_stats, mempool_stats } = await json(`/address/${address}`, AddressStats)
      return chain_stats.tx_count + mempool_stats.tx_count > 0
    },

    /** `undefined`: the node does not know it. `height` is absent while it waits. */
    async find(id: string): Promise<{ readonly height?: bigint } | undefined> {
      try {
        const { status } = await json(`/tx/${id}`, Found)
        return status.confirmed ? { height: BigInt(status.block_height) } : {}
      } catch (error) {
        if (error instanceof RpcError && error.detail.startsWith('HTTP 404')) return undefined
        throw error
      }
    },

    /** @throws {RpcError} `bad-reply`: it is not the transaction of that id. */
    async transaction(id: string): Promise<Known> {
      const path = `/tx/${id}/hex`
      const raw = readHex(await text(path), path)
      const transaction = readTransaction(raw, path)
      // SECURITY: amounts that the node made up would end as a fee. Test: tests/chains/bitcoin-client.test.ts "a previous transaction that is not the one of its id is refused"
      if (idText(transactionId(raw, transaction)) !== id)
        throw new RpcError('bad-reply', path, 'a transaction of another id')
      return { raw, transaction }
    },

    /** @returns the id that the node gives it. */
    async send(raw: Uint8Array): Promise<string> {
      const path = '/tx'
      const body = { type: 'text/plain', text: hex.encode(raw) }
      return read(Hash, (await http(node, { method: path, path, body })).trim(), path)
    },
  }
}

function readHex(text: string, path: string): Uint8Array {
  const compact = text.trim()
  if (!/^(?:[0-9a-f]{2})+$/.test(compact)) throw new RpcError('bad-reply', path, 'no hex')
  return hex.decode(compact)
}

function readTransaction(raw: Uint8Array, path: string): Transaction {
  try {
    return parseTransaction(raw, 'transaction')
  } catch (error) {
    if (!(error instanceof ChainError)) throw error
    throw new RpcError('bad-reply', path, error.message, error)
  }
}
