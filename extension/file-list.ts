import { createHash } from 'node:crypto'
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What `sha256sum --check` reads. */
export const FILE_LIST = 'files.sha256'

/** Writes down what a build consists of, so that two builds of the same source can be compared by one value. */
export function writeFileList(folder: string): void {
  const lines = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== FILE_LIST)
    .map(({ parentPath, name }) => join(parentPath, name))
    .map((path) => ({ path, name: path.slice(folder.length + 1).replaceAll(sep, '/') }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ path, name }) => {
      const digest = createHash('sha256').update(readFileSync(path)).digest('hex')
      return `${digest}  ${name}\n`
    })
  writeFileSync(join(folder, FILE_LIST), lines.join(''))
}
