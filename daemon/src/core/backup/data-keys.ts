/**
 * What a backup keeps of the key wrap: not the key, which stays in its token or file, but the data key
 * of each secret. With them, the copy of the store opens on any machine.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes } from '@noble/hashes/utils.js'
import { wipe } from '@tandem/protocol'
import { type KeyWrap, KeyWrapError } from '../../ports/key-wrap.ts'
import type { Store } from '../../ports/store.ts'
import { contextOf, unseal } from '../envelope.ts'
import { sealedRows } from '../sealed-rows.ts'

const NAME = 32
const KEY = 32
const ENTRY = NAME + KEY

/**
 * The data key of every secret, each beside the name of what it opens. Opens each of them: a backup of what cannot
 * be opened is none.
 *
 * @returns secrets, for the caller to wipe. @throws {KeyWrapError}
 */
export async function dataKeysOf(
  store: Store,
  sealedRoot: Uint8Array,
  keys: Pick<KeyWrap, 'unwrap'>,
): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  const recording: Pick<KeyWrap, 'unwrap'> = {
    async unwrap(wrapped, context) {
      const key = await keys.unwrap(wrapped, context)
      found.push(concatBytes(nameOf(wrapped, context), key))
      return key
    },
  }
  try {
    for await (const { value, context } of sealedRows(store, sealedRoot))
      wipe(await unseal(recording, value, context))
  } catch (error) {
    wipe(...found)
    throw error
  }
  return found
}

/** Opens with what {@link dataKeysOf} gave, joined; wraps nothing. */
export function openedBy(dataKeys: Uint8Array) {
  const places = new Map<string, number>()
  for (let at = 0; at < dataKeys.length; at += ENTRY)
    places.set(bytesToHex(dataKeys.subarray(at, at + NAME)), at + NAME)
  return {
    kind: 'backup' as const,
    async unwrap(wrapped: Uint8Array, context: Uint8Array): Promise<Uint8Array> {
      const at = places.get(bytesToHex(nameOf(wrapped, context)))
      if (at === undefined)
        throw new KeyWrapError('failed', 'the backup has no key for this secret')
      return dataKeys.slice(at, at + KEY)
    },
    async close(): Promise<void> {
      wipe(dataKeys)
    },
  }
}

const nameOf = (wrapped: Uint8Array, context: Uint8Array): Uint8Array =>
  sha256(contextOf('data key', wrapped, context))
