import { isOlderCopy } from './core/counter.ts'
import { reseal } from './core/reseal.ts'
import { sealedUnder } from './core/sealed-under.ts'
import type { Outside } from './daemon.ts'
import { proposeSealing, settleSealing } from './next-sealing.ts'
import { StoreError } from './ports/store.ts'
import { type Sealing, withNewFile } from './sealing.ts'
import { whileStopped } from './stopped.ts'

/** A way to seal, and the PIN or passphrase that it needs. */
export type Sealed = { readonly sealing: Sealing; readonly secret: Uint8Array | undefined }

/**
 * Moves the secrets of a daemon that does not run under a new key. Broken off anywhere, they are all under the
 * old one or all under the new one, and the next start knows which. The old key stays where it is.
 *
 * @returns the sealing with what became known of it, and how many secrets moved.
 * @throws {KeyWrapError} @throws {StoreError} nothing has changed.
 */
export function resealDaemon(
  out: Outside,
  folder: string,
  from: Sealed,
  to: Sealed,
): Promise<{ readonly sealing: Sealing; readonly secrets: number }> {
  const { entropy, now } = out
  return whileStopped(out, folder, from.sealing, from.secret, async ({ raw, keys, log }) => {
    // SECURITY: with its counter an older copy would lose the last trace of being one. Test: ../tests/daemon/reseal.test.ts "an older copy is not moved away from its counter (needs swtpm)"
    if (await isOlderCopy(log.store, out.counterOf(from.sealing)))
      throw new StoreError('unsafe', 'this folder is an older copy: start it first, then stop it')
    const sealing = await out.makeKeys(folder, withNewFile(folder, to.sealing), to.secret)
    const next = await out.openKeys(folder, sealing, to.secret)
    try {
      const digest = proposeSealing(folder, sealing)
      const rows = [sealedUnder(digest)]
      const secrets = await reseal(raw, { from: keys, to: next }, entropy, now, rows)
      return { sealing, secrets }
    } finally {
      await settleSealing(raw, folder)
      await next.close()
    }
  })
}
