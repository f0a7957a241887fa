import { emptyLedger } from '@tandem/protocol'
import { expire } from '../expire.ts'
import { Decision } from '../decision.ts'
import { decodeRow } from '../encoding.ts'
import { breather } from '../log/breathe.ts'
import type { Parts } from '../parts.ts'
import type { Wallets } from '../wallets.ts'
import { busyWallets } from './busy-wallets.ts'
import { AT_ONCE, BREATH_MS, isOver, prune } from './prune.ts'
import { missing } from './unsigned.ts'

const DAY_MS = 24 * 60 * 60_000

/** Where there is something to expire, to prune or to take out. */
const HERE = ['decision', 'unsigned'] as const

/** Between two spells of work: whoever asks something meanwhile waits for few of them. */
const PAUSE_MS = 8

/** Sees to it that no request is kept in full for ever. */
export type Retention = {
  /** Looks at every request now. @returns how many were pruned. */
  run(): Promise<number>
  /** Ends with what it is doing. */
  close(): Promise<void>
}

/**
 * Prunes what has been over for longer than `keepDays`: at once, and then every day. Whatever is cut
 * off is done the next time.
 *
 * What is read is a page of a single row: one can have almost a megabyte.
 */
export function retention(
  parts: Parts,
  registry: Pick<Wallets, 'alone'>,
  keepDays: number,
): Retention {
  const { store, log, after, now, span } = parts
  const rest = breather(BREATH_MS, PAUSE_MS)
  const closing = new AbortController()
  let last: Promise<number> = Promise.resolve(0)

  async function ofWallet(wallet: Uint8Array, before: number): Promise<number> {
    await registry.alone(wallet, async (signing) => {
      await expire(parts, { record: () => ({ wallet }), signing: signing ?? NOBODY })
    })
    let count = 0
    let waiting: Uint8Array[] = []
    let bytes = 0
    const flush = async () => {
      const requestIds = waiting
      waiting = []
      bytes = 0
      if (requestIds.length > 0)
        count += await prune(parts, registry, wallet, async () => ({ requestIds }))
      await rest()
    }
    let from: Uint8Array | undefined
    while (!closing.signal.aborted) {
      const [row] = await store.list('decision', {
        prefix: wallet,
        limit: 1,
        ...(from && { after: from }),
      })
      if (!row) break
      from = row.key
      const decision = decodeRow(Decision, row.value)
      if (isOver(decision) && decision.expiresAt <= before) {
        waiting.push(decision.requestId)
        bytes += row.value.length
      }
      if (waiting.length >= AT_ONCE.requests || bytes >= AT_ONCE.bytes) await flush()
      await rest()
    }
    await flush()
    let isMore = !closing.signal.aborted
    while (isMore) {
      isMore = false
      await prune(parts, registry, wallet, async () => {
        const rows = await missing(store, wallet, AT_ONCE.requests)
        isMore = rows.length > 0
        return { requestIds: [], rows }
      })
      await rest()
    }
    return count
  }

  async function work(): Promise<number> {
    // The earlier of the clocks: what is kept was there before one was set.
    const before = (span?.().earliest ?? now()).getTime() - keepDays * DAY_MS
    let count = 0
    for await (const wallet of busyWallets(log, HERE)) {
      if (closing.signal.aborted) break
      count += await ofWallet(wallet, before)
    }
    return count
  }

  const run = (): Promise<number> => (last = last.then(work))

  let takeBack = after(0, everyDay)
  async function everyDay(): Promise<void> {
    await run()
    if (!closing.signal.aborted) takeBack = after(DAY_MS, everyDay)
  }

  return {
    run,
    async close() {
      closing.abort()
      takeBack()
      await last.catch(() => undefined)
    },
  }
}

/** Of a wallet that is not open. */
const NOBODY = { ledger: () => emptyLedger(0), tell: async () => undefined }
