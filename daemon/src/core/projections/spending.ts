import type { View } from './view.ts'

type Spending = View['spending']
type Spends = readonly { readonly asset: string; readonly amount: bigint }[]

const HOUR_MS = 3_600_000

/** Hours that are remembered: the longest window that anybody looks at is a month. */
const HOURS = 31 * 24

/** Adds what a request reserves to the hour of its decision. */
export function take(spending: Spending, wallet: string, spends: Spends, at: number): Spending {
  return spends.reduce((sum, { asset, amount }) => add(sum, wallet, asset, at, amount), spending)
}

/** Takes it out of that hour again. */
export function giveBack(spending: Spending, wallet: string, spends: Spends, at: number): Spending {
  return spends.reduce((sum, { asset, amount }) => add(sum, wallet, asset, at, -amount), spending)
}

/** What a wallet used up of an asset since a moment, to the hour, rounded up. */
export function used({ spending }: View, wallet: string, asset: string, since: Date): bigint {
  const first = Math.floor(since.getTime() / HOUR_MS)
  const hours = spending[wallet]?.[asset] ?? []
  return hours.reduce((sum, { hour, amount }) => (hour >= first ? sum + amount : sum), 0n)
}

function add(
  spending: Spending,
  wallet: string,
  asset: string,
  at: number,
  amount: bigint,
): Spending {
  const hour = Math.floor(at / HOUR_MS)
  const hours = spending[wallet]?.[asset] ?? []
  const known = hours.find((one) => one.hour === hour)
  const sum = (known?.amount ?? 0n) + amount
  const newest = hours.reduce((latest, one) => Math.max(latest, one.hour), hour)
  const next = [
    ...hours.filter((one) => one.hour !== hour),
    ...(sum === 0n ? [] : [{ hour, amount: sum }]),
  ]
    .filter((one) => one.hour > newest - HOURS)
    .toSorted((a, b) => a.hour - b.hour)
  return { ...spending, [wallet]: { ...spending[wallet], [asset]: next } }
}
