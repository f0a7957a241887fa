import { bytesToHex } from '@noble/hashes/utils.js'
import { concat, u8 } from '../core/bytes.ts'
import { suites } from '../core/suite.ts'
import type { KeyShare } from '../share/share.ts'
import { type Child, derive, step } from './derive.ts'
import { type Path, encodePath } from './path.ts'

/** The parents of children that were asked for, by all that they follow from. Public keys only. */
const known = new WeakMap<KeyShare, Map<string, Child>>()

/** More than the accounts that a wallet signs for in turn. */
const MAX_PARENTS = 64

/**
 * {@link derive} for the key of a share: the group key is checked and a parent computed when a share
 * first needs it, since addresses have few parents. What was found goes when the share goes.
 *
 * @throws {DecodeError | InvalidChild} as `derive`.
 */
export function childOf(key: KeyShare, path: Path): Child {
  const { suite, publicKey, chainCode } = key
  const leaf = path.at(-1)
  if (leaf === undefined) return derive(suite, publicKey, chainCode, path)
  const above = encodePath(path).subarray(0, -4)
  // By its bytes: a share that was changed has other parents.
  const name = bytesToHex(concat(u8(suite), publicKey, chainCode, above))
  const parents = known.get(key) ?? new Map<string, Child>()
  let parent = parents.get(name)
  if (!parent) {
    parent = derive(suite, publicKey, chainCode, path.slice(0, -1))
    if (parents.size >= MAX_PARENTS) parents.clear()
    known.set(key, parents.set(name, parent))
  }
  return step(suites[suite], parent, leaf)
}
