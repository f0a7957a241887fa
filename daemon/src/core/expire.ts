import { bytesToHex } from '@noble/hashes/utils.js'
import { overdue } from './decision.ts'
import { latest } from './late.ts'
import { breather } from './log/breathe.ts'
import type { Parts } from './parts.ts'
import { release } from './release.ts'
import type { Signing } from './signing.ts'
import type { WalletRecord } from './wallet-record.ts'

/** Ends what waited too long, in the signer and then here. @returns the requests. */
export async function expire(
  parts: Parts,
  {
    record,
    signing,
  }: {
    readonly record: () => Pick<WalletRecord, 'wallet'>
    readonly signing: Pick<Signing, 'ledger' | 'tell'>
  },
): Promise<readonly Uint8Array[]> {
  const { wallet } = record()
  const ended: Uint8Array[] = []
  // After a long stop all that waited is over at once.
  const rest = breather()
  for (const { requestId } of await overdue(parts.store, wallet, new Date(latest(parts)))) {
    const isKnown = signing.ledger().requests.has(bytesToHex(requestId))
    // SECURITY: a budget that is given back while its last message is read is signed for and not counted. Test: test/deadlines.test.ts "what is over ends in the signer before its budget is given back"
    if (isKnown) await signing.tell({ type: 'cancel', requestId })
    if (await release(parts, { wallet, requestId }, 'expired')) ended.push(requestId)
    await rest()
  }
  return ended
}
