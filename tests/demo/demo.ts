/**
 * The main job without a person: a co-signer, a browser with the wallet, a shop and three chains on
 * this machine. What a person would do is done here on the same screens, and said.
 */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from 'playwright-core'
import { onboardAlone } from './onboard-alone.ts'
import { doing, say } from './progress.ts'
import { setTheScene } from './scene.ts'
import type { Payees } from './shop.ts'

const families = ['evm', 'solana', 'bitcoin'] as const
const names = { evm: 'Ethereum', solana: 'Solana', bitcoin: 'Bitcoin' } as const
/** What the shop asks for, in base units. */
const prices = { evm: 500_000_000_000_000_000n, solana: 500_000_000n, bitcoin: 150_000n }

/** @param extension the folder of its build. @throws when anything is not as it should be. */
export async function demo(extension: string): Promise<void> {
  const started = performance.now()
  const pictures = mkdtempSync(join(tmpdir(), 'tandem-demo-pictures-'))
  say('\nA co-signer, a browser, a shop and three chains, on this machine and for this minute.')
  say('Nobody is here to press buttons: the demo presses them, on the screens that a person has.\n')
  const { home, chains, shop, wallet, close } = await setTheScene(extension, { isSeen: false })
  try {
    const take = photographer(pictures)
    /** Looks at the question, and presses once the button can be pressed. */
    const agree = async (name: string, picture: string) => {
      const window = await approvalWindow(wallet.context)
      await window.setViewportSize({ width: 400, height: 640 })
      const button = window.locator('button:not([aria-disabled=true])').filter({ hasText: name })
      await button.waitFor()
      await take(window, picture)
      await button.click()
    }

    const screen = await onboardAlone(wallet, home)
    await take(screen, 'ready')
    await wallet.call(screen, 'choose', { nodes: chains.nodes, chains: chains.ids })
    const page = await wallet.context.newPage()
    await page.goto(shop.origin)
    await page.locator('body[data-ready]').waitFor()

    const payer: Record<keyof Payees, string> = { evm: '', solana: '', bitcoin: '' }
    const ids: string[] = []
    for (const family of families) {
      payer[family] = await doing(`Connect the shop on ${names[family]}`, () =>
        press(page, `${family}-connect`, () => agree('Connect', `${family}-connect`)),
      )
    }
    await chains.fund(payer)
    for (const family of families) {
      await doing(`Sign a message on ${names[family]}`, () =>
        press(page, `${family}-sign`, () => agree('Sign', `${family}-message`)),
      )
      const id = await doing(`Pay the shop on ${names[family]}`, () =>
        press(page, `${family}-send`, () => agree('Approve', `${family}-payment`)),
      )
      ids.push(`${names[family].padEnd(9)} ${id}`)
    }
    await doing('Pay 5 ETH, which the co-signer refuses', () =>
      press(page, 'evm-too-much', () => agree('Close', 'refusal')),
    )
    await chains.mine()
    const received = await chains.received()
    for (const family of families)
      if (received[family] !== prices[family])
        throw new Error(`the shop has ${received[family]} on ${family}, not ${prices[family]}`)
    await take(page, 'shop')

    say('\nThe shop has what the screens said, to the unit. Transactions:')
    for (const id of ids) say(`  ${id}`)
    say(`\nPictures of every screen: ${pictures}`)
    say(
      `Done in ${Math.round((performance.now() - started) / 1000)} s. No machine has held a whole key.`,
    )
  } finally {
    await close()
  }
}

/** Presses a button of the shop, then does what a person does. @returns what the shop got. */
async function press(page: Page, button: string, person: () => Promise<void>): Promise<string> {
  const lines = page.locator('#log li')
  const before = await lines.count()
  await page.locator(`#${button}`).click()
  await person()
  await page.waitForFunction((count) => document.querySelectorAll('#log li').length > count, before)
  const said = (await lines.first().textContent()) ?? ''
  return said.slice(said.indexOf(': ') + 2)
}

const isApproval = (page: Page) => page.url().includes('/approve.html')

async function approvalWindow(context: BrowserContext): Promise<Page> {
  return context.pages().find(isApproval) ?? context.waitForEvent('page', { predicate: isApproval })
}

function photographer(folder: string) {
  let number = 0
  return async (page: Page, name: string): Promise<void> => {
    number += 1
    await page.screenshot({ path: join(folder, `${String(number).padStart(2, '0')}-${name}.png`) })
  }
}
