import { isOlderCopy } from './core/counter.ts'
import { reseal } from './core/reseal.ts'
import { sealedUnder } from './core/sealed-under.ts'
import type { Outside } from './daemon.ts'
import { proposeSealing, settleSealing } from './next-sealing.ts'
import { StoreError } from './ports/store.ts'
import { type Sealing, withNewFile } from './sealing.ts'
import { type Opening, whileStopped } from './stopped.ts'

export type Resealed = {
  readonly from: Sealing
  readonly to: Sealing
  /** How many moved. */
  readonly secrets: number
}

/**
 * Moves the secrets of a daemon that does not run under a new key. Broken off anywhere, they are all under the
 * old one or all under the new one, and the next start knows which. The old key stays where it is.
 *
 * @param newSecret the PIN or passphrase of the new key; it is wiped.
 * @throws {KeyWrapError} @throws {StoreError} nothing has changed.
 */
export function resealDaemon(
  out: Outside,
  folder: string,
  opening: Opening,
  wanted: Sealing,
  newSecret: () => Promise<Uint8Array | undefined>,
): Promise<Resealed> {
  const { entropy, now } = out
  return whileStopped(out, folder, opening, async ({ raw, sealing: from, keys, log }) => {
    // SECURITY: without its counter an older copy would lose the last trace of being one. Test: ../tests/daemon/reseal.test.ts "an older copy is not moved away from its counter (needs swtpm)"
    if (await isOlderCopy(log.store, out.counterOf(from)))
      throw new StoreError('unsafe', 'this folder is an older copy: start it first, then stop it')
    const secret = await newSecret()
    try {
      const to = await out.makeKeys(folder, withNewFile(folder, wanted), secret)
      const next = await out.openKeys(folder, to, secret)
      try {
        const rows = [sealedUnder(proposeSealing(folder, to))]
        const secrets = await reseal(raw, { from: keys, to: next }, entropy, now, rows)
        await settleSealing(raw, folder)
        return { from, to, secrets }
      } catch (error) {
        // SECURITY: a commit that the disk refused can be there when it is opened again, and only that start knows. Test: ../tests/daemon/reseal.test.ts "what a disk refused is settled by the next start (needs strace)"
        if (error instanceof StoreError) throw error
        await settleSealing(raw, folder)
        throw error
      } finally {
        await next.close()
      }
    } finally {
      secret?.fill(0)
    }
  })
}
