import { equalBytes, isSignedCheckpoint, leafHash } from '@tandem/protocol'
import { entryHash } from '../../ports/log-chain.ts'
import { type Head, type LogEntry, type Store, StoreError } from '../../ports/store.ts'
import { decodeRow } from '../encoding.ts'
import { breathe } from './breathe.ts'
import { type Node, type Range, EMPTY_RANGE, append, rootOf } from './range.ts'
import { CheckpointRow, EVERY, checkpointKey, nodeKey } from './rows.ts'

/** How a log ends: its hash chain, and its tree. */
export type Tip = { readonly hash: Uint8Array; readonly range: Range }

export const NO_LOG: Tip = { hash: new Uint8Array(32), range: EMPTY_RANGE }

export const headOf = ({ hash, range }: Tip): Head => ({ length: range.length, hash })

/** Entries in memory at a time. */
const PAGE = 500

/** The tip after an entry, and what becomes known of the tree with it. */
export function follow(
  tip: Tip,
  body: Uint8Array,
): { readonly tip: Tip; readonly nodes: readonly Node[] } {
  const hash = entryHash(headOf(tip), body)
  const { range, nodes } = append(tip.range, leafHash(hash))
  return { tip: { hash, range }, nodes }
}

/** What a walk compares with, beside the entries themselves. */
export type Witness = {
  /** Rows as they may be believed. */
  readonly rows: Pick<Store, 'get'>
  readonly identityPk: Uint8Array
}

/**
 * Reads the log from a tip to a length and computes every hash again; compares the stored nodes of its
 * tree and the stored checkpoints on the way.
 *
 * @throws {StoreError} `damaged`: the first place where something differs.
 */
export async function walk(
  log: Pick<Store, 'events'>,
  from: Tip,
  length: number,
  witness: Witness,
): Promise<Tip> {
  let tip = from
  while (tip.range.length < length) {
    const page = await log.events(tip.range.length + 1, Math.min(PAGE, length - tip.range.length))
    if (page.length === 0) throw damaged(tip.range.length + 1, 'is missing')
    for (const entry of page) {
      const next = follow(tip, entry.body)
      requireEntry(entry, next.tip)
      for (const node of next.nodes) await requireNode(witness.rows, node)
      tip = next.tip
      if (tip.range.length % EVERY === 0) await requireCheckpoint(tip, witness)
    }
    await breathe()
  }
  return tip
}

function requireEntry({ place, hash }: LogEntry, { hash: expected, range }: Tip): void {
  if (place !== range.length) throw damaged(range.length, 'is missing')
  // SECURITY: an entry that another hand wrote hides what was signed. Test: test/log/tamper.test.ts "every changed bit of the log is found"
  if (!equalBytes(hash, expected)) throw damaged(place, 'was changed by another hand')
}

async function requireNode(rows: Pick<Store, 'get'>, node: Node): Promise<void> {
  const stored = await rows.get('tree', nodeKey(node))
  if (!stored || !equalBytes(stored, node.hash))
    throw new StoreError('damaged', `the log's tree has another node ${node.level}/${node.index}`)
}

async function requireCheckpoint(tip: Tip, { rows, identityPk }: Witness): Promise<void> {
  const { length } = tip.range
  const stored = await storedCheckpoint(rows, length)
  const state = stored && {
    length: BigInt(length),
    root: rootOf(stored.tip.range),
    at: BigInt(stored.at),
    signature: stored.signature,
  }
  if (
    !state ||
    !equalBytes(rootOf(tip.range), state.root) ||
    !isSignedCheckpoint(state, identityPk)
  )
    throw new StoreError('damaged', `the checkpoint after entry ${length} is of another log`)
}

/** A checkpoint that was stored at a length. */
export async function storedCheckpoint(
  rows: Pick<Store, 'get'>,
  at: number,
): Promise<{ tip: Tip; at: number; signature: Uint8Array } | undefined> {
  const stored = await rows.get('checkpoint', checkpointKey(at))
  if (!stored) return undefined
  const { length, hash, peaks, ...signed } = decodeRow(CheckpointRow, stored)
  return { tip: { hash, range: { length, peaks } }, ...signed }
}

function damaged(place: number, what: string): StoreError {
  return new StoreError('damaged', `entry ${place} of the log ${what}`)
}
