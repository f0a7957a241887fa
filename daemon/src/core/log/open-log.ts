import { ed25519 } from '@noble/curves/ed25519.js'
import { equalBytes } from '@tandem/protocol'
import * as z from 'zod'
import { type Head, type Store, StoreError, tables } from '../../ports/store.ts'
import { authenticated } from '../authenticated.ts'
import { decodeRow } from '../encoding.ts'
import type { Root } from '../root.ts'
import { type Log, keptLog, tipRow } from './kept-log.ts'
import { isOutside } from './places.ts'
import { NO_ROWS } from './row-sum.ts'
import { EVERY, OldTipRow, TIP_KEY, TipRow, TipRowWithoutMiddles } from './rows.ts'
import { type Counted, countedOf } from './sum-rows.ts'
import { openSumTree } from './sum-tree.ts'
import { type Summed, middlesOf, sumsOf } from './upgrade.ts'
import { NO_LOG, type Tip, headOf, storedCheckpoint, walk } from './walk.ts'

/**
 * Opens what the daemon keeps, if it is what the daemon left: the log ends as it ended, the entries
 * since the last stored checkpoint hash to that end, and what all rows add up to is what it was. A
 * row itself is verified when it is read for the first time, with all that share its bucket, so that
 * nothing is believed unverified and a start does not read everything. {@link verifyLog} does.
 *
 * Only an older copy of everything passes; the devices notice that.
 *
 * @param begins is called where what an older version kept is brought forward, which may take a while.
 * @throws {StoreError} `damaged`
 */
export async function openLog(
  raw: Store,
  root: Root,
  now: () => Date,
  begins: () => void = () => undefined,
): Promise<Log> {
  const rows = authenticated(raw, root.rows)
  const identityPk = ed25519.getPublicKey(root.identity)
  const stored = await rows.get('meta', TIP_KEY)
  const head = await raw.head()
  if (!stored) {
    // SECURITY: without its last row everything before could be gone. Test: test/log/tamper.test.ts "a store without its tip does not pass for a new one"
    if (head.length > 0 || (await hasRows(raw)))
      throw new StoreError('damaged', 'the row that says how the log ends is missing')
    return keptLog(raw, root, now, NO_LOG, await openSumTree(raw, root.rows, nothing(root)))
  }
  const found = decodeRow(z.union([TipRow, TipRowWithoutMiddles, OldTipRow]), stored)
  const { length, hash, peaks } = found
  const tip: Tip = { hash, range: { length, peaks } }
  requireHead(head, headOf(tip))
  const from = await lastCheckpoint(rows, length)
  requireTip(await walk(raw, from, length, { rows, identityPk }), tip)
  const sums = 'levels' in found ? found.sums : await bringForward(raw, root, tip, found, begins)
  return keptLog(raw, root, now, tip, await openSumTree(raw, root.rows, sums))
}

const nothing = (root: Root) => countedOf(root.rows, NO_ROWS)

/** Whether there is anything that a daemon wrote after it was set up. */
async function hasRows(raw: Store): Promise<boolean> {
  for (const table of tables) {
    const rows = await raw.list(table, { limit: 3 })
    if (rows.some(({ key }) => !isOutside(table, key))) return true
  }
  return false
}

type OldTip = z.infer<typeof TipRowWithoutMiddles> | z.infer<typeof OldTipRow>

/**
 * From one sum of all rows to a tree of sums, or to one with middles. In one transaction: whatever is cut off
 * before its end is begun anew.
 */
async function bringForward(
  raw: Store,
  root: Root,
  tip: Tip,
  old: OldTip,
  begins: () => void,
): Promise<Counted> {
  begins()
  const sums: Summed =
    'sums' in old
      ? await middlesOf(raw, root.rows, old.sums)
      : await sumsOf(raw, root.rows, { rows: old.rows, state: old.state })
  await raw.commit({ rows: [...sums.rows, tipRow(root.rows, tip, sums.root)] })
  return sums.root
}

function requireHead(found: Head, expected: Head): void {
  // SECURITY: an entry that nobody committed is a lie, and one that is cut off hides what was signed. Test: test/log/tamper.test.ts "an entry that is put after the last one is found"
  if (found.length !== expected.length || !equalBytes(found.hash, expected.hash))
    throw new StoreError(
      'damaged',
      `the log ends with another entry: ${found.length}, expected ${expected.length}`,
    )
}

function requireTip(found: Tip, expected: Tip): void {
  const isSame =
    equalBytes(found.hash, expected.hash) &&
    found.range.peaks.length === expected.range.peaks.length &&
    found.range.peaks.every((peak, at) => equalBytes(peak, expected.range.peaks[at] ?? peak))
  if (!isSame) throw new StoreError('damaged', 'the log ends in another way than it was left')
}

async function lastCheckpoint(rows: Store, length: number): Promise<Tip> {
  const at = length - (length % EVERY)
  if (at === 0) return NO_LOG
  const stored = await storedCheckpoint(rows, at)
  if (!stored) throw new StoreError('damaged', `the checkpoint after entry ${at} is missing`)
  return stored.tip
}
