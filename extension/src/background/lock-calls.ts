import type { Engine } from '../messages/engine.ts'
import type { LockCalls } from '../messages/passkey-lock.ts'

/** What opens this browser: the engine keeps all of it. */
export const lockCalls = (engine: Engine): LockCalls => ({
  changePassword: (before, after) => engine.changePassword(before, after),
  requirePassword: (password) => engine.requirePassword(password),
  lockPasskeys: () => engine.lockPasskeys(),
  addLockPasskey: (passkey) => engine.addLockPasskey(passkey),
  removeLockPasskey: (credentialId) => engine.removeLockPasskey(credentialId),
})
