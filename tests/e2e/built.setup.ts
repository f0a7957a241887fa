/** Every browser test uses one build of the extension, one of its gallery, and one of the daemon. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasChromium } from '../browser/chromium.ts'
import { setup as daemon } from '../daemon/built.setup.ts'
import { buildExtension } from './build.ts'

export async function setup(): Promise<() => void> {
  const removeDaemon = await daemon()
  const folder = mkdtempSync(join(tmpdir(), 'tandem-extension-'))
  const remove = () => {
    removeDaemon()
    rmSync(folder, { recursive: true })
  }
  try {
    process.env['TANDEM_EXTENSION'] = buildExtension(folder)
    process.env['TANDEM_GALLERY'] = buildExtension(folder, 'chrome', 'gallery')
    // It runs the build of the daemon, whose place it reads when it is imported.
    const { prepare } = await import('./prepare.ts')
    if (hasChromium) process.env['TANDEM_READY'] = await prepare(join(folder, 'ready'))
  } catch (error) {
    remove()
    throw error
  }
  return remove
}
