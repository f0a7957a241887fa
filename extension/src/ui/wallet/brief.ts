import { decimal } from '../words/amount.ts'

const DIGITS = 6

/** An amount for a list: at most six significant digits, never more than there is. */
export function brief(amount: bigint, decimals: number): string {
  const digits = amount.toString()
  const cut = digits.length > DIGITS ? digits.length - DIGITS : 0
  // Whole units stay whole: only what is behind the point is cut.
  const most = Math.min(cut, decimals)
  const unit = 10n ** BigInt(most)
  return decimal((amount / unit) * unit, decimals)
}
