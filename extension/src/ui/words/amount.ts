import type { Network } from '@tandem/chains'

/** An exact amount with its symbol: in base units of the asset's id where no more is known of it. */
export function amountOf(asset: string, amount: bigint | 'unlimited', of: Network): string {
  if (amount === 'unlimited') return shortAsset(asset)
  if (asset !== of.native.asset) return `${amount} of ${shortAsset(asset)}`
  return `${decimal(amount, of.native.decimals)} ${of.native.symbol}`
}

/** The part of a CAIP-19 id that tells assets of one chain apart. */
export function shortAsset(asset: string): string {
  const reference = asset.split('/').at(-1)?.split(':').at(-1) ?? asset
  return reference.length > 14 ? `${reference.slice(0, 6)}..${reference.slice(-4)}` : reference
}

export function decimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}
