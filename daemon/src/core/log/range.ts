import { EMPTY_ROOT, nodeHash } from '@tandem/protocol'

/**
 * A Merkle tree of which only the peaks are kept: the roots of its largest complete subtrees, from
 * left to right, one for each bit of its length. Enough to append, and to know the root.
 */
export type Range = { readonly length: number; readonly peaks: readonly Uint8Array[] }

/** The root of a complete subtree of 2^level leaves, the `index`-th of its level. */
export type Node = { readonly level: number; readonly index: number; readonly hash: Uint8Array }

export const EMPTY_RANGE: Range = { length: 0, peaks: [] }

/** Between the levels whose nodes are stored: 2^8 leaves are hashed again where one is needed. */
export const LEVELS = 8

/** @returns the longer tree, and the nodes of stored levels that this leaf completes. */
export function append(
  { length, peaks }: Range,
  leaf: Uint8Array,
): { readonly range: Range; readonly nodes: readonly Node[] } {
  const rest = [...peaks]
  const nodes: Node[] = []
  let hash = leaf
  let level = 0
  for (let index = length; index % 2 === 1;) {
    const left = rest.pop()
    if (!left) throw new Error('a tree has a peak for each bit of its length')
    hash = nodeHash(left, hash)
    level += 1
    index = Math.floor(index / 2)
    if (level % LEVELS === 0) nodes.push({ level, index, hash })
  }
  return { range: { length: length + 1, peaks: [...rest, hash] }, nodes }
}

/** The Merkle root of RFC 9162. */
export function rootOf({ peaks }: Range): Uint8Array {
  const last = peaks.at(-1)
  if (!last) return EMPTY_ROOT
  return peaks.slice(0, -1).reduceRight((right, left) => nodeHash(left, right), last)
}
