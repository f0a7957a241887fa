/**
 * Merkle trees of RFC 9162, section 2.1, over SHA-256: what a log's owner computes, and what anybody
 * can verify. An entry's leaf is the hash of the log's chain at its place, so that a root stands for
 * the entries, their order, and everything before them.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { concat, equalBytes } from '../core/bytes.ts'

const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)
const HASH = 32

/** `SHA-256(0x00 ‖ entry)` */
export const leafHash = (entry: Uint8Array): Uint8Array => sha256(concat(LEAF, entry))

/** `SHA-256(0x01 ‖ left ‖ right)` */
export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array =>
  sha256(concat(NODE, left, right))

/** The root of a tree without leaves. */
export const EMPTY_ROOT: Uint8Array = sha256(new Uint8Array(0))

type Hashes = readonly Uint8Array[]

/** Whether a tree of `size` leaves continues the one of `before` leaves (RFC 9162, 2.1.4.2). */
export function verifyConsistency(
  before: { readonly length: bigint; readonly root: Uint8Array },
  now: { readonly length: bigint; readonly root: Uint8Array },
  proof: Hashes,
): boolean {
  if (before.length === 0n || before.length > now.length) return false
  if (before.length === now.length) return proof.length === 0 && equalBytes(before.root, now.root)
  // Step 2: where the old tree is complete, its root is the first node of the path.
  const isComplete = (before.length & (before.length - 1n)) === 0n
  const [first, ...path] = isComplete ? [before.root, ...proof] : proof
  if (!first) return false
  // Steps 3 to 5.
  let fn = before.length - 1n
  let sn = now.length - 1n
  while ((fn & 1n) === 1n) {
    fn >>= 1n
    sn >>= 1n
  }
  let old = first
  let all = first
  // Step 6.
  for (const node of path) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      old = nodeHash(node, old)
      all = nodeHash(node, all)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      all = nodeHash(all, node)
    }
    fn >>= 1n
    sn >>= 1n
  }
  // Step 7.
  return sn === 0n && equalBytes(old, before.root) && equalBytes(all, now.root)
}

/** Whether a leaf stands at an index, from 0 on, of a tree (RFC 9162, 2.1.3.2). */
export function verifyInclusion(
  leaf: Uint8Array,
  index: bigint,
  tree: { readonly length: bigint; readonly root: Uint8Array },
  proof: Hashes,
): boolean {
  if (index < 0n || index >= tree.length || leaf.length !== HASH) return false
  let fn = index
  let sn = tree.length - 1n
  let root = leaf
  for (const node of proof) {
    if (sn === 0n) return false
    if ((fn & 1n) === 1n || fn === sn) {
      root = nodeHash(node, root)
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n
        sn >>= 1n
      }
    } else {
      root = nodeHash(root, node)
    }
    fn >>= 1n
    sn >>= 1n
  }
  return sn === 0n && equalBytes(root, tree.root)
}
