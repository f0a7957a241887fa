import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import {
  type Sealing,
  effectiveSealing,
  keepSealing,
  keptSealing,
  storedSecret,
} from './sealing.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-sealing-'))
afterAll(() => rmSync(root, { recursive: true }))

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes)

test('what was chosen is read back', () => {
  const sealing: Sealing = {
    kind: 'pkcs11',
    module: '/usr/lib/softhsm/libsofthsm2.so',
    token: { label: 'my "token"', serial: '01' },
    key: { id: '00ff', cipher: 'gcm' },
  }
  expect(keptSealing(root)).toBeUndefined()
  keepSealing(root, sealing)
  expect(keptSealing(root)).toEqual(sealing)
  const { key: _key, ...set } = sealing
  expect(effectiveSealing(root, { ...set, secret_file: 'pin' })).toEqual({
    ...sealing,
    secret_file: 'pin',
  })
  expect(effectiveSealing(root, undefined)).toEqual(sealing)
})

test('a secret file that others can read is refused', () => {
  const secret_file = join(root, 'open')
  writeFileSync(secret_file, 'secret\n', { mode: 0o600 })
  expect(text(storedSecret({ kind: 'passphrase', secret_file }, undefined))).toBe('secret')
  chmodSync(secret_file, 0o640)
  expect(() => storedSecret({ kind: 'passphrase', secret_file }, undefined)).toThrow('chmod 600')
})

test('a credential of the service is taken, where there is one', () => {
  expect(storedSecret({ kind: 'passphrase' }, root)).toBeUndefined()
  writeFileSync(join(root, 'tandem-secret'), 'two words\n', { mode: 0o440 })
  expect(text(storedSecret({ kind: 'passphrase' }, root))).toBe('two words')
  expect(storedSecret({ kind: 'key-file' }, root)).toBeUndefined()
})

test('a secret file that is named and not there is an error', () =>
  expect(() =>
    storedSecret({ kind: 'passphrase', secret_file: join(root, 'none') }, undefined),
  ).toThrow('ENOENT'))
