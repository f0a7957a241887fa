import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type Script, keepBudget } from '../budget.ts'

const limits = { 'content scripts': 2, 'popup.html': 2, styles: 2, fonts: 2 }

/** Text that gets hardly smaller. */
const noise = (bytes: number): string =>
  Array.from({ length: Math.ceil(bytes / 86) }, (_, at) =>
    createHash('sha512').update(`${at}`).digest('base64url'),
  )
    .join('')
    .slice(0, bytes)

const shared: Script = {
  fileName: 'chunks/shared.js',
  moduleIds: ['/src/ui/route.ts'],
  imports: [],
}
const popup: Script = {
  fileName: 'chunks/popup.js',
  moduleIds: ['/src/ui/wallet/WalletPage.tsx'],
  imports: ['chunks/shared.js'],
}
const engine: Script = {
  fileName: 'chunks/offscreen.js',
  moduleIds: ['/node_modules/@noble/curves/secp256k1.js', '/packages/chains/src/evm/index.ts'],
  imports: ['chunks/shared.js'],
}

describe('the budget of a build', () => {
  let folder: string

  const write = (name: string, text: string) => {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  const keep = (scripts: readonly Script[] = [shared, popup, engine]) =>
    keepBudget(folder, scripts, limits)

  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'tandem-budget-')), 'build')
    write('popup.html', '<script type="module" src="/chunks/popup.js"></script>')
    write('offscreen.html', '<script type="module" src="/chunks/offscreen.js"></script>')
    write('chunks/popup.js', 'popup()')
    write('chunks/shared.js', 'shared()')
    write('chunks/offscreen.js', noise(9000))
    write('content-scripts/relay.js', 'relay()')
    write('content-scripts/provider.js', 'provider()')
    write('assets/style.css', 'body{}')
    write('assets/plain-latin-wght-normal-a.woff2', 'font')
    write('assets/plain-latin-ext-wght-normal-a.woff2', noise(9000))
  })

  afterEach(() => rmSync(dirname(folder), { recursive: true }))

  test('is kept by one that is light, and what it weighs stands beside it', () => {
    keep()
    const sizes = JSON.parse(readFileSync(`${folder}.sizes.json`, 'utf8')) as object
    expect(Object.keys(sizes).toSorted()).toEqual(Object.keys(limits).toSorted())
    expect(sizes).toHaveProperty('fonts', 4)
  })

  test.for([
    ['chunks/popup.js', 'popup.html'],
    ['chunks/shared.js', 'popup.html'],
    ['content-scripts/relay.js', 'content scripts'],
    ['assets/style.css', 'styles'],
    ['assets/plain-latin-wght-normal-a.woff2', 'fonts'],
  ] as const)('is broken by a %s that is too heavy: %s', ([file, name]) => {
    write(file, noise(3000))
    expect(() => keep()).toThrow(new RegExp(`${name}: .* kB, of 2 kB at most`))
    expect(existsSync(`${folder}.sizes.json`)).toBe(true)
  })

  test('is broken by two that are too heavy together', () => {
    write('content-scripts/relay.js', noise(1800))
    keep()
    write('content-scripts/provider.js', `0${noise(1800)}`)
    expect(() => keep()).toThrow('content scripts: ')
  })

  test('is broken by a page that has no limit, and by a part that is not there', () => {
    rmSync(join(folder, 'assets/style.css'))
    expect(() => keep()).toThrow('styles: is not in the build')
    write('assets/style.css', 'body{}')
    write('new.html', '<script type="module" src="/chunks/popup.js"></script>')
    expect(() => keep()).toThrow('new.html: has no limit')
  })

  test.for([
    '/node_modules/.pnpm/@noble+hashes@2.0.0/node_modules/@noble/hashes/sha2.js',
    '/node_modules/libsodium-wrappers-sumo/dist/libsodium-wrappers.mjs',
    '/packages/protocol/src/index.ts',
    '/packages/chains/src/bitcoin/read.ts',
    '/extension/src/engine/vault.ts',
  ])('is broken by a page that loads %s, itself or by what it imports', (id) => {
    for (const one of [popup, shared]) {
      const other = one === popup ? shared : popup
      expect(() => keep([{ ...one, moduleIds: [id] }, other, engine])).toThrow(
        `popup.html: loads ${id}`,
      )
    }
    keep([popup, shared, { ...engine, moduleIds: [id] }])
  })

  test('is not read where no script has the engine, since names have changed then', () => {
    expect(() => keep([popup, shared])).toThrow('no script of the build has the engine')
  })
})
