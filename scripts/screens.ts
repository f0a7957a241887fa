/** Takes the pictures of `docs/screens/`: the built extension in Chromium, with made-up requests. */
import { mkdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { show, startGallery } from '../tests/e2e/gallery.ts'
import { everyday, openMadeUp } from '../tests/e2e/made-up.ts'

const folder = join(import.meta.dirname, '../docs/screens')

/** They are for a page that people load. */
const MOST_BYTES = 400_000

const approvals = [
  ['transfer', 'row-01', 'light'],
  ['unlimited', 'row-08', 'light'],
  ['look-alike', 'row-03', 'dark'],
  ['signing', 'talking', 'dark'],
  ['refusal', 'own-denied', 'light'],
] as const

const places = [
  ['home', '', 'light'],
  ['cosigner', 'cosigner', 'dark'],
  ['receive', 'receive', 'light'],
] as const

mkdirSync(folder, { recursive: true })
const files: string[] = []
const gallery = await startGallery()
try {
  for (const [name, shot, theme] of approvals) {
    const page = await gallery.open()
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await show(page, shot)
    // The button that approves is usable by now.
    await page.waitForTimeout(700)
    files.push(await taken(page, name))
  }
  for (const [name, place, theme] of places) {
    const size = { width: 360, height: 600 }
    const page = await openMadeUp(gallery.wallet, `popup.html#/${place}`, {
      size,
      theme,
      stored: everyday,
    })
    files.push(await taken(page, name))
  }
} finally {
  await gallery.close()
}
const bytes = files.reduce((sum, file) => sum + statSync(file).size, 0)
if (bytes > MOST_BYTES) throw new Error(`the pictures have ${bytes} bytes, over ${MOST_BYTES}`)
process.stdout.write(`${files.length} pictures, ${bytes} bytes: ${folder}\n`)

async function taken(
  page: { screenshot(how: { path: string }): Promise<unknown>; close(): Promise<void> },
  name: string,
): Promise<string> {
  const path = join(folder, `${name}.png`)
  await page.screenshot({ path })
  await page.close()
  return path
}
