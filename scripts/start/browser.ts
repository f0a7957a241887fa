import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say, step } from './say.ts'

/** The id that the manifest's key fixes. */
const EXTENSION = 'ccnlpkbiaglgjmpgdebndbafhphgccke'

const names = ['chromium', 'chromium-browser', 'ungoogled-chromium', 'brave-browser', 'vivaldi']
const apps = ['/Applications/Chromium.app/Contents/MacOS/Chromium']

/** Whether a window can be shown to somebody. */
export const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

/**
 * Opens a browser of its own with the wallet, on a profile of its own, or says how to load it.
 *
 * @param page of the extension to begin with.
 */
export function openBrowser(extension: string, profile: string, page?: string): void {
  const chromium = findChromium()
  if (chromium === undefined || !hasDisplay) {
    const why = chromium === undefined ? 'no Chromium was found' : 'this machine has no display'
    say(`\nThe wallet was not opened: ${why}. To load it in a browser of yours:`)
    say('  1. open chrome://extensions and switch on Developer mode')
    say(`  2. Load unpacked: ${extension}`)
    say('Google Chrome, Brave, Edge and Vivaldi can do that, too.\n')
    return
  }
  const url = page === undefined ? [] : [`chrome-extension://${EXTENSION}/${page}`]
  const args = [
    `--user-data-dir=${profile}`,
    `--load-extension=${extension}`,
    '--no-first-run',
    '--no-default-browser-check',
    ...url,
  ]
  const child = spawn(chromium, args, { stdio: 'ignore', detached: true })
  child.on('error', () => say(`${chromium} did not start`))
  child.unref()
  step(`Chromium is open, with a profile of its own: ${profile}`)
}

function findChromium(): string | undefined {
  const named = process.env['TANDEM_CHROMIUM']
  if (named !== undefined) return named
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const files = folders.flatMap((folder) => names.map((name) => join(folder, name)))
  return [...files, ...apps].find((file) => existsSync(file))
}
