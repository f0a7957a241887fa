import { concatBytes } from '@noble/hashes/utils.js'
import type { Draft } from './draft.ts'
import { assetId, number } from './rows.ts'

type Spends = readonly { readonly asset: string; readonly amount: bigint }[]

export const HOUR_MS = 3_600_000

/** Hours that are remembered: the longest window that anybody looks at is a month. */
const HOURS = 31 * 24

/** Old hours that go with each new one. */
const AT_ONCE = 8

/** Adds what a request reserves to the hour of its decision. */
export async function take(
  view: Draft,
  wallet: Uint8Array,
  spends: Spends,
  at: number,
): Promise<void> {
  const hour = Math.floor(at / HOUR_MS)
  for (const { asset, amount } of spends) {
    await add(view, wallet, asset, hour, amount)
    const below = assetId(wallet, asset)
    for (const { id, row } of await view.first('hour', AT_ONCE, below))
      if (row.hour <= hour - HOURS) view.set('hour', id, undefined)
  }
}

/** Takes it out of that hour again, if the hour is remembered. */
export async function giveBack(
  view: Draft,
  wallet: Uint8Array,
  spends: Spends,
  at: number,
): Promise<void> {
  const hour = Math.floor(at / HOUR_MS)
  for (const { asset, amount } of spends) {
    const known = await view.get('hour', hourId(wallet, asset, hour))
    if (known) await add(view, wallet, asset, hour, -amount)
  }
}

async function add(
  view: Draft,
  wallet: Uint8Array,
  asset: string,
  hour: number,
  amount: bigint,
): Promise<void> {
  const id = hourId(wallet, asset, hour)
  const sum = ((await view.get('hour', id))?.amount ?? 0n) + amount
  view.set('hour', id, sum === 0n ? undefined : { asset, hour, amount: sum })
}

const hourId = (wallet: Uint8Array, asset: string, hour: number): Uint8Array =>
  concatBytes(assetId(wallet, asset), number(hour))
