import type { Network } from '@tandem/chains'
import { decimal } from '../policy/units.ts'

/** An exact amount: in the chain's own coin where it is that, else in base units with the asset's id. */
export function amountOf(asset: string, amount: bigint | 'unlimited', network: Network): string {
  const { native } = network
  if (amount === 'unlimited') return `an unlimited amount of ${asset}`
  if (asset !== native.asset) return `${amount} base units of ${asset}`
  return `${decimal(amount, native.decimals)} ${native.symbol}`
}
