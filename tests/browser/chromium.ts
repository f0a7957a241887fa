import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright-core'
import { type Build, buildExtension } from './build.ts'
import type { Answers, Failure, Question } from './extension/messages.ts'

const executablePath = process.env['TANDEM_CHROMIUM'] ?? '/usr/bin/chromium'

/** Chromium does not run in its sandbox then. */
const isRoot = process.getuid?.() === 0

export const hasChromium = existsSync(executablePath)

/**
 * Asks the worker of a fresh extension in a fresh browser. The answers are read off a page of the
 * extension: what the debugger runs inside a page or a worker is not under the policy.
 */
export async function ask<Asked extends Question>(
  build: Build,
  ...questions: readonly Asked[]
): Promise<Pick<Answers, Asked>> {
  const folder = await mkdtemp(join(tmpdir(), 'tandem-extension-'))
  try {
    const extension = join(folder, 'extension')
    await buildExtension(extension, build)
    const context = await launch(extension, join(folder, 'profile'))
    try {
      const shown = await shownFor(context, questions)
      for (const [question, answer] of Object.entries<object>(shown))
        if ('failed' in answer) throw new Error(`${question}: ${(answer as Failure).failed}`)
      return shown as Pick<Answers, Asked>
    } finally {
      await context.close()
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * A fresh browser with one extension, unpacked; several are separated by commas.
 *
 * @param unlike what playwright switches off that people have.
 * @param isSeen in a window of this display, for somebody who uses it.
 * @param more of Chromium's own switches.
 */
export function launch(
  extension: string,
  profile: string,
  unlike: string[] = [],
  isSeen = false,
  more: readonly string[] = [],
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profile, {
    executablePath,
    ignoreDefaultArgs: unlike,
    // Playwright's own headless mode is another program, without extensions.
    headless: false,
    // Ctrl-C is for the program, which closes what it opened.
    ...(isSeen && { viewport: null, chromiumSandbox: !isRoot, handleSIGINT: false }),
    args: [
      ...(isSeen ? [] : ['--headless=new', '--disable-gpu']),
      ...(isSeen && !isRoot ? [] : ['--no-sandbox']),
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
      `--disable-extensions-except=${extension}`,
      `--load-extension=${extension}`,
      ...more,
    ],
  })
}

async function shownFor(
  context: BrowserContext,
  questions: readonly Question[],
): Promise<Record<string, object>> {
  const [worker = await context.waitForEvent('serviceworker')] = context.serviceWorkers()
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (line) => {
    if (line.type() === 'error') complaints.push(line.text())
  })
  await page.goto(new URL(`result.html#${questions.join()}`, worker.url()).href)
  const shown = await page.locator('#report:not(:empty)').textContent({ timeout: 45_000 })
  if (complaints.length > 0) throw new Error(`the page complains: ${complaints.join('; ')}`)
  return JSON.parse(shown ?? '{}') as Record<string, object>
}
