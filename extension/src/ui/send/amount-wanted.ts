import { parseDecimal } from '../words/amount.ts'

export type Amount =
  | { readonly is: 'right'; readonly amount: bigint | 'max' }
  | { readonly is: 'empty' | 'none' | 'too-much' }

/** An amount as it was typed, against what there is. */
export function amountWanted(
  text: string,
  { decimals, amount: held }: { readonly decimals: number; readonly amount?: bigint },
): Amount {
  const typed = text.trim()
  if (typed === '') return { is: 'empty' }
  if (typed === 'max') return { is: 'right', amount: 'max' }
  // A comma may stand for a point or for thousands: it is not guessed.
  const amount = parseDecimal(typed, decimals)
  if (amount === undefined || amount === 0n) return { is: 'none' }
  if (held !== undefined && amount > held) return { is: 'too-much' }
  return { is: 'right', amount }
}
