import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { keyWrapContract } from '../../ports/key-wrap.contract.ts'
import { keyFile, newKeyFile } from './key-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-key-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'key')
newKeyFile(path)
keyWrapContract('a key file', { open: async () => keyFile(path) })

describe('a key file', () => {
  test('is never made over another', () => {
    expect(() => newKeyFile(path)).toThrow('EEXIST')
  })

  test('a key file that others can read is refused', () => {
    const open = join(folder, 'open')
    newKeyFile(open)
    chmodSync(open, 0o644)
    expect(() => keyFile(open)).toThrow(expect.objectContaining({ code: 'unsafe' }))
  })

  test('that is not there is missing, and none is made', () => {
    const gone = join(folder, 'gone')
    expect(() => keyFile(gone)).toThrow(expect.objectContaining({ code: 'key-missing' }))
    expect(() => keyFile(gone)).toThrow(expect.objectContaining({ code: 'key-missing' }))
  })

  test('of another length is refused', () => {
    const short = join(folder, 'short')
    writeFileSync(short, 'x', { mode: 0o600 })
    expect(() => keyFile(short)).toThrow(expect.objectContaining({ code: 'failed' }))
  })
})
