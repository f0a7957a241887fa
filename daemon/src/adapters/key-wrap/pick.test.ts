import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { type Around, type PluggedIn, pickSealing, probeLibraries, probeTpm } from './pick.ts'

const folder = mkdtempSync(join(tmpdir(), 'tandem-pick-'))
afterAll(() => rmSync(folder, { recursive: true }))

const token = (name: PluggedIn['library']['name'], canSeal = true): PluggedIn => ({
  library: { name, path: `/${name}.so` },
  label: 'mine',
  serial: '1',
  canSeal,
})

describe('the sealing that a machine gets', () => {
  test.for<[string, Around, string, string]>([
    [
      'a token',
      { tpm: 'ready', tokens: [token('YubiHSM')], secret: 'person' },
      'pkcs11',
      'the token "mine"',
    ],
    ['a TPM', { tpm: 'ready', tokens: [], secret: 'person' }, 'tpm', "this machine's TPM"],
    [
      'a card that makes no AES keys, and a TPM',
      { tpm: 'ready', tokens: [token('OpenSC', false)], secret: 'person' },
      'tpm',
      "this machine's TPM",
    ],
    [
      'a software token',
      { tpm: 'none', tokens: [token('SoftHSM')], secret: 'person' },
      'passphrase',
      'neither',
    ],
    [
      'a TPM without its tools',
      { tpm: 'no-tools', tokens: [], secret: 'person' },
      'passphrase',
      'tpm2-tools are not installed',
    ],
    [
      'a TPM of somebody else',
      { tpm: 'forbidden', tokens: [], secret: 'person' },
      'passphrase',
      'group "tss"',
    ],
    [
      'a TPM that does not answer',
      { tpm: 'silent', tokens: [], secret: 'person' },
      'passphrase',
      'does not answer',
    ],
    [
      'a token, a TPM and nobody',
      { tpm: 'ready', tokens: [token('YubiHSM')], secret: 'nobody' },
      'tpm',
      "this machine's TPM",
    ],
    [
      'a token and a passphrase in a file',
      { tpm: 'none', tokens: [token('YubiHSM')], secret: 'file' },
      'passphrase',
      'read from its file',
    ],
    ['nothing and nobody', { tpm: 'none', tokens: [], secret: 'nobody' }, 'key-file', 'nobody'],
    ['nothing', { tpm: 'none', tokens: [], secret: 'person' }, 'passphrase', 'neither'],
  ])('with %s', ([, around, kind, why]) => {
    const choice = pickSealing(around)
    expect(choice.kind).toBe(kind)
    expect(choice.why).toContain(why)
    expect(choice.why).toMatch(/^[A-Z][^\n]*\.$/)
  })

  test('looks for a TPM and for its tools', () => {
    const device = join(folder, 'tpmrm0')
    expect(probeTpm(device)).toBe('none')
    writeFileSync(device, '')
    expect(probeTpm(device, folder)).toBe('no-tools')
    writeFileSync(join(folder, 'tpm2'), '')
    expect(probeTpm(device, `/nowhere:${folder}`)).toBe('ready')
  })

  test.skipIf(process.getuid?.() === 0)('may not use what it may not open (needs a user)', () => {
    const device = join(folder, 'closed')
    writeFileSync(device, '')
    chmodSync(device, 0)
    expect(probeTpm(device)).toBe('forbidden')
  })

  test('looks for libraries of tokens, the first of each', () => {
    const [one, two] = [join(folder, 'one'), join(folder, 'two')]
    for (const place of [one, two]) {
      mkdirSync(place)
      writeFileSync(join(place, 'opensc-pkcs11.so'), '')
    }
    writeFileSync(join(two, 'yubihsm_pkcs11.so'), '')
    expect(probeLibraries([one, two])).toEqual([
      { name: 'YubiHSM', path: join(two, 'yubihsm_pkcs11.so') },
      { name: 'OpenSC', path: join(one, 'opensc-pkcs11.so') },
    ])
  })
})
