import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TestContext } from 'vitest'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Published vectors that are not in this repository. */
const published = process.env['VECTORS_DIR'] ?? here('../../../../shared/vectors')

/** A file of this package's own `vectors/`: always there. */
export function ownVectors(path: string): string {
  return readFileSync(here(`../vectors/${path}`), 'utf8')
}

/** A file of the published vectors. Without them the test is skipped and says why. */
export function publishedVectors({ skip }: Pick<TestContext, 'skip'>, path: string): string {
  const file = join(published, path)
  skip(!existsSync(file), 'needs published vectors (VECTORS_DIR)')
  return readFileSync(file, 'utf8')
}
