/** The recovery phrase in two halves, each read where it is shown, and confirmed as a person does it. */
import type { Page } from 'playwright-core'
import type { Pty } from '../daemon/pty.ts'

/** Numbers and words, as a person reads them. */
export const numbered = (text: string): Map<number, string> =>
  new Map(
    [...text.matchAll(/(\d+)\s+([a-z]{3,8})\b/g)].map(([, number, word = '']) => [
      Number(number),
      word,
    ]),
  )

/** The half of this browser, once it is shown. */
export async function wordsHere(page: Page): Promise<Map<number, string>> {
  await page.getByRole('button', { name: 'Show words' }).click()
  return numbered(await page.locator('ol.select-none').innerText())
}

/** Says that they are written down, and picks the three words that are asked. */
export async function confirmHere(page: Page, words: ReadonlyMap<number, string>): Promise<void> {
  await page.getByRole('button', { name: 'I wrote down all 12' }).click()
  for (let asked = 0; asked < 3; asked += 1)
    await answer(page, words, (word, right) => word === right)
}

/** Answers a question about a word. @returns how many choices there were. */
export async function answer(
  page: Page,
  words: ReadonlyMap<number, string>,
  isIt: (word: string, right: string) => boolean,
): Promise<number> {
  const title = page.getByRole('heading', { name: /Which is word \d+/ })
  const text = await title.innerText()
  const [number = ''] = /\d+/.exec(text) ?? []
  const buttons = page.getByRole('main').getByRole('button')
  const choices = await buttons.allInnerTexts()
  const right = words.get(Number(number)) ?? ''
  const word = choices.find((choice) => isIt(choice, right)) ?? ''
  await page.getByRole('button', { name: word, exact: true }).click()
  await page.getByRole('heading', { name: text, exact: true }).waitFor({ state: 'detached' })
  return choices.length
}

/** The half of the co-signer: read off its terminal, and typed there. @returns its words. */
export async function confirmThere(pty: Pty): Promise<Map<number, string>> {
  await pty.find(/Press Enter/)
  const [, shown = ''] = pty.screen().split('half of your recovery phrase')
  const words = numbered(shown)
  pty.type('\n')
  for (let asked = 0; asked < 3; asked += 1) {
    const [, number = ''] = await pty.find(/Word (\d+): /)
    pty.type(`${words.get(Number(number)) ?? ''}\n`)
  }
  return words
}
