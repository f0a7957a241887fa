import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'

const kept = [
  'packages',
  'daemon',
  'extension',
  'tests',
  'scripts',
  'package.json',
  'tsconfig.json',
]
const left = new Set(['node_modules', 'dist', 'coverage', '.git'])

/**
 * Copies the sources of a workspace to `target`. Dependencies are linked, not copied; a link from one
 * package of the workspace to another leads to the copy, so that a test never meets the original.
 */
export function copyWorkspace(root: string, target: string): void {
  for (const name of kept) {
    if (!existsSync(join(root, name))) continue
    cpSync(join(root, name), join(target, name), {
      recursive: true,
      filter: (source) => !left.has(basename(source)),
    })
  }
  for (const folder of packageFolders(root)) linkModules(root, folder, target)
}

/** The folders of a workspace that can have a `node_modules`. */
function packageFolders(root: string): string[] {
  const packages = existsSync(join(root, 'packages')) ? readdirSync(join(root, 'packages')) : []
  return ['', 'daemon', 'extension', 'tests', ...packages.map((name) => join('packages', name))]
}

function linkModules(root: string, folder: string, target: string): void {
  const modules = join(root, folder, 'node_modules')
  if (!existsSync(modules)) return
  for (const name of modulesIn(modules)) {
    const real = realpathSync(join(modules, name))
    const inside = relative(realpathSync(root), real)
    const isOurs = !inside.startsWith('..') && !inside.split('/').includes('node_modules')
    const link = join(target, folder, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(isOurs ? join(target, inside) : real, link)
  }
}

function modulesIn(modules: string): string[] {
  return readdirSync(modules)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) =>
      name.startsWith('@')
        ? readdirSync(join(modules, name)).map((inner) => join(name, inner))
        : [name],
    )
}
