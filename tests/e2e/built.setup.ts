/** Every browser test uses one build of the extension, one of its gallery, and one of the daemon. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setup as daemon } from '../daemon/built.setup.ts'
import { buildExtension } from './build.ts'

export async function setup(): Promise<() => void> {
  const removeDaemon = await daemon()
  const folder = mkdtempSync(join(tmpdir(), 'tandem-extension-'))
  process.env['TANDEM_EXTENSION'] = buildExtension(folder)
  process.env['TANDEM_GALLERY'] = buildExtension(folder, 'chrome', 'gallery')
  return () => {
    removeDaemon()
    rmSync(folder, { recursive: true })
  }
}
