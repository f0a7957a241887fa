import type { Edit } from '../../messages/approval.ts'
import type { Build } from '../../messages/engine.ts'

/** What is built instead. */
export function edited(build: Build, edit: Edit): Build {
  const { kind } = build
  if ('tier' in edit && kind === 'evm') return { ...build, tier: edit.tier }
  if (kind === 'transfer' || kind === 'payments' || kind === 'bump') {
    if ('rate' in edit) return { ...build, rate: edit.rate }
    if ('tier' in edit) {
      const { rate: _, ...others } = build
      return { ...others, tier: edit.tier }
    }
  }
  if ('amount' in edit && kind === 'transfer') return { ...build, amount: edit.amount }
  if (kind !== 'evm') return build
  if ('limit' in edit) return { ...build, limit: edit.limit }
  const { fields } = build
  if ('nonce' in edit) return { ...build, fields: { ...fields, nonce: hexOf(edit.nonce) } }
  if (!('fees' in edit)) return build
  const fees = Object.entries(edit.fees).map(([name, value]) => [name, hexOf(value)] as const)
  return { ...build, fields: { ...fields, ...Object.fromEntries(fees) } }
}

const hexOf = (value: bigint): string => `0x${value.toString(16)}`
