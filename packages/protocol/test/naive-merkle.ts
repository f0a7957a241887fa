/** RFC 9162, section 2.1, word by word: recursive, with OpenSSL's SHA-256. */
import { createHash } from 'node:crypto'

const hash = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(createHash('sha256').update(Buffer.concat(parts)).digest())

/** The largest power of two smaller than n. */
function splitOf(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** MTH, over leaf hashes. */
export function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return hash()
  if (leaves.length === 1) return leaves[0]!
  const k = splitOf(leaves.length)
  return hash(Uint8Array.of(1), naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)))
}

/** PATH */
export function naiveInclusion(leaves: readonly Uint8Array[], index: number): Uint8Array[] {
  if (leaves.length <= 1) return []
  const k = splitOf(leaves.length)
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)]
  return index < k
    ? [...naiveInclusion(left, index), naiveRoot(right)]
    : [...naiveInclusion(right, index - k), naiveRoot(left)]
}

/** PROOF, from the first `m` leaves to all. */
export function naiveConsistency(leaves: readonly Uint8Array[], m: number): Uint8Array[] {
  const sub = (size: number, all: readonly Uint8Array[], isWhole: boolean): Uint8Array[] => {
    if (size === all.length) return isWhole ? [] : [naiveRoot(all)]
    const k = splitOf(all.length)
    const [left, right] = [all.slice(0, k), all.slice(k)]
    return size <= k
      ? [...sub(size, left, isWhole), naiveRoot(right)]
      : [...sub(size - k, right, false), naiveRoot(left)]
  }
  return sub(m, leaves, true)
}
