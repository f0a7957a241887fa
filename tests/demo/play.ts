import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as after } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { AccountView } from '../../extension/src/messages/engine.ts'
import { program } from '../daemon/daemon.ts'
import type { Wallet } from '../e2e/wallet.ts'
import { doing, say } from './progress.ts'
import { setTheScene } from './scene.ts'
import type { Payees } from './shop.ts'

/** The demo with a person: they press the buttons, in a browser on this display, until they close it. */
export async function play(extension: string): Promise<void> {
  say(
    '\nA co-signer, a browser, a shop and three chains, on this machine, until you close the browser.',
  )
  say('Nothing of it is kept, and nothing in it is worth anything.\n')
  const { home, chains, shop, wallet, close } = await setTheScene(extension, { isSeen: true })
  const stop = Promise.withResolvers<void>()
  let isOver = false
  const over = () => {
    isOver = true
    stop.resolve()
  }
  process.once('SIGINT', over)
  wallet.context.once('close', over)
  try {
    const screen = await wallet.open('onboarding.html')
    say(
      '\nChromium shows the first screen. Copy this link into it; the rest is said there and here.\n',
    )
    while ((await pair(home)) !== 0) {
      if (isOver) return
      say('\nAnother link, where that one was too old:\n')
    }
    if ((await Promise.race([made(wallet, screen), stop.promise])) !== 'made') return
    await wallet.call(screen, 'choose', { nodes: chains.nodes, chains: chains.ids })
    await doing('Give it 10 ETH, 2 SOL and 0.01 BTC, of these chains', async () => {
      await chains.fund(await addressesOf(wallet, screen, chains.ids))
      await chains.mine()
    })
    const page = await wallet.context.newPage()
    await page.goto(shop.origin)
    say(
      '\nThe shop is open. Try the 5 ETH, too: the co-signer allows one a day. Ctrl-C ends it all.',
    )
    await stop.promise
  } finally {
    await close().catch(() => undefined)
  }
}

/** Invites a browser, in this terminal. @returns how it ended. */
async function pair(home: string): Promise<number | null> {
  const child = spawn(process.execPath, [program, 'pair', '--folder', home], { stdio: 'inherit' })
  const [code] = (await once(child, 'exit')) as [number | null]
  return code
}

/** Waits until the wallet is made. */
async function made(wallet: Wallet, screen: Page): Promise<'made'> {
  for (;;) {
    const state = (await wallet.call(screen, 'state')) as { readonly wallet: string }
    if (state.wallet === 'ready') return 'made'
    await after(300)
  }
}

async function addressesOf(wallet: Wallet, screen: Page, ids: Payees): Promise<Payees> {
  const views = (await wallet.call(screen, 'accounts')) as readonly AccountView[]
  const of = (chain: string): string => {
    const view = views.find((one) => one.chain === chain && one.number === 0)
    return view?.addresses[0]?.address ?? ''
  }
  return { evm: of(ids.evm), solana: of(ids.solana), bitcoin: of(ids.bitcoin) }
}
