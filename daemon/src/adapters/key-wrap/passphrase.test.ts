import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { keyWrapContract } from '../../ports/key-wrap.contract.ts'
import { attempts } from './attempts.ts'
import { newPassphrase, passphrase } from './passphrase.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-passphrase-'))
afterAll(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'seal.json')
const words = new TextEncoder().encode('correct horse battery staple')
const limit = attempts(join(folder, 'attempts.json'), () => new Date())
await newPassphrase(path, words)
keyWrapContract('a passphrase', { open: () => passphrase(path, words, limit) })

describe('a passphrase', () => {
  test('that is another one is told so before anything is opened, and tries are limited', async () => {
    const own = attempts(join(folder, 'own.json'), () => new Date(0))
    const other = new TextEncoder().encode('correct horse battery stable')
    for (let tried = 0; tried < 3; tried++)
      await expect(passphrase(path, other, own)).rejects.toMatchObject({ code: 'wrong-pin' })
    await expect(passphrase(path, words, own)).rejects.toMatchObject({ code: 'locked' })
  })

  test('makes another key each time it is set', async () => {
    const second = join(folder, 'second.json')
    await newPassphrase(second, words)
    const [one, two] = [
      await passphrase(path, words, limit),
      await passphrase(second, words, limit),
    ]
    const wrapped = await one.wrap(new Uint8Array(32), new Uint8Array(1))
    await expect(two.unwrap(wrapped, new Uint8Array(1))).rejects.toMatchObject({ code: 'failed' })
  })

  test('is never set over another, and not when it is short', async () => {
    await expect(newPassphrase(path, words)).rejects.toThrow('EEXIST')
    await expect(newPassphrase(join(folder, 'short'), words.subarray(0, 7))).rejects.toMatchObject({
      code: 'unsafe',
    })
  })

  test('without its file is missing, and with a broken one fails', async () => {
    await expect(passphrase(join(folder, 'gone'), words, limit)).rejects.toMatchObject({
      code: 'key-missing',
    })
    const broken = join(folder, 'broken')
    for (const text of ['', '{}', readFileSync(path, 'utf8').replace('"scrypt":1', '"scrypt":2')]) {
      writeFileSync(broken, text)
      await expect(passphrase(broken, words, limit)).rejects.toMatchObject({ code: 'failed' })
    }
  })
})
