import { chmodSync, chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Flags, loadConfig } from './config.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-config-'))
afterAll(() => rmSync(root, { recursive: true }))

const path = join(root, 'tandem.toml')
const env = { HOME: '/home/ana' }

function load(text: string, flags: Flags = {}) {
  writeFileSync(path, text)
  chmodSync(path, 0o600)
  return loadConfig({ config: path, ...flags }, env)
}

describe('settings', () => {
  test('need no file', () => {
    const { config, origins, path: file } = loadConfig({}, { HOME: root })
    expect(file).toBeUndefined()
    expect(config).toMatchObject({
      folder: join(root, '.local/share/tandem'),
      listen: { host: '127.0.0.1', port: 8765, origins: [] },
      wallets_without_phrase: false,
      requests: { keep_days: 90 },
    })
    expect(config.chains).toContain('eip155:1')
    expect(config.chains).not.toContain('eip155:31337')
    expect(new Set(origins.values())).toEqual(new Set(['default']))
  })

  test('say where each value comes from', () => {
    const { config, origins } = load('folder = "/srv/x"\n\n[listen]\nhost = "::1"\nport = 1\n', {
      port: '99',
    })
    expect(config.listen).toMatchObject({ host: '::1', port: 99 })
    expect(Object.fromEntries(origins)).toMatchObject({
      folder: `${path}:1`,
      'listen.host': `${path}:4`,
      'listen.port': '--port',
      chains: 'default',
    })
  })

  test('are found where the system says', () => {
    const where = (from: Record<string, string>) =>
      loadConfig({}, { ...env, ...from }).config.folder
    expect(where({ XDG_DATA_HOME: '/data' })).toBe('/data/tandem')
    expect(where({ XDG_DATA_HOME: '/data', STATE_DIRECTORY: '/var/lib/tandem' })).toBe(
      '/var/lib/tandem',
    )
  })

  test.for([
    ['one that there is not', 'folder = "x"\ncolour = 1\n', ':2: colour: is no setting of Tandem'],
    ['one in a table', '[listen]\nport = 1\nprot = 2\n', ':3: listen.prot: is no setting'],
    ['a value of another type', '\n[listen]\nport = "x"\n', ':3: listen.port: expected a number'],
    [
      'too short a memory',
      '[requests]\nkeep_days = 29\n',
      ':2: requests.keep_days: expected a number',
    ],
    ['a chain that nobody knows', 'chains = ["eip155:0"]\n', ':1: chains: expected a chain'],
    ['an origin with a path', '[listen]\norigins = ["https://a/b"]\n', ':2: listen.origins: '],
    ['another way to seal', '[sealing]\nkind = "hope"\n', ':2: sealing.kind: '],
    [
      'a setting of another way to seal',
      '[sealing]\nkind = "tpm"\nmodule = "x"\n',
      ':3: sealing.module',
    ],
    ['what is no TOML', 'folder = \n', ':1: '],
  ] as const)('refuse %s, and name its line', ([, text, message]) => {
    expect(() => load(text)).toThrow(`${path}${message}`)
  })

  test('refuse a file that is named and not there', () =>
    expect(() => loadConfig({ config: join(root, 'none.toml') }, env)).toThrow('cannot be read'))

  test('a file that others can write is refused', () => {
    load('')
    chmodSync(path, 0o620)
    expect(() => loadConfig({ config: path }, env)).toThrow('chmod go-w')
    chmodSync(path, 0o644)
    chmodSync(root, 0o777)
    expect(() => loadConfig({ config: path }, env)).toThrow('chmod go-w')
    chmodSync(root, 0o700)
    expect(() => loadConfig({ config: path }, env)).not.toThrow()
  })

  test.skipIf(process.getuid?.() !== 0)('a file of another user is refused (needs root)', () => {
    load('')
    chownSync(path, 12345, 12345)
    expect(() => loadConfig({ config: path }, env)).toThrow('belongs to another user')
    rmSync(path)
  })
})
