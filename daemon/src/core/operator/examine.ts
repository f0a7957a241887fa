import { lastBackup } from '../backup/last-backup.ts'
import { breather } from '../log/breathe.ts'
import { setBacksOf } from '../set-back.ts'
import { everyWallet } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Examined } from './messages.ts'
import { isLost } from './wallet-views.ts'

/** What only the daemon that runs can say about itself. */
export async function examine({ parts, self }: Pick<Inside, 'parts' | 'self'>): Promise<Examined> {
  const { at, isComplete } = await lastBackup(parts.store)
  const { wallets } = await parts.view.total()
  const rest = breather()
  let [setBack, lost] = [0, 0]
  // A store that never was an older copy has none.
  if ((await setBacksOf(parts.store)).times > 0)
    for await (const record of everyWallet(parts.store)) {
      if (record.setBack === true) {
        setBack += 1
        if (await isLost(parts, record)) lost += 1
      }
      await rest()
    }
  return {
    ...(at !== undefined && { backup: new Date(at).toISOString() }),
    isComplete,
    wallets,
    setBack,
    lost,
    ...self(),
  }
}
