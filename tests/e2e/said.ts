/** What the approval window says, in base units: as a person reads it off the screen. */
import type { Page } from 'playwright-core'
import { parseDecimal } from '../../extension/src/ui/words/amount.ts'

export type Said = {
  readonly headline: string
  /** What leaves to others. */
  readonly amount: bigint
  /** What inclusion costs. */
  readonly fee: bigint
}

/** Reads the question that is shown. @throws for an amount that is no amount, or comes instead of leaving. */
export async function said(window: Page, symbol: string, decimals: number): Promise<Said> {
  const headline = await window.getByRole('heading', { level: 1 }).innerText()
  const section = window.locator('section').filter({ hasText: 'What will change' })
  let [amount, fee] = [0n, 0n]
  for (const line of await section.getByRole('listitem').allInnerTexts()) {
    const [, sign, text = '', unit] = /^([-+])\s+(?:[-+]\s*)?([0-9,.]+)\s(\S+)/.exec(line) ?? []
    const units = parseDecimal(text.replaceAll(',', ''), decimals)
    if (sign !== '-' || unit !== symbol || units === undefined)
      throw new Error(`not read as an amount: ${line}`)
    if (line.includes('network fee')) fee += units
    else amount += units
  }
  return { headline, amount, fee }
}
