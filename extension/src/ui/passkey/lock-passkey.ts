import { handOver } from '../../messages/handed-over.ts'
import type { LockPasskey } from '../../messages/passkey-lock.ts'
import { background } from '../background.ts'
import { askPrf, makePrfPasskey } from './prf.ts'

/** Makes a passkey that opens this browser from now on. @throws when no passkey was made, or {@link NoSecret}. */
export async function addLockPasskey(name: string, password: string): Promise<void> {
  const known = await background.lockPasskeys()
  const { secret, credentialId, salt } = await makePrfPasskey(name, known)
  const handed = handOver(secret)
  try {
    await background.addLockPasskey({
      credentialId,
      salt,
      name,
      password,
      handed: handed.name,
    })
  } finally {
    handed.end()
  }
}

/** Opens the wallet by one of them. @throws when nobody gave one, or an EngineError `passkey`. */
export async function unlockByPasskey(known: readonly LockPasskey[]): Promise<void> {
  const { credentialId, secret } = await askPrf(known)
  const handed = handOver(secret)
  try {
    await background.unlockByPasskey(credentialId, handed.name)
  } finally {
    handed.end()
  }
}
