import { describe, expect, test } from 'vitest'
import { inspect } from './hygiene.ts'
import { inexact, unhashed } from './lockfile.ts'

const root = '/somewhere/deep/tandem'

describe('hygiene', () => {
  test.for([
    ['a.md', `see ${['registry', 'example', 'org'].join('.')}`, 'a registry host'],
    ['.npmrc', `x=${['https:', '', 'host'].join('/')}`, 'a tarball address'],
    ['a.ts', `read('${['', 'home', 'ann', 'x'].join('/')}')`, 'a path of one machine'],
    ['a.ts', `read('${root}/x')`, 'a path of this machine'],
    ['a.test.ts', ['describe', "only('x')"].join('.'), 'silences'],
    ['a.ts', `// ${['TO', 'DO'].join('')} later`, 'a note to self'],
    ['a.ts', `${'<'.repeat(7)} ours`, 'a merge conflict'],
  ] as const)('finds in %s: %s', ([file, text, what]) => {
    expect(inspect(file, `\n${text}\n`, root)).toEqual([expect.stringContaining(`${file}:2 `)])
    expect(inspect(file, text, root)[0]).toContain(what)
  })

  test.for(['https://example.org/home/ann/paper', 'a framework/library', 'npm install', 'only(1)'])(
    'lets %s through',
    (text) => {
      expect(inspect('a.md', text, root)).toEqual([])
    },
  )
})

describe('the lockfile', () => {
  test('holds hashes and no places', () => {
    const good = '    resolution: {integrity: sha512-AAAA+/==}'
    const bad = '    resolution: {integrity: sha512-AA==, tarball: somewhere}'
    expect(unhashed(good)).toEqual([])
    expect(unhashed(`${good}\n${bad}`)).toEqual([expect.stringContaining('pnpm-lock.yaml:2')])
  })

  test.for([
    ['1.2.3', 0],
    ['catalog:', 0],
    ['workspace:*', 0],
    ['npm:other@1.2.3', 0],
    ['^1.2.3', 1],
    ['latest', 1],
    ['1.x', 1],
  ] as const)('a version %s breaks %d rules', ([version, count]) => {
    const manifest = JSON.stringify({ devDependencies: { a: version } })
    expect(inexact('package.json', manifest)).toHaveLength(count)
  })
})
