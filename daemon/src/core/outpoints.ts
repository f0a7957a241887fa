import * as z from 'zod'
import { sha256 } from '@noble/hashes/sha2.js'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Use } from '@tandem/chains'
import type { Batch, Store } from '../ports/store.ts'
import { bigint, decodeRow, encodeRow } from './encoding.ts'
import type { Parts } from './parts.ts'

const OutpointRow = z.strictObject({ amount: bigint })
const outpointKey = (chain: string, outpoint: string): Uint8Array =>
  sha256(utf8ToBytes(`${chain} ${outpoint}`))

/** What a coin holds, as the first request said that was allowed. */
export async function seenAmount(
  store: Store,
  chain: string,
  outpoint: string,
): Promise<bigint | undefined> {
  const row = await store.get('outpoint', outpointKey(chain, outpoint))
  return row && decodeRow(OutpointRow, row).amount
}

/** Rows for the coins that no request has named before: the first amount stays. */
export async function firstSights(
  { store }: Parts,
  chain: string,
  uses: readonly Use[],
): Promise<NonNullable<Batch['rows']>> {
  const rows: NonNullable<Batch['rows']>[number][] = []
  for (const use of uses) {
    if (use.kind !== 'outpoint') continue
    const key = outpointKey(chain, use.outpoint)
    if (await store.get('outpoint', key)) continue
    rows.push({ table: 'outpoint', key, value: encodeRow(OutpointRow, { amount: use.amount }) })
  }
  return rows
}
