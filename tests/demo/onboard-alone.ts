import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { inTerminal } from '../daemon/pty.ts'
import { confirmHere, confirmThere, wordsHere } from '../e2e/phrase.ts'
import type { Wallet } from '../e2e/wallet.ts'
import { doing, say } from './progress.ts'

/** From nothing to a wallet, with both halves of its phrase, where nobody is. @returns its last screen. */
export async function onboardAlone(wallet: Wallet, home: string): Promise<Page> {
  const terminal = inTerminal(['pair', '--folder', home])
  const [link] = await terminal.find(/tandem:pair\?\S+/)
  const screen = await wallet.open('onboarding.html')
  await doing('Pair with the co-signer', async () => {
    await screen.getByLabel('Paste the pairing link').fill(link)
    await screen.getByRole('button', { name: 'Continue' }).click()
    const password = randomBytes(16).toString('hex')
    await screen.getByLabel('Password, 12 characters or more').fill(password)
    await screen.getByLabel('The same again').fill(password)
    await screen.getByRole('button', { name: 'Continue' }).click()
    await screen.getByRole('button', { name: 'Show words' }).waitFor()
  })
  say(
    '  Two halves of a recovery phrase are shown now. A person writes them down, on paper; the demo only answers',
  )
  say("  what is asked, here and on the co-signer's terminal, and nobody has them afterwards.")
  await doing('Confirm this half of the phrase', async () =>
    confirmHere(screen, await wordsHere(screen)),
  )
  await doing('Confirm the half of the co-signer', () => confirmThere(terminal))
  await doing('Make three keys, which no machine has', async () => {
    await screen.getByText('Your wallet is ready').waitFor()
    const code = await terminal.ended
    if (code !== 0) throw new Error(`the co-signer's terminal ended with exit code ${String(code)}`)
  })
  return screen
}
