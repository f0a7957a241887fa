import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, verdict } from './check.ts'

const file = 'packages/chains/src/decoders.ts'

/** What decides how a request is read: our own sources, without clients and tests, and libraries. */
const sources = 'packages/chains/src/**/*.ts'
const others = [
  /\.(test|fixture)\.ts$/,
  /\/testing\.ts$/,
  /\/client/,
  /\/node\.ts$/,
  /\/decoders\.ts$/,
]
const libraries = /^ {2}'?(@noble\/(?:curves|hashes)|@scure\/(?:base|btc-signer)|ox)'?: (.+)$/gm

/** The two sides of a wallet compare this name: with another one they could read differently. */
function decodersName(root: string): string {
  const hash = createHash('sha256')
  const read = (name: string) => readFileSync(join(root, name), 'utf8').replaceAll('\r\n', '\n')
  for (const name of globSync(sources, { cwd: root }).toSorted()) {
    if (others.some((pattern) => pattern.test(name))) continue
    hash.update(`${name}\n${read(name)}\n`)
  }
  for (const [, name, version] of read('pnpm-workspace.yaml').matchAll(libraries))
    hash.update(`${name}@${version}\n`)
  return hash.digest('hex')
}

/** The name in the source is the one of the source. */
export function decoders(root: string): Check {
  return {
    name: 'decoders',
    async run() {
      const isCurrent = readFileSync(join(root, file), 'utf8').includes(decodersName(root))
      return verdict(isCurrent ? [] : [`${file} is of other sources: npm run fix`])
    },
  }
}

/** Writes the name into the source. */
export function nameDecoders(root: string): void {
  const path = join(root, file)
  const text = readFileSync(path, 'utf8')
  writeFileSync(path, text.replace(/'[0-9a-f]{64}'/, `'${decodersName(root)}'`))
}
