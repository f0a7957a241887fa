import { wipe } from '@tandem/protocol'
import type { Entropy } from '../ports/entropy.ts'
import { type KeyWrap, KeyWrapError } from '../ports/key-wrap.ts'
import type { Batch, Store } from '../ports/store.ts'
import { noCounter } from './counter.ts'
import { seal, unseal } from './envelope.ts'
import { encodeEvent } from './event.ts'
import { openLog } from './log/open-log.ts'
import { ROOT_KEY } from './log/rows.ts'
import { ROOT_CONTEXT, openRoot, wipeRoot } from './root.ts'
import { sealedRows } from './sealed-rows.ts'

/** What opens a secret: a key wrap, or a backup's data keys. */
type Unwraps = Pick<KeyWrap, 'unwrap'> & { readonly kind: KeyWrap['kind'] | 'backup' }

/**
 * Moves every sealed secret from one key wrap to another, in one commit: a crash leaves all of them
 * under the old one or all under the new. Done again it does nothing. Nobody else may have the
 * store open.
 *
 * The old key stays where it is. Old copies of the store open with it, until it is destroyed.
 *
 * @param also rows that say where they are now.
 * @returns how many secrets moved.
 * @throws {KeyWrapError} nothing has changed.
 */
export async function reseal(
  raw: Store,
  { from, to }: { readonly from: Unwraps; readonly to: KeyWrap },
  entropy: Entropy,
  now: () => Date,
  also: NonNullable<Batch['rows']> = [],
): Promise<number> {
  const sealedRoot = await raw.get('meta', ROOT_KEY)
  if (!sealedRoot) throw new Error('this daemon is not set up')
  if (await opens(to, sealedRoot)) return 0
  const root = await openRoot(from, sealedRoot)
  try {
    const { store } = await openLog(raw, root, now)
    const rows: NonNullable<Batch['rows']>[number][] = []
    for await (const { table, key, value, context } of sealedRows(store, sealedRoot))
      rows.push({ table, key, value: await moved(from, to, entropy, value, context) })
    const event = {
      type: 'resealed',
      at: now().getTime(),
      from: from.kind,
      to: to.kind,
      secrets: rows.length,
    } as const
    // Another key may be on a machine with another counter, or none.
    await store.commit({ rows: [...rows, noCounter, ...also], events: [encodeEvent(event)] })
    return rows.length
  } finally {
    wipeRoot(root)
  }
}

async function opens(keys: KeyWrap, sealedRoot: Uint8Array): Promise<boolean> {
  try {
    wipe(await unseal(keys, sealedRoot, ROOT_CONTEXT))
    return true
  } catch (error) {
    if (error instanceof KeyWrapError && error.code === 'failed') return false
    throw error
  }
}

async function moved(
  from: Unwraps,
  to: KeyWrap,
  entropy: Entropy,
  value: Uint8Array,
  context: Uint8Array,
): Promise<Uint8Array> {
  const secret = await unseal(from, value, context)
  try {
    const sealed = await seal(to, entropy, secret, context)
    // SECURITY: a share that the new key does not open again is lost. Test: src/core/reseal.test.ts "a key wrap that does not open what it wrapped moves nothing"
    wipe(await unseal(to, sealed, context))
    return sealed
  } finally {
    wipe(secret)
  }
}
