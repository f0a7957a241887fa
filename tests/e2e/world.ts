/** Everything that a person and a site meet: three chains, a co-signer, a browser with the wallet. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { type Anvil, startAnvil } from '../../packages/chains/test/evm/anvil.ts'
import { type Svm, svm } from '../../packages/chains/test/solana/svm.ts'
import { type Server, esplora } from '../chains/bitcoin/esplora.ts'
import { type SolanaNode, solanaNode } from '../chains/solana/rpc.ts'
import { type DaemonProcess, type Wanted, startWith } from '../daemon/daemon.ts'
import { type SitePage, openSite, startSite } from './site.ts'
import { type Wallet, onboard, reopen, startWallet } from './wallet.ts'

const DEVNET = 'EtWTRABZaYq6iMfeYKouRu166VU2xqa1wcaWoxPkrZBG'

/** CAIP-2 of the chains of this machine. */
export const chains = {
  evm: 'eip155:31337',
  solana: `solana:${DEVNET.slice(0, 32)}`,
  bitcoin: 'bip122:0f9188f13cb7b2c71f2a335e3a4fc328',
} as const

export type World = {
  /** The co-signer's folder. */
  readonly home: string
  readonly anvil: Anvil
  readonly vm: Svm
  readonly solana: SolanaNode
  readonly bitcoin: Server
  readonly daemon: DaemonProcess
  readonly wallet: Wallet
  /** A screen of the extension, for {@link Wallet.call}. */
  readonly screen: Page
  readonly origin: string
  /** Another tab of the site. */
  openSite(origin?: string): Promise<SitePage>
  close(): Promise<void>
}

/**
 * Starts all of it, with a wallet that is ready and nodes that are chosen. It is a copy of the one that
 * was made for the run (prepare.ts), unless its co-signer is to be set up otherwise.
 *
 * @param browser what Chromium is started with, beside the usual.
 * @param extension the folders of the extensions in it, where the wallet is not the only one.
 */
export async function startWorld(
  wanted: Wanted = {},
  browser: string[] = [],
  extension?: string,
): Promise<World> {
  const closing: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of closing.toReversed()) await end()
  }
  const starting: Promise<unknown>[] = []
  /** They start at once, and each that started is closed. */
  function start<T>(part: Promise<T>, end: (part: T) => Promise<unknown>): Promise<T> {
    const started = part.then((value) => {
      closing.push(() => end(value))
      return value
    })
    starting.push(started)
    return started
  }
  try {
    const home = mkdtempSync(join(tmpdir(), 'tandem-home-'))
    closing.push(async () => rmSync(home, { recursive: true, force: true }))
    const ready = wanted.init ? undefined : process.env['TANDEM_READY']
    if (ready !== undefined) cpSync(join(ready, 'home'), home, { recursive: true })
    const profile = ready === undefined ? undefined : join(ready, 'profile')
    const vm = svm()
    const [wallet, daemon, anvil, solana, bitcoin, site] = await Promise.all([
      start(startWallet(extension, false, browser, profile), (one) => one.close()),
      start(startWith(home, { chains: Object.values(chains), ...wanted }), (one) => one.stop()),
      start(startAnvil(), (one) => one.stop()),
      start(solanaNode(vm, DEVNET), (one) => one.close()),
      start(esplora(), (one) => one.close()),
      start(startSite(), (one) => one.close()),
    ])
    const screen = await (ready === undefined ? onboard : reopen)(wallet, daemon.link)
    const nodes = {
      [chains.evm]: anvil.url,
      [chains.solana]: solana.url,
      [chains.bitcoin]: bitcoin.url,
    }
    await wallet.call(screen, 'choose', { nodes, chains })
    return {
      home,
      anvil,
      vm,
      solana,
      bitcoin,
      daemon,
      wallet,
      screen,
      origin: site.origin,
      openSite: (origin = site.origin) => openSite(wallet.context, origin),
      close,
    }
  } catch (error) {
    await Promise.allSettled(starting)
    await close()
    throw error
  }
}
