import type { Batch } from '../../ports/store.ts'
import { type Decision, isFree, loadDecision } from '../decision.ts'
import { encodeEvent } from '../event.ts'
import { breather } from '../log/breathe.ts'
import type { Parts } from '../parts.ts'
import { serially } from '../serially.ts'
import type { Dropped } from '../signing.ts'
import { droppedRows } from '../signing-rows.ts'
import type { Wallets } from '../wallets.ts'
import { prunedRow } from './pruned.ts'
import { isTooMuch, oldest } from './unsigned.ts'

type Own = Pick<Parts, 'store' | 'now'>

/** What is to be pruned, if it is over, and what else changes with it. */
export type Picked = {
  readonly requestIds: readonly Uint8Array[]
  readonly rows?: NonNullable<Batch['rows']>
}

/** How long it reads between two breaths: the longest request there can be takes some milliseconds by itself. */
export const BREATH_MS = 2

/** In one transaction: what comes first, and one request at least. Nothing else has its turn meanwhile. */
export const AT_ONCE = { requests: 8, bytes: 64 * 1024 } as const

/**
 * Prunes requests of a wallet, here and in its signer, in one transaction. What is not over stays, and
 * so does what an attempt is under way of.
 *
 * @param pick nothing is decided about the wallet until it is done.
 * @returns how many were pruned.
 */
export async function prune(
  { store, now }: Own,
  registry: Pick<Wallets, 'alone'>,
  wallet: Uint8Array,
  pick: () => Promise<Picked>,
): Promise<number> {
  let count = 0
  const drop = async (isUnderWay: (requestId: Uint8Array) => boolean): Promise<Dropped> => {
    const { requestIds, rows = [] } = await pick()
    const over: Decision[] = []
    const rest = breather(BREATH_MS)
    for (const requestId of requestIds) {
      const known = await loadDecision(store, wallet, requestId)
      if (known && isOver(known) && !isUnderWay(requestId)) over.push(known)
      await rest()
    }
    count = over.length
    const at = now().getTime()
    const event = encodeEvent({ type: 'pruned', at, wallet, requests: count })
    return {
      requestIds: over.map(({ requestId }) => requestId),
      rows: [...rows, ...over.flatMap(rowsOf)],
      events: count > 0 ? [event] : [],
    }
  }
  await registry.alone(wallet, async (signing) => {
    if (signing) return signing.drop(drop)
    // No signer has it in memory, and none is opened meanwhile.
    await serially(store, wallet, async () => {
      const { requestIds, rows, events } = await drop(() => false)
      if (rows.length === 0) return
      await store.commit({ rows: [...rows, ...droppedRows(wallet, requestIds)], events })
    })
  })
  return count
}

/** Prunes the first of what ended without anything leaving, until no more is kept than may be. */
export async function pruneOldest(
  parts: Own,
  registry: Pick<Wallets, 'alone'>,
  wallet: Uint8Array,
): Promise<void> {
  while (await isTooMuch(parts.store, wallet))
    await prune(parts, registry, wallet, () => oldest(parts.store, wallet, AT_ONCE))
}

export const isOver = (decision: Decision): boolean =>
  isFree(decision) || decision.state === 'released'

const rowsOf = (decision: Decision): NonNullable<Batch['rows']> => [
  { table: 'decision', key: Uint8Array.of(...decision.wallet, ...decision.requestId) },
  prunedRow(decision),
]
