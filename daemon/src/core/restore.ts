import type { Parts } from './parts.ts'
import { allWallets } from './wallet-record.ts'
import type { Wallets } from './wallets.ts'

/**
 * This store is an older copy: of a backup that was restored, or of a disk that somebody set back.
 * It has forgotten signatures and what was spent, for every device, so no wallet signs before both
 * of its machines have made new shares.
 */
export async function setAllBack(parts: Parts, registry: Wallets): Promise<void> {
  for (const { device, wallet, setBack } of await allWallets(parts.store)) {
    if (setBack === true) continue
    await registry.change(device, wallet, async (record) => {
      if (!record) return undefined
      await registry.close(wallet)
      return {
        record: { ...record, setBack: true },
        events: [{ type: 'set-back', at: parts.now().getTime(), wallet }],
      }
    })
  }
}
