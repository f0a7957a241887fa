/** A wallet that is ready, made once for a run: files that are about something else begin with a copy of it. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { startWith } from '../daemon/daemon.ts'
import { onboard, startWallet } from './wallet.ts'
import { chains } from './world.ts'

/**
 * Leaves two folders, of programs that have ended: `home` of the co-signer, and `profile` of the browser.
 *
 * @returns where they are.
 */
export async function prepare(folder: string): Promise<string> {
  const daemon = await startWith(join(folder, 'home'), { chains: Object.values(chains) })
  try {
    const wallet = await startWallet()
    try {
      await onboard(wallet, daemon.link)
      await wallet.context.close()
      cpSync(wallet.profile, join(folder, 'profile'), { recursive: true })
    } finally {
      await wallet.close()
    }
  } finally {
    await daemon.stop()
  }
  return folder
}
