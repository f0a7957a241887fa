import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, run, verdict } from './check.ts'

const weekInMinutes = 7 * 24 * 60

/** The lockfile fits the manifests, every package has a hash, and every version is exact. */
export function lockfile(root: string): Check {
  return {
    name: 'lockfile',
    async run() {
      const args = ['install', '--frozen-lockfile', '--lockfile-only', '--offline']
      const frozen = await run('pnpm', args, { cwd: root, env: { CI: 'true' } })
      const read = (file: string) => readFileSync(join(root, file), 'utf8')
      const manifests = globSync(
        ['package.json', '{packages/*,daemon,extension,tests}/package.json'],
        {
          cwd: root,
        },
      )
      return verdict([
        ...(frozen.code === 0 ? [] : [frozen.output.trim()]),
        ...unhashed(read('pnpm-lock.yaml')),
        ...unripe(read('pnpm-workspace.yaml')),
        ...manifests.flatMap((file) => inexact(file, read(file))),
        ...inexactCatalog(read('pnpm-workspace.yaml')),
      ])
    },
  }
}

/** Resolutions of a lockfile that name no hash, or a place to download from. */
export function unhashed(lock: string): string[] {
  return lock
    .split('\n')
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line.startsWith('resolution:'))
    .filter(({ line }) => !/^resolution: \{integrity: sha512-[\w+/=]+\}$/.test(line))
    .map(({ line, number }) => `pnpm-lock.yaml:${number} is not a bare hash: ${line}`)
}

function unripe(workspace: string): string[] {
  const age = Number(/^minimumReleaseAge: (\d+)$/m.exec(workspace)?.[1] ?? 0)
  return age >= weekInMinutes ? [] : ['pnpm-workspace.yaml: minimumReleaseAge is under 7 days']
}

/** Dependencies of a manifest whose version is a range. */
export function inexact(file: string, text: string): string[] {
  const manifest = JSON.parse(text) as Record<string, Record<string, string> | undefined>
  return ['dependencies', 'devDependencies', 'optionalDependencies']
    .flatMap((kind) => Object.entries(manifest[kind] ?? {}))
    .filter(
      ([, version]) =>
        !/^(catalog:|workspace:\*|(npm:[@\w/-]+@)?\d+\.\d+\.\d+(-[\w.]+)?$)/.test(version),
    )
    .map(([name, version]) => `${file}: ${name} is not exact: ${version}`)
}

function inexactCatalog(workspace: string): string[] {
  const catalog = /^catalog:\n((?: {2}.*\n|\n)*)/m.exec(workspace)?.[1] ?? ''
  return catalog
    .split('\n')
    .filter((line) => line.trim() !== '' && !/^ {2}\S+: \d+\.\d+\.\d+(-[\w.]+)?$/.test(line))
    .map((line) => `pnpm-workspace.yaml: not an exact version: ${line.trim()}`)
}
