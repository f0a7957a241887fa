/** More than there are units of any token: a pool holds up to 2^128 of one (Uniswap 3). */
const ALL = 1n << 128n

/** An amount of an approval, or that it is as good as endless. */
export function unlimited(amount: bigint): bigint | 'unlimited' {
  return amount >= ALL ? 'unlimited' : amount
}
