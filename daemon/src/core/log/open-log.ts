import { ed25519 } from '@noble/curves/ed25519.js'
import { equalBytes } from '@tandem/protocol'
import { type Head, type Store, StoreError } from '../../ports/store.ts'
import { authenticated } from '../authenticated.ts'
import { decodeRow } from '../encoding.ts'
import type { Root } from '../root.ts'
import { type Log, keptLog } from './kept-log.ts'
import { NO_ROWS, stateOf } from './row-sum.ts'
import { EVERY, TIP_KEY, TipRow } from './rows.ts'
import { scan } from './scan.ts'
import { NO_LOG, type Tip, headOf, storedCheckpoint, walk } from './walk.ts'

/**
 * Opens what the daemon keeps, if it is what the daemon left: the log ends as it ended, the entries since
 * the last stored checkpoint hash to that end, and every row is one that we wrote and the newest of
 * its key. {@link verifyLog} reads the entries before, too.
 *
 * Only an older copy of everything passes; the devices notice that.
 *
 * @throws {StoreError} `damaged`
 */
export async function openLog(raw: Store, root: Root, now: () => Date): Promise<Log> {
  const rows = authenticated(raw, root.rows)
  const identityPk = ed25519.getPublicKey(root.identity)
  const stored = await rows.get('meta', TIP_KEY)
  const head = await raw.head()
  const sum = await scan(raw, root.rows)
  if (!stored) {
    // SECURITY: without its last row everything before could be gone. Test: test/log/tamper.test.ts "a store without its tip does not pass for a new one"
    if (head.length > 0 || sum.rows > 0)
      throw new StoreError('damaged', 'the row that says how the log ends is missing')
    return keptLog(raw, root, now, { tip: NO_LOG, sum: NO_ROWS })
  }
  const { length, hash, peaks, ...counted } = decodeRow(TipRow, stored)
  const tip: Tip = { hash, range: { length, peaks } }
  requireHead(head, headOf(tip))
  const from = await lastCheckpoint(rows, length)
  requireTip(await walk(raw, from, length, { rows, identityPk }), tip)
  // SECURITY: a row that is gone or set back raises a limit or frees a nonce. Test: test/log/tamper.test.ts "a row that is deleted, or set back to what it was, is found"
  if (sum.rows !== counted.rows || !equalBytes(stateOf(root.rows, sum), counted.state))
    throw new StoreError('damaged', `rows are missing or old: ${sum.rows} of ${counted.rows} found`)
  return keptLog(raw, root, now, { tip, sum })
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
