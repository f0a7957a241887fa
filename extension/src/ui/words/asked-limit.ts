import type { SignQuestion } from '../../messages/approval.ts'

/** What a site asked that a spender may take, where the person has changed it since. */
export function askedLimit({ build }: SignQuestion): bigint | undefined {
  if (build?.kind !== 'evm' || build.limit === undefined) return undefined
  const { data, input } = build.fields
  const [, amount] = /^0x095ea7b3[0-9a-f]{64}([0-9a-f]{64})$/i.exec(String(data ?? input)) ?? []
  return amount === undefined ? undefined : BigInt(`0x${amount}`)
}
