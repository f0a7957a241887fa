/**
 * A counter that no copy of our disk takes back tells an older copy from the newest: each start counts
 * one, and the store says where it stands.
 */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { CounterError, type RollbackCounter } from '../ports/rollback-counter.ts'
import type { Batch, Store } from '../ports/store.ts'
import { bigint, decodeRow, encodeRow } from './encoding.ts'

type Rows = NonNullable<Batch['rows']>

const KEY = utf8ToBytes('counter')
const Row = z.strictObject({
  value: bigint,
  /**
   * Written before the counter goes up, so that a start that is cut off there is no older copy. What was
   * copied at that moment knows all that had happened.
   */
  isCounting: z.boolean(),
  /** An older copy was found, and its wallets are not set back yet. */
  isOlder: z.boolean(),
})
type Row = z.infer<typeof Row>

const rowOf = (row: Row) => ({ table: 'meta', key: KEY, value: encodeRow(Row, row) }) as const

/** Without a counter any more: for a store whose secrets move to another key, or to another machine. */
export const noCounter = { table: 'meta', key: KEY } as const

/** What a start found. `rows` belong into the commit of the start. */
export type Counted = {
  readonly rows: Rows
  /** This store is an older copy than the one that ran last, or nobody can know that it is not. */
  readonly older?: { readonly kept: bigint; readonly found: bigint }
  /** Once every wallet is set back. */
  readonly settle: () => Promise<void>
}

/** The counter, where the machine has one, and whether a person here said that it begins anew. */
export type Counting = { readonly counter?: RollbackCounter; readonly anew?: boolean }

/**
 * Counts a start.
 *
 * @throws {CounterError} nothing is to be signed: the counter does not say what it said.
 */
export async function countStart(
  store: Store,
  { counter, anew = false }: Counting = {},
): Promise<Counted> {
  const stored = await store.get('meta', KEY)
  const kept = stored && decodeRow(Row, stored)
  if (!counter) {
    if (kept && anew) return uncounted(store, kept)
    // SECURITY: who takes the counter out of the settings must not switch the detection off. Test: src/core/counter.test.ts "a store that was counted does not start without its counter"
    if (kept)
      throw new CounterError('missing', 'this store is counted by a TPM, and no counter is set')
    return { rows: [], settle: () => Promise.resolve() }
  }
  const found = await counter.read()
  // SECURITY: a counter that went back says nothing about older copies any more. Test: src/core/counter.test.ts "a counter that is behind is refused"
  if (kept && found < kept.value && !anew)
    throw new CounterError('behind', `the counter is at ${found}, and was at ${kept.value}`)
  // SECURITY: an older copy has forgotten what was signed and spent since. Test: src/core/counter.test.ts "a copy of an earlier start is found, and known as one until its wallets are set back"
  const isOlder = anew || (kept !== undefined && (kept.isOlder || isAhead(kept, found)))
  await store.commit({ rows: [rowOf({ value: found, isCounting: true, isOlder })] })
  const value = await counter.increment()
  // SECURITY: two copies that run at once count with one counter. Test: src/core/counter.test.ts "a counter that somebody else counts with is refused"
  if (value !== found + 1n)
    throw new CounterError(
      'failed',
      `the counter went from ${found} to ${value}: a second copy runs`,
    )
  const now = { value, isCounting: false }
  return {
    rows: [rowOf({ ...now, isOlder })],
    ...(isOlder && { older: { kept: kept?.value ?? 0n, found } }),
    async settle() {
      await store.commit({ rows: [rowOf({ ...now, isOlder: false })] })
    },
  }
}

/**
 * Whether this store is an older copy than the one that ran last, as far as its counter tells. Counts nothing: a
 * question that is asked of a copy must not make one of the other.
 *
 * @throws {CounterError}
 */
export async function isOlderCopy(
  store: Store,
  counter: RollbackCounter | undefined,
): Promise<boolean> {
  const stored = await store.get('meta', KEY)
  if (!stored) return false
  if (!counter) throw new CounterError('missing', 'this store is counted by a TPM that is not set')
  const kept = decodeRow(Row, stored)
  return kept.isOlder || isAhead(kept, await counter.read())
}

const isAhead = ({ value, isCounting }: Row, found: bigint): boolean =>
  found > value + (isCounting ? 1n : 0n)

/** The counter is lost for good: from here on the devices are the only witnesses. */
const uncounted = (store: Store, kept: Row): Counted => ({
  rows: [],
  older: { kept: kept.value, found: 0n },
  async settle() {
    await store.commit({ rows: [noCounter] })
  },
})
