import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const home = join(import.meta.dirname, '../../extension')

/**
 * Builds the extension as it is shipped.
 *
 * @param into where, as one folder for each browser.
 * @param mode `gallery`: with made-up screens to look at, which no release has.
 * @returns the folder of the build. @throws what the build says.
 */
export function buildExtension(
  into: string,
  browser: 'chrome' | 'firefox' = 'chrome',
  mode: 'production' | 'gallery' = 'production',
): string {
  const settings = { root: home, browser, outDir: into, mode }
  const script = `import('wxt').then(({ build }) => build(${JSON.stringify(settings)}))`
  // Whoever runs tests says so in the environment, and libraries are built with their checks then.
  const env = { ...process.env, NODE_ENV: 'production' }
  const built = spawnSync(process.execPath, ['-e', script], { cwd: home, encoding: 'utf8', env })
  if (built.status !== 0) throw new Error(`no extension was built: ${built.stderr}${built.stdout}`)
  const folder = browser === 'chrome' ? 'chrome-mv3' : 'firefox-mv2'
  return join(into, mode === 'production' ? folder : `${folder}-${mode}`)
}
