import type { Intent } from '../../intent.ts'
import type { Read } from '../context.ts'
import { context, contract, self, zero } from './calls.fixture.ts'
import { readCall } from './read-call.ts'
import { claimed, fromHex, opaque } from './rows.fixture.ts'

/** What a transaction of the account `safe` means; `undefined`: no such operation. */
export function safeRead(
  [to, value, data, operation]: readonly [string, bigint, string, bigint, ...unknown[]],
  safe: string,
  refund: object = {},
): Read | undefined {
  const base = { kind: 'safe-transaction', safe, target: to, by: 'call', ...refund } as const
  const bytes = fromHex(data)
  if (operation === 0n) {
    const { intent, claims } = readCall({ from: safe, to, value, data: bytes }, context())
    return claimed({ intent: { ...base, operation: 'call', inner: intent }, claims }, safe)
  }
  if (operation !== 1n) return undefined
  return claimed({ ...base, operation: 'delegatecall', inner: opaque(to, value, bytes) }, safe)
}

/** Control over `contract` goes to `to`, or to nobody. */
export function authority(name: string, from: string, to: string, more: object = {}): Intent {
  const base = { kind: 'set-authority', address: contract, authority: name, from } as const
  if (to === zero) return { ...base, toOwn: false, ...more }
  return { ...base, to, toOwn: to === self, ...more }
}
