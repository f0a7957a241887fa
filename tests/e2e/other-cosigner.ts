/** Other builds of the co-signer: what is shipped, with one thing in it that is otherwise. */
import { cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { program } from '../daemon/daemon.ts'

/** What stands in the build once, and what stands there instead. */
export type Change = readonly [was: string, is: string]

/** @throws where there is not exactly one place to change. */
export function otherCosigner(
  name: string,
  ...changes: readonly Change[]
): { readonly program: string; remove(): void } {
  const home = dirname(program)
  // Beside the first one: its native modules are found from there.
  const folder = `${home}-${name}`
  cpSync(home, folder, { recursive: true })
  const files = readdirSync(folder).map((file) => join(folder, file))
  for (const [was, is] of changes) {
    const places = files.filter((file) => readFileSync(file, 'utf8').split(was).length === 2)
    const [file] = places
    if (file === undefined || places.length > 1)
      throw new Error(`${places.length} places have: ${was}`)
    writeFileSync(
      file,
      readFileSync(file, 'utf8').replace(was, () => is),
    )
  }
  return {
    program: join(folder, basename(program)),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
