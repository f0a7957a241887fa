import type { Use } from '@tandem/chains'
import { holderOf, sameId } from './decision.ts'
import { seenAmount } from './outpoints.ts'
import type { Parts } from './parts.ts'
import type { Verdict } from './policy/policy.ts'
import type { Judged } from './question.ts'
import type { Takeover } from './takeover.ts'

/** What no policy can allow: a nonce or coin that was given away, an amount that changed. */
export async function contradiction(
  { store }: Parts,
  wallet: Uint8Array,
  message: Judged,
  uses: readonly { use: Use; id: Uint8Array }[],
  taken: Takeover | undefined,
): Promise<Verdict | undefined> {
  for (const { use, id } of uses) {
    const holder = await holderOf(store, wallet, id)
    const isOther = holder && !sameId(holder.decision.requestId, message.requestId)
    // SECURITY: two payments with one nonce or coin, and nobody said that one replaces the other. Test: test/signing.test.ts "a nonce is given to one request, unless the next says that it replaces it"
    if (isOther && !sameId(holder.decision.requestId, message.replaces))
      return deny('used-twice', `Another request has this ${use.kind} already.`)
    if (use.kind !== 'outpoint') continue
    const seen = await seenAmount(store, message.chain, use.outpoint)
    // SECURITY: a coin whose amount changes between requests hides a fee. Test: test/bitcoin.test.ts "a coin that had another amount before is refused"
    if (seen !== undefined && seen !== use.amount)
      return deny('amount-changed', 'This coin had another amount in an earlier request.')
  }
  // SECURITY: what is said to replace a request and leaves it valid spends beside it. Test: test/replacing.test.ts "what shares no nonce with the request that it names is refused"
  if (message.replaces && !taken)
    return deny('replaces-nothing', 'It has no nonce or coin of the request that it replaces.')
  return undefined
}

const deny = (rule: string, text: string): Verdict => ({
  decision: 'deny',
  rule,
  detail: { text },
  spends: [],
})
