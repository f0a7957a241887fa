import { wipe } from '@tandem/protocol'
import type { LockCalls } from '../messages/passkey-lock.ts'
import type { Clock } from './ports/clock.ts'
import type { Disk } from './ports/disk.ts'
import { addLockPasskey, lockPasskeys, removeLockPasskey } from './passkey-lock.ts'
import { tryOnce } from './tries.ts'
import { changePassword, openVault } from './vault.ts'

type Parts = {
  readonly disk: Disk
  readonly clock: Clock
  readonly entropy: (length: number) => Uint8Array
  /** The secret that a screen hands over under this name. */
  readonly takeOver: (name: string) => Promise<Uint8Array>
}

/**
 * What screens change about the lock of this browser.
 *
 * @param keyNow the key of the vault. @throws while the wallet is locked.
 */
export function lockCalls(parts: Parts, keyNow: () => Uint8Array): LockCalls {
  const { disk, clock, entropy, takeOver } = parts

  async function requirePassword(password: string): Promise<void> {
    wipe(await tryOnce(disk, clock, () => openVault(disk, password)))
  }

  return {
    requirePassword,
    lockPasskeys: () => lockPasskeys(disk),

    async addLockPasskey({ password, handed, ...passkey }) {
      const secret = await takeOver(handed)
      try {
        // SECURITY: whoever finds an open browser must not leave a key of their own in it. Test: src/engine/lock-calls.test.ts "another way in is added by who has one"
        await requirePassword(password)
        // A copy: it may be locked meanwhile, which wipes the key.
        const key = keyNow().slice()
        await addLockPasskey(disk, key, { ...passkey, at: clock.now() }, secret, entropy)
        wipe(key)
      } finally {
        wipe(secret)
      }
    },

    async removeLockPasskey(credentialId) {
      keyNow()
      await removeLockPasskey(disk, credentialId)
    },

    async changePassword(before, after) {
      keyNow()
      await tryOnce(disk, clock, () => changePassword(disk, before, after, entropy))
    },
  }
}
