/** An amount of an approval: from half of what `bits` can hold it is as good as endless. */
export function unlimited(amount: bigint, bits: number): bigint | 'unlimited' {
  return amount >= 1n << BigInt(bits - 1) ? 'unlimited' : amount
}
