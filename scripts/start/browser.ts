import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { say, step } from './say.ts'

const names = ['chromium', 'chromium-browser', 'ungoogled-chromium', 'brave-browser', 'vivaldi']
const apps = ['/Applications/Chromium.app/Contents/MacOS/Chromium']

/** Whether a window can be shown to somebody. */
export const hasDisplay =
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY'])

/**
 * Opens a browser of its own with the wallet, on a profile of its own, or says how to load it. Where there is no
 * wallet yet, the extension opens its first screen: a page of it that is named here would be asked for too early.
 */
export function openBrowser(extension: string, profile: string): void {
  const chromium = findChromium()
  if (chromium === undefined || !hasDisplay) {
    const why = chromium === undefined ? 'no Chromium was found' : 'this machine has no display'
    say(`\nThe wallet was not opened: ${why}. To load it in a browser of yours:`)
    say('  1. open chrome://extensions and switch on Developer mode')
    say(`  2. Load unpacked: ${extension}`)
    say('Google Chrome, Brave, Edge and Vivaldi can do that, too.\n')
    return
  }
  const args = [
    `--user-data-dir=${profile}`,
    `--load-extension=${extension}`,
    '--no-first-run',
    '--no-default-browser-check',
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
