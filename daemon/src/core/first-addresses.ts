/**
 * The first address of a wallet on each chain. To derive them takes many milliseconds, and a list shows
 * many wallets: they are kept in a row beside the wallet's, once they may be shown. Its keys never change.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import type { PublicKeyAt } from '@tandem/chains'
import * as z from 'zod'
import type { Batch, Range, Store } from '../ports/store.ts'
import { decodeRow, encodeRow } from './encoding.ts'
import type { Parts } from './parts.ts'
import { publicKeys } from './public-keys.ts'
import { type WalletRecord, walletKey } from './wallet-record.ts'

type Rows = NonNullable<Batch['rows']>
type Chains = Pick<Parts, 'chain' | 'chains'>

/** Several chains write an address in the same way. */
const Row = z.array(z.strictObject({ address: z.string(), chains: z.array(z.string()) }))
export type FirstAddresses = z.infer<typeof Row>

/** Of one wallet. */
export async function firstAddresses(
  { store }: Pick<Parts, 'store'>,
  { device, wallet }: WalletRecord,
): Promise<FirstAddresses> {
  const row = await store.get('address', walletKey(device, wallet))
  return row ? decodeRow(Row, row) : []
}

/** Of wallets in the order of their keys. */
export async function firstAddressPage(
  store: Store,
  page: Pick<Range, 'after' | 'limit'>,
): Promise<(record: WalletRecord) => FirstAddresses> {
  const rows = await store.list('address', page)
  const found = new Map(rows.map(({ key, value }) => [bytesToHex(key), value]))
  return ({ device, wallet }) => {
    const row = found.get(bytesToHex(walletKey(device, wallet)))
    return row ? decodeRow(Row, row) : []
  }
}

/** Whether nothing has to be derived to show a wallet on every chain that is set up. */
export const isComplete = (
  { chains }: Chains,
  { keys, tested }: WalletRecord,
  known: FirstAddresses,
): boolean =>
  !tested ||
  ![1, 2, 3].every((suite) => keys.some((key) => key.suite === suite)) ||
  chains.every((id) => known.some((one) => one.chains.includes(id)))

/** What is known, and what it lacks. */
export function completed(
  parts: Chains,
  record: WalletRecord,
  known: FirstAddresses,
): FirstAddresses {
  if (isComplete(parts, record, known)) return known
  let keyAt: PublicKeyAt | undefined
  const all = [...known]
  for (const id of parts.chains) {
    if (all.some((one) => one.chains.includes(id))) continue
    keyAt ??= publicKeys(record.keys)
    const [first] = parts.chain(id)?.addresses(keyAt, 0, 1) ?? []
    if (!first) continue
    const at = all.findIndex(({ address }) => address === first.address)
    const chains = [...(all[at]?.chains ?? []), id]
    all.splice(at < 0 ? all.length : at, 1, { address: first.address, chains })
  }
  return all
}

/** The row that a change of a wallet's record makes right. */
export async function addressRows(
  parts: Chains & Pick<Parts, 'store'>,
  before: WalletRecord | undefined,
  after: WalletRecord | undefined,
): Promise<Rows> {
  const record = after ?? before
  if (!record) return []
  const { device, wallet } = record
  const key = walletKey(device, wallet)
  if (!after) return [{ table: 'address', key }]
  const known = await firstAddresses(parts, after)
  if (isComplete(parts, after, known)) return []
  return [{ table: 'address', key, value: encodeRow(Row, completed(parts, after, known)) }]
}
