/** Proofs of RFC 9162, section 2.1, from the log's own entries and the nodes that are stored. */
import { leafHash, nodeHash } from '@tandem/protocol'
import { StoreError, type Store } from '../../ports/store.ts'
import { EMPTY_RANGE, LEVELS, append, rootOf } from './range.ts'
import { nodeKey } from './rows.ts'

const STORED = 2 ** LEVELS

/** That the first `now` entries continue the first `before`, both in the log; nothing from 0. */
export async function proveConsistency(
  store: Store,
  before: number,
  now: number,
): Promise<Uint8Array[]> {
  if (before === 0 || before >= now) return []
  const sub = async (
    from: number,
    size: number,
    length: number,
    isWhole: boolean,
  ): Promise<Uint8Array[]> => {
    if (size === length) return isWhole ? [] : [await hashOf(store, from, length)]
    const left = splitOf(length)
    if (size <= left)
      return [
        ...(await sub(from, size, left, isWhole)),
        await hashOf(store, from + left, length - left),
      ]
    return [
      ...(await sub(from + left, size - left, length - left, false)),
      await hashOf(store, from, left),
    ]
  }
  return sub(0, before, now, true)
}

/** That the entry at a place, from 1 on, is one of the first `length`. */
export async function proveInclusion(
  store: Store,
  place: number,
  length: number,
): Promise<Uint8Array[]> {
  const path = async (from: number, index: number, size: number): Promise<Uint8Array[]> => {
    if (size === 1) return []
    const left = splitOf(size)
    return index < left
      ? [...(await path(from, index, left)), await hashOf(store, from + left, size - left)]
      : [...(await path(from + left, index - left, size - left)), await hashOf(store, from, left)]
  }
  return path(0, place - 1, length)
}

/** The root over `length` leaves from an index on. */
async function hashOf(store: Store, from: number, length: number): Promise<Uint8Array> {
  const level = Math.round(Math.log2(length))
  if (level > 0 && level % LEVELS === 0 && 2 ** level === length) {
    const node = await store.get('tree', nodeKey({ level, index: from / length }))
    if (!node) throw new StoreError('damaged', `a node of the log's tree is missing`)
    return node
  }
  if (length > STORED) {
    const left = splitOf(length)
    return nodeHash(
      await hashOf(store, from, left),
      await hashOf(store, from + left, length - left),
    )
  }
  const entries = await store.events(from + 1, length)
  if (entries.length !== length)
    throw new StoreError('damaged', `entries of the log are missing after ${from}`)
  return rootOf(
    entries.reduce((range, { hash }) => append(range, leafHash(hash)).range, EMPTY_RANGE),
  )
}

/** The largest power of two that is smaller. */
function splitOf(size: number): number {
  let left = 1
  while (left * 2 < size) left *= 2
  return left
}
