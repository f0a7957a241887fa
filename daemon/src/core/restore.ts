import type { Parts } from './parts.ts'
import type { Wallets } from './wallets.ts'

/**
 * This store is an older copy: of a backup that was restored, or of a disk that somebody set back.
 * It has forgotten signatures and what was spent, for every device, so no wallet signs before both
 * of its machines have made new shares.
 *
 * @param how `again`: it was found just now, whatever was known before. `known`: a device says so, which
 *   may be what is known already.
 */
export async function setAllBack(
  { now }: Pick<Parts, 'now'>,
  registry: Pick<Wallets, 'setAllBack'>,
  how: 'again' | 'known' = 'known',
): Promise<void> {
  await registry.setAllBack(now(), how)
}
