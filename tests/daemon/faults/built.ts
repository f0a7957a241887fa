import { symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { bundle } from '../../../scripts/build/bundle.ts'

/**
 * The program as it is released, that of the run or made anew where it has none: it starts several
 * times as fast, which counts where it is killed a hundred times.
 *
 * @param folder of the test. @returns the path of the command.
 */
export async function built(folder: string): Promise<string> {
  const program = process.env['TANDEM_PROGRAM']
  if (program !== undefined) return program
  const root = dirname(dirname(dirname(import.meta.dirname)))
  const into = join(folder, 'program')
  await bundle(root, into)
  // For what is machine code, and stays where it is.
  symlinkSync(join(root, 'daemon', 'node_modules'), join(into, 'node_modules'))
  return join(into, 'tandem.js')
}
