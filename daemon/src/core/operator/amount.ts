import type { Network } from '@tandem/chains'

/** An exact amount: in the chain's own coin where it is that, else in base units with the asset's id. */
export function amountOf(asset: string, amount: bigint | 'unlimited', network: Network): string {
  const { native } = network
  if (amount === 'unlimited') return `an unlimited amount of ${asset}`
  if (asset !== native.asset) return `${amount} base units of ${asset}`
  return `${decimal(amount, native.decimals)} ${native.symbol}`
}

function decimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals)
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}
