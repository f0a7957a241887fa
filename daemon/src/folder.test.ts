import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { makeFolder, requireFolder } from './folder.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-folder-'))
afterAll(() => rmSync(root, { recursive: true }))

test('a folder is made for its owner alone', () => {
  const folder = join(root, 'deep', 'new')
  makeFolder(folder)
  expect(() => requireFolder(folder)).not.toThrow()
})

test('a folder that others can enter is refused', () => {
  const folder = join(root, 'open')
  makeFolder(folder)
  for (const mode of [0o710, 0o701, 0o755]) {
    chmodSync(folder, mode)
    expect(() => requireFolder(folder)).toThrow('open to other users: chmod 700 it')
  }
})

test.skipIf(process.getuid?.() !== 0)('a folder of another user is refused (needs root)', () => {
  const folder = join(root, 'theirs')
  makeFolder(folder)
  chownSync(folder, 65534, 65534)
  expect(() => requireFolder(folder)).toThrow('belongs to another user: run this as that user')
  expect(() => makeFolder(folder)).toThrow('belongs to another user')
})

test('a folder that is not there is not made by looking', () =>
  expect(() => requireFolder(join(root, 'none'))).toThrow('there is no folder'))
