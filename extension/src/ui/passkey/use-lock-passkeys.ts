import { useEffect, useState } from 'react'
import type { LockPasskey } from '../../messages/passkey-lock.ts'
import { background } from '../background.ts'
import { hasPasskeys } from './prf.ts'

/** The passkeys that open this browser, and how to look again; nothing before they are known. */
export function useLockPasskeys(): {
  readonly passkeys: readonly LockPasskey[] | undefined
  readonly look: () => Promise<void>
} {
  const [passkeys, setPasskeys] = useState<readonly LockPasskey[]>()
  async function look(): Promise<void> {
    setPasskeys(hasPasskeys() ? await background.lockPasskeys().catch(() => []) : [])
  }
  useEffect(() => void look(), [])
  return { passkeys, look }
}
