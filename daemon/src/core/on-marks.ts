import { bytesToHex } from '@noble/hashes/utils.js'
import type { Mark } from '@tandem/protocol'
import type { Batch } from '../ports/store.ts'
import { decisionRows, isFree, loadDecision, spendRows } from './decision.ts'
import type { Parts } from './parts.ts'

/** What marks do to decisions: from the first thing that leaves, a budget is spent for good. */
export async function onMarks(
  { store }: Pick<Parts, 'store'>,
  wallet: Uint8Array,
  marks: readonly Mark[],
): Promise<NonNullable<Batch['rows']>> {
  const rows: NonNullable<Batch['rows']>[number][] = []
  const seen = new Set<string>()
  for (const mark of marks) {
    if (mark.type !== 'released' && mark.type !== 'answered' && mark.type !== 'signed') continue
    const name = bytesToHex(mark.requestId)
    if (seen.has(name)) continue
    seen.add(name)
    const decision = await loadDecision(store, wallet, mark.requestId)
    if (!decision || decision.state === 'released') continue
    rows.push(...decisionRows({ ...decision, state: 'released' }))
    // However it came to leave: what left is counted.
    if (isFree(decision)) rows.push(...spendRows(decision))
  }
  return rows
}
