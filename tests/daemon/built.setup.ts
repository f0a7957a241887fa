/** Tests of whole daemons run what is shipped: the bundle, which also starts four times as fast. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle } from '../../scripts/build/bundle.ts'

export async function setup(): Promise<() => void> {
  const root = dirname(dirname(import.meta.dirname))
  // Inside the daemon, where its native modules are found.
  const folder = join(root, 'daemon', 'node_modules', `.built-${process.pid}`)
  await bundle(root, folder)
  process.env['TANDEM_PROGRAM'] = join(folder, 'tandem.js')
  return () => rmSync(folder, { recursive: true })
}
