/** Tests of whole daemons run what is shipped: the bundle, which also starts four times as fast. */
import { rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle } from '../../scripts/build/bundle.ts'

export async function setup(): Promise<() => void> {
  const { program, remove } = await built()
  process.env['TANDEM_PROGRAM'] = program
  return remove
}

/** The daemon as it is installed. */
export async function built(): Promise<{ readonly program: string; remove(): void }> {
  const root = dirname(dirname(import.meta.dirname))
  // Inside the daemon, where its native modules are found.
  const folder = join(root, 'daemon', 'node_modules', `.built-${process.pid}`)
  await bundle(root, folder)
  return {
    program: join(folder, 'tandem.js'),
    // Two projects of one run share it.
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
