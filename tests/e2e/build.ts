import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const home = join(import.meta.dirname, '../../extension')

/**
 * Builds the extension as it is shipped.
 *
 * @param into where, as one folder for each browser.
 * @returns the folder of the build. @throws what the build says.
 */
export function buildExtension(into: string, browser: 'chrome' | 'firefox' = 'chrome'): string {
  const script = `import('wxt').then(({ build }) => build(${JSON.stringify({ root: home, browser, outDir: into })}))`
  const built = spawnSync(process.execPath, ['-e', script], { cwd: home, encoding: 'utf8' })
  if (built.status !== 0) throw new Error(`no extension was built: ${built.stderr}${built.stdout}`)
  return join(into, browser === 'chrome' ? 'chrome-mv3' : 'firefox-mv2')
}
