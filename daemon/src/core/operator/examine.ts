import { lastBackup } from '../backup/last-backup.ts'
import { everyWallet } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Examined } from './messages.ts'

/** What only the daemon that runs can say about itself. */
export async function examine({ parts, self }: Pick<Inside, 'parts' | 'self'>): Promise<Examined> {
  const { at, isComplete } = await lastBackup(parts.store)
  let wallets = 0
  let setBack = 0
  for await (const record of everyWallet(parts.store)) {
    wallets += 1
    if (record.setBack === true) setBack += 1
  }
  return {
    ...(at !== undefined && { backup: new Date(at).toISOString() }),
    isComplete,
    wallets,
    setBack,
    ...self(),
  }
}
