import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/** A script of a build, as the bundler tells of it. */
export type Script = {
  readonly fileName: string
  readonly moduleIds: readonly string[]
  /** Those that are loaded with it. */
  readonly imports: readonly string[]
}

/** Kilobytes of 1000, compressed as browsers get them, by the name of what is loaded. */
export type Limits = Readonly<Record<string, number>>

/** Modules that read requests or hold secrets: only the engine has them. */
const OF_THE_ENGINE =
  /\/packages\/(?:protocol|chains\/src\/(?:evm|bitcoin|solana))\/|\/node_modules\/(?:@noble|libsodium[^/]*|@scure|@solana(?:-program)?|cborg|ox)\/|\/src\/engine\//

/** Pages that nobody looks at. */
const WITHOUT_PEOPLE = new Set(['offscreen.html', 'background.html'])

/**
 * Holds a build to its budget, and writes beside it what it weighs.
 *
 * @throws what is too heavy, and what a page loads that belongs to the engine.
 */
export function keepBudget(folder: string, scripts: readonly Script[], limits: Limits): void {
  const parts = partsOf(folder, scripts)
  const sizes = Object.fromEntries(
    Object.entries(parts).map(([name, files]) => [name, weightOf(folder, files)]),
  )
  writeFileSync(`${folder}.sizes.json`, `${JSON.stringify(sizes, undefined, 2)}\n`)
  const problems = [...overweight(sizes, limits), ...strays(parts, scripts)]
  if (problems.length > 0)
    throw new Error(`the build is not as it should be:\n${problems.join('\n')}`)
}

/** What is over its limit, and whatever has none or is not there. */
export function overweight(sizes: Readonly<Record<string, number>>, limits: Limits): string[] {
  const names = new Set([...Object.keys(sizes), ...Object.keys(limits)])
  return [...names].flatMap((name) => {
    const [size, limit] = [sizes[name], limits[name]]
    if (limit === undefined) return [`${name}: has no limit`]
    if (size === undefined || size === 0) return [`${name}: is not in the build`]
    return size > limit * 1000 ? [`${name}: ${size / 1000} kB, of ${limit} kB at most`] : []
  })
}

/** Cryptography and decoders in what pages load. A build in which nothing has any was not read right. */
export function strays(
  parts: Readonly<Record<string, readonly string[]>>,
  scripts: readonly Script[],
): string[] {
  const engineOf = ({ moduleIds }: Script) => moduleIds.filter((id) => OF_THE_ENGINE.test(id))
  if (!scripts.some((script) => engineOf(script).length > 0))
    return ['no script of the build has the engine: the names of its modules are others now']
  return Object.entries(parts).flatMap(([name, files]) =>
    scripts
      .filter(({ fileName }) => files.includes(fileName))
      .flatMap(engineOf)
      .map((id) => `${name}: loads ${id}`),
  )
}

/** The files that each part loads before anybody presses anything. */
function partsOf(folder: string, scripts: readonly Script[]): Record<string, string[]> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const ending = (end: string) => files.filter((name) => name.endsWith(end))
  const pages = ending('.html').filter((name) => !WITHOUT_PEOPLE.has(name))
  return {
    'content scripts': ending('.js').filter((name) => name.startsWith('content-scripts')),
    ...Object.fromEntries(pages.map((page) => [page, loadedBy(folder, page, scripts)])),
    styles: ending('.css'),
    // The browser gets the others for text that needs them.
    fonts: ending('.woff2').filter((name) => !name.includes('-latin-ext-')),
  }
}

function loadedBy(folder: string, page: string, scripts: readonly Script[]): string[] {
  const html = readFileSync(join(folder, page), 'utf8')
  const loaded = new Set(
    [...html.matchAll(/<script[^>]*\ssrc="\/([^"]+)"/g)].map(([, name = '']) => name),
  )
  // A set tells of what is added meanwhile, too.
  for (const name of loaded)
    for (const next of scripts.find(({ fileName }) => fileName === name)?.imports ?? [])
      loaded.add(next)
  return [...loaded]
}

function weightOf(folder: string, files: readonly string[]): number {
  return files.reduce((sum, name) => {
    const bytes = readFileSync(join(folder, name))
    return sum + (name.endsWith('.woff2') ? bytes : gzipSync(bytes, { level: 9 })).length
  }, 0)
}
