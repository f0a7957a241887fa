import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { describe, expect, test } from 'vitest'

const root = new URL('../../../', import.meta.url)
const text = (path: string): string => readFileSync(new URL(path, root), 'utf8')
const manifest = JSON.parse(text('packages/protocol/package.json')) as {
  dependencies: Record<string, string>
  devDependencies: Record<string, string>
}
// The package takes libsodium as an argument; it is tested, and shipped by its users, at this version.
const sodium = 'libsodium-wrappers-sumo'
const dependencies: Record<string, string> = {
  ...manifest.dependencies,
  [sodium]: manifest.devDependencies[sodium]!,
}
const names = Object.keys(dependencies)

describe('row 44: the cryptography cannot change silently', () => {
  test('the libraries that hold the mathematics are among the dependencies', () => {
    expect(names).toEqual(
      expect.arrayContaining(['@noble/ciphers', '@noble/curves', '@noble/hashes', sodium]),
    )
  })

  test.for(names)('%s is one exact version, pinned, locked by its hash and installed', (name) => {
    const specifier = dependencies[name]!
    const quoted = name.startsWith('@') ? `'${name}'` : name
    const version =
      specifier === 'catalog:'
        ? new RegExp(`^  ${quoted}: (\\S+)$`, 'm').exec(text('pnpm-workspace.yaml'))?.[1]
        : specifier
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)

    // pnpm installs nothing whose bytes have another hash.
    const locked = new RegExp(
      `^  ${quoted.replace(/'$/, '')}@${version}'?:\n    resolution: \\{integrity: (sha512-[\\w+/]{86}==)\\}$`,
      'm',
    )
    expect(text('pnpm-lock.yaml')).toMatch(locked)

    const entry = createRequire(new URL('packages/protocol/package.json', root))
    const folder = entry.resolve.paths(name)!.map((path) => `${path}/${name}/package.json`)
    const installed = folder.flatMap((path) => {
      try {
        return [(JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version]
      } catch {
        return []
      }
    })
    expect(installed[0]).toBe(version)
  })
})
