/** What a person does on a page, found by what it says. */
import type { ElementHandle, Page } from 'puppeteer-core'

/** Presses a button, once it can be pressed: what approves is off where nobody looks. */
export async function press(page: Page, name: string): Promise<void> {
  const button = await pressable(page, name)
  await button.click()
}

/** The button, once it can be pressed. */
export async function pressable(page: Page, name: string): Promise<ElementHandle> {
  await page.bringToFront()
  return found(
    page,
    (said) => {
      const all = [...document.querySelectorAll('button:not([aria-disabled=true]), a')]
      const named = (is: (text: string) => boolean) =>
        all.find(({ textContent }) => is(textContent?.trim() ?? ''))
      return named((text) => text === said) ?? named((text) => text.includes(said))
    },
    name,
  )
}

/** Writes into the field with this label. */
export async function fill(page: Page, label: string, text: string): Promise<void> {
  const field = await found(
    page,
    (said) => {
      const all = [...document.querySelectorAll('input')]
      return all.find(({ labels }) => labels?.[0]?.textContent.includes(said))
    },
    label,
  )
  await field.type(text)
}

/** Waits until the page says this. @returns all that it says. */
export async function reads(page: Page, pattern: RegExp): Promise<string> {
  const said = await page.waitForFunction(
    (source) => {
      const text = document.body.innerText
      return new RegExp(source).test(text) ? text : undefined
    },
    {},
    pattern.source,
  )
  return String(await said.jsonValue())
}

async function found(
  page: Page,
  find: (said: string) => Element | undefined,
  said: string,
): Promise<ElementHandle> {
  const handle = await page.waitForFunction(find, {}, said)
  const element = handle.asElement()
  if (!element) throw new Error(`there is no ${said}`)
  return element as ElementHandle
}

/** What these elements say, a line for each. */
export const textOf = (page: Page, selector: string): Promise<string> =>
  page.evaluate(
    (query) => [...document.querySelectorAll(query)].map((one) => one.textContent).join('\n'),
    selector,
  )
