/** The part of a CAIP-19 id that tells assets of one chain apart. */
export function shortAsset(asset: string): string {
  const reference = asset.split('/').at(-1)?.split(':').at(-1) ?? asset
  return reference.length > 14 ? `${reference.slice(0, 6)}..${reference.slice(-4)}` : reference
}

/** An exact amount, with a comma at each thousand. */
export function decimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : ''
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0')
  const whole = digits.slice(0, digits.length - decimals).replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = digits.slice(digits.length - decimals).replace(/0+$/, '')
  return `${sign}${whole}${rest === '' ? '' : `.${rest}`}`
}

/** An amount that a person wrote, in base units. Nothing for what is no amount. */
export function parseDecimal(text: string, decimals: number): bigint | undefined {
  const [, whole, rest = ''] = /^([0-9]{1,78})(?:\.([0-9]{0,78}))?$/.exec(text.trim()) ?? []
  if (whole === undefined || rest.length > decimals) return undefined
  return BigInt(whole + rest.padEnd(decimals, '0'))
}
