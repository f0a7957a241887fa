/** Payments that were made, in every state that a network can say they are in. */
import { network } from '@tandem/chains'
import { sent } from '../../extension/src/messages/decided.fixture.ts'
import type { Decided } from '../../extension/src/messages/stored.ts'
import { addresses, sepolia } from './made-up.ts'

const at = Date.now() - 60_000
const me = addresses[0]?.id ?? ''

/** Newest first: one that takes the place of another, one that failed, and one that is done. */
export const payments = [
  paid('faster', 7n, { state: 'pending' }, { instead: 'faster' }),
  paid('first', 7n, { state: 'pending' }),
  paid('wrong', 6n, { state: 'failed', block: 41n, reason: 'reverted' }),
  paid('done', 5n, { state: 'confirmed', block: 40n, confirmations: 3n }),
]

function paid(id: string, nonce: bigint, fate: Decided['fate'], more: Partial<Decided> = {}) {
  const known = sent(id, [{ kind: 'nonce', account: me, nonce }], fate, sepolia)
  const intent = {
    kind: 'transfer',
    asset: network(sepolia).native.asset,
    amount: 10n ** 17n,
    from: me,
    to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
    fromOwn: true,
    toOwn: false,
  } as const
  const { explained } = known
  const explanation = explained && { ...explained.explanation, account: me, intents: [intent] }
  return {
    ...known,
    ...more,
    at,
    askedAt: at,
    sent: `0x${id.length.toString(16).repeat(64)}`,
    ...(explained && explanation && { explained: { ...explained, explanation } }),
  }
}
