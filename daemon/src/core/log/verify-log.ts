import { ed25519 } from '@noble/curves/ed25519.js'
import { equalBytes } from '@tandem/protocol'
import { StoreError } from '../../ports/store.ts'
import type { Root } from '../root.ts'
import type { Log } from './kept-log.ts'
import { rootOf } from './range.ts'
import { EVERY } from './rows.ts'
import { NO_LOG, walk } from './walk.ts'

/** What a full verification found in order. */
export type Verified = {
  readonly entries: number
  readonly rows: number
  readonly checkpoints: number
  /** The Merkle root, as the next checkpoint signs it. */
  readonly root: Uint8Array
}

/**
 * Verifies everything from the first entry on: chain, tree, signed checkpoints, the MAC of each row. Goes
 * page by page: signatures and commits go on meanwhile.
 *
 * @throws {StoreError} `damaged`: what is wrong, and where.
 */
export async function verifyLog({ store, tip, countRows }: Log, root: Root): Promise<Verified> {
  const { hash, range } = tip()
  const identityPk = ed25519.getPublicKey(root.identity)
  const found = await walk(store, NO_LOG, range.length, { rows: store, identityPk })
  if (!equalBytes(found.hash, hash) || !equalBytes(rootOf(found.range), rootOf(range)))
    throw new StoreError('damaged', 'the log ends in another way than it was left')
  const rows = await countRows()
  const checkpoints = Math.floor(range.length / EVERY)
  return { entries: range.length, rows, checkpoints, root: rootOf(range) }
}
