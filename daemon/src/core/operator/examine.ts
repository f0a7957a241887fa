import { lastBackup } from '../backup/last-backup.ts'
import { allWallets } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Examined } from './messages.ts'

/** What only the daemon that runs can say about itself. */
export async function examine({ parts, self }: Pick<Inside, 'parts' | 'self'>): Promise<Examined> {
  const { at, isComplete } = await lastBackup(parts.store)
  const wallets = await allWallets(parts.store)
  return {
    ...(at !== undefined && { backup: new Date(at).toISOString() }),
    isComplete,
    wallets: wallets.length,
    setBack: wallets.filter(({ setBack }) => setBack === true).length,
    ...self(),
  }
}
