import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Batch, Store } from '../ports/store.ts'

const KEY = utf8ToBytes('sealing')
const DIGEST = 32

/** Says under which sealing the secrets are, in the commit that moves them there. @param digest SHA-256 of its description. */
export const sealedUnder = (digest: Uint8Array): NonNullable<Batch['rows']>[number] => ({
  table: 'meta',
  key: KEY,
  value: digest,
})

/**
 * Which sealing the secrets are under, before anything is unsealed; nothing where they were never moved.
 * Nobody has verified it: who changes it makes the secrets not open, and no more.
 */
export async function namedSealing(raw: Pick<Store, 'get'>): Promise<Uint8Array | undefined> {
  return (await raw.get('meta', KEY))?.slice(-DIGEST)
}
