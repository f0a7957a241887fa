import type { Parts } from './parts.ts'
import type { Wallets } from './wallets.ts'

/**
 * This store is an older copy: of a backup that was restored, or of a disk that somebody set back.
 * It has forgotten signatures and what was spent, for every device, so no wallet signs before both
 * of its machines have made new shares.
 */
export async function setAllBack(
  { now }: Pick<Parts, 'now'>,
  registry: Pick<Wallets, 'setAllBack'>,
): Promise<void> {
  await registry.setAllBack(now())
}
