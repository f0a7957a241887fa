import { utf8ToBytes } from '@noble/hashes/utils.js'
import { equalBytes } from '@tandem/protocol'
import * as z from 'zod'
import type { Batch, Store } from '../../ports/store.ts'
import { bytes, decodeRow, encodeRow, time } from '../encoding.ts'
import { encodeEvent } from '../event.ts'

const BACKUP = utf8ToBytes('backup')
const SHARES = utf8ToBytes('shares')

/** The shares that were made last, by the transcript that certified them. */
const SharesRow = z.strictObject({ tau: bytes(32) })
/** A backup that a person keeps somewhere, and what was newest in it. */
const BackupRow = z.strictObject({ at: time, shares: bytes(32).optional() })

/** A backup that was made: of how long a log, and the SHA-256 of its file. */
export type Made = {
  readonly at: number
  readonly entries: number
  readonly digest: Uint8Array
  /** What {@link newestShares} says of the copy. */
  readonly shares: Uint8Array | undefined
}

/** What new shares add to their transaction: no backup from before has them. */
export const newShares = (tau: Uint8Array): NonNullable<Batch['rows']>[number] => ({
  table: 'meta',
  key: SHARES,
  value: encodeRow(SharesRow, { tau }),
})

export async function newestShares(store: Store): Promise<Uint8Array | undefined> {
  const row = await store.get('meta', SHARES)
  return row && decodeRow(SharesRow, row).tau
}

/** Notes a backup once it lies where the person wanted it. */
export async function noteBackup(
  store: Store,
  { at, entries, digest, shares }: Made,
): Promise<void> {
  const value = encodeRow(BackupRow, { at, ...(shares && { shares }) })
  await store.commit({
    rows: [{ table: 'meta', key: BACKUP, value }],
    events: [encodeEvent({ type: 'backed-up', at, entries, digest })],
  })
}

/**
 * When the last backup was made, and whether every share is in it: one from before a rotation, or from before a
 * wallet was made, does not bring that wallet back.
 */
export async function lastBackup(
  store: Store,
): Promise<{ readonly at: number | undefined; readonly isComplete: boolean }> {
  const newest = await newestShares(store)
  const row = await store.get('meta', BACKUP)
  if (!row) return { at: undefined, isComplete: newest === undefined }
  const { at, shares } = decodeRow(BackupRow, row)
  const isComplete = newest === undefined || (shares !== undefined && equalBytes(newest, shares))
  return { at, isComplete }
}

/** What a restored store forgets: it has no backup of itself yet. */
export const noBackup = { table: 'meta', key: BACKUP } as const
