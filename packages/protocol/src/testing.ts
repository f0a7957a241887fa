import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ascii } from './core/bytes.ts'
import type { Rng } from './rng.ts'

/** Randomness for tests, vectors and the bench: a function of seed and label. Never for a wallet. */
export function testRng(seed: string): Rng {
  const prk = extract(sha512, ascii(seed))
  return (label, length) => expand(sha512, prk, ascii(label), length)
}
