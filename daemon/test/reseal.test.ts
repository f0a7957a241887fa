import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { system } from '../src/adapters/entropy/system.ts'
import { attempts } from '../src/adapters/key-wrap/attempts.ts'
import { keyFile, newKeyFile } from '../src/adapters/key-wrap/key-file.ts'
import { newPassphrase, passphrase } from '../src/adapters/key-wrap/passphrase.ts'
import { moduleAt } from '../src/adapters/key-wrap/pkcs11/module.ts'
import { newTokenKey, pkcs11, tokens } from '../src/adapters/key-wrap/pkcs11/pkcs11.ts'
import { newTpmKey, tpm } from '../src/adapters/key-wrap/tpm.ts'
import { sqlite } from '../src/adapters/stores/sqlite/sqlite.ts'
import { tpm2Tools } from '../src/adapters/tpm/tpm2-tools.ts'
import { boot, setUp } from '../src/core/boot.ts'
import { contextOf, seal, unseal } from '../src/core/envelope.ts'
import { reseal } from '../src/core/reseal.ts'
import type { KeyWrap, KeyWrapKind } from '../src/ports/key-wrap.ts'
import type { Store } from '../src/ports/store.ts'
import { hasSoftHsm, startSoftHsm } from './softhsm.ts'
import { hasSwtpm, startSwtpm } from './swtpm.ts'

const entropy = system()
const now = () => new Date()
const limit = (folder: string) => attempts(join(folder, 'attempts'), now)
const words = new TextEncoder().encode('a phrase for tests')
const secret = Uint8Array.from({ length: 3000 }, (_, at) => at & 0xff)
const wallet = Uint8Array.of(7)
const shares = [4]

const folder = mkdtempSync(join(tmpdir(), 'tandem-reseal-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function fill(raw: Store, keys: KeyWrap): Promise<void> {
  await setUp(raw, keys, entropy)
  const { store } = await boot(raw, keys, entropy, { version: 'test', now })
  for (const epoch of shares) {
    const value = await seal(keys, entropy, secret, contextOf('share', wallet, epoch))
    await store.commit({ rows: [{ table: 'share', key: contextOf(wallet, epoch), value }] })
  }
}

async function allOpen(raw: Store, keys: KeyWrap): Promise<boolean> {
  const { store } = await boot(raw, keys, entropy, { version: 'test', now })
  for (const epoch of shares) {
    const blob = await store.get('share', contextOf(wallet, epoch))
    const opened = await unseal(keys, blob ?? new Uint8Array(0), contextOf('share', wallet, epoch))
    expect(opened).toEqual(secret)
  }
  return true
}

describe.skipIf(!hasSoftHsm || !hasSwtpm)('secrets (needs SoftHSM2) (needs swtpm)', () => {
  const kinds: readonly KeyWrapKind[] = ['key-file', 'passphrase', 'pkcs11', 'tpm']
  /** Two of each: a key may also be replaced by one of its kind. */
  const keys: Record<KeyWrapKind, KeyWrap[]> = {
    'key-file': [],
    passphrase: [],
    pkcs11: [],
    tpm: [],
  }
  const closing: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    const hsm = startSoftHsm()
    hsm.addToken('tandem', '4711')
    const [token] = await tokens(hsm.module)
    if (!token) throw new Error('no token')
    const device = await startSwtpm()
    const tools = tpm2Tools(device.tcti)
    const pin = new TextEncoder().encode('4711')
    closing.push(async () => {
      moduleAt(hsm.module).end()
      hsm.remove()
      await device.stop()
    })
    for (const name of ['one', 'two']) {
      const at = (kind: KeyWrapKind) => join(folder, `${kind}-${name}`)
      newKeyFile(at('key-file'))
      keys['key-file'].push(keyFile(at('key-file')))
      await newPassphrase(at('passphrase'), words)
      keys.passphrase.push(await passphrase(at('passphrase'), words, limit(folder)))
      const key = await newTokenKey({ module: hsm.module, token }, pin, limit(folder))
      keys.pkcs11.push(await pkcs11(key, pin, limit(folder)))
      await newTpmKey(tools, at('tpm'))
      keys.tpm.push(await tpm(tools, at('tpm')))
    }
  })
  afterAll(async () => {
    for (const kind of kinds) for (const own of keys[kind]) await own.close()
    for (const close of closing) await close()
  })

  const pairs = kinds.flatMap((from) => kinds.map((to) => [from, to] as const))
  test.for(pairs)('move from %s to %s', async ([before, after]) => {
    const [from, to] = [keys[before][0], keys[after][1]]
    if (!from || !to) throw new Error('two keys')
    const raw = sqlite(join(folder, `${before}-${after}.db`))
    await fill(raw, from)
    expect(await reseal(raw, { from, to }, entropy, now)).toBe(1 + shares.length)
    expect(await allOpen(raw, to)).toBe(true)
    await expect(boot(raw, from, entropy, { version: 'test', now })).rejects.toMatchObject({
      name: 'KeyWrapError',
    })
    await raw.close()
  })
})

const isLong = process.env['TANDEM_LONG'] === '1'
const strace = '/usr/bin/strace'
const hasStrace = existsSync(strace)

describe.skipIf(!hasStrace)('a process that is killed while it moves them (needs strace)', () => {
  const first = join(folder, 'first')

  beforeAll(async () => {
    mkdirSync(first)
    for (const name of ['one', 'two']) newKeyFile(join(first, name))
    const raw = sqlite(join(first, 'tandem.db'))
    await fill(raw, keyFile(join(first, 'one')))
    await raw.close()
  })

  test.for([
    ['fsync', true],
    ['pwrite64 (long)', isLong],
  ] as const)(
    'at any %s leaves all under one key, and another try ends it',
    async ([title, isWanted], context) => {
      if (!isWanted) context.skip('long')
      const [call = ''] = title.split(' ')
      const under: string[] = []
      for (let place = 1; ; place++) {
        const copy = join(folder, `${call}-${place}`)
        cpSync(first, copy, { recursive: true })
        const inject = `inject=${call}:signal=SIGKILL:when=${place}`
        const program = [process.execPath, join(import.meta.dirname, 'reseal-once.ts'), copy]
        const quiet = ['-f', '-qq', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject]
        const { status, signal } = spawnSync(strace, [...quiet, ...program])
        if (status === 0) break
        expect(signal).toBe('SIGKILL')
        const raw = sqlite(join(copy, 'tandem.db'))
        const [one, two] = [keyFile(join(copy, 'one')), keyFile(join(copy, 'two'))]
        const isMoved = await allOpen(raw, two).catch(() => false)
        under.push(isMoved ? 'two' : 'one')
        if (!isMoved) expect(await allOpen(raw, one)).toBe(true)
        await reseal(raw, { from: one, to: two }, entropy, now)
        expect(await allOpen(raw, two)).toBe(true)
        await raw.close()
      }
      expect(under).toContain('one')
      expect(under.join()).toMatch(/^(one,?)*(two,?)*$/)
    },
  )
})
