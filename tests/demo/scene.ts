import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startWith } from '../daemon/daemon.ts'
import { startWallet } from '../e2e/wallet.ts'
import { startChains } from './chains.ts'
import { demoPolicy } from './policy.ts'
import { doing } from './progress.ts'
import { startShop } from './shop.ts'

/**
 * Three chains, a co-signer, a shop, and a browser with the wallet, for as long as the demo runs.
 *
 * @param isSeen whether the browser has a window of this display.
 */
export async function setTheScene(extension: string, { isSeen }: { readonly isSeen: boolean }) {
  const closing: (() => Promise<unknown> | void)[] = []
  const close = async (): Promise<void> => {
    for (const end of closing.splice(0).toReversed()) await end()
  }
  try {
    const home = mkdtempSync(join(tmpdir(), 'tandem-demo-'))
    closing.push(() => rmSync(home, { recursive: true, force: true }))
    const chains = await doing('Start three chains', startChains)
    closing.push(() => chains.close())
    const policy = demoPolicy(`${home}.toml`)
    closing.push(() => rmSync(policy))
    const daemon = await doing('Start a co-signer', () =>
      startWith(home, {
        chains: Object.values(chains.ids),
        init: ['--sealing', 'key-file', '--policy', policy],
      }),
    )
    closing.push(() => daemon.stop())
    const shop = await startShop(chains.payees, chains.payment)
    closing.push(() => shop.close())
    const wallet = await doing('Open Chromium with the wallet', () =>
      startWallet(extension, isSeen),
    )
    closing.push(() => wallet.close())
    return { home, chains, shop, wallet, close }
  } catch (error) {
    await close()
    throw error
  }
}
