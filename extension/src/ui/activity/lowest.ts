import type { Decided } from '../../messages/stored.ts'
import { isWaiting } from '../../messages/is-waiting.ts'

/** The number of an EVM transaction. */
export function nonceOf({ explained }: Decided): bigint | undefined {
  const use = explained?.explanation.uses.find(({ kind }) => kind === 'nonce')
  return use?.kind === 'nonce' ? use.nonce : undefined
}

/** Whether another one of this account and chain comes first: only the lowest open number can move. */
export function isBehind(record: Decided, all: readonly Decided[]): boolean {
  const own = nonceOf(record)
  if (own === undefined) return false
  return all.some((other) => {
    const nonce = nonceOf(other)
    const isSame = other.chain === record.chain && other.account === record.account
    return isSame && isWaiting(other) && nonce !== undefined && nonce < own
  })
}
