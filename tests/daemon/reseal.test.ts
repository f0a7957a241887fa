import {
  chmodSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SoftHsm, hasSoftHsm, startSoftHsm } from '../../daemon/test/softhsm.ts'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../daemon/test/swtpm.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { startWith, tandem } from './daemon.ts'
import { hasStrace, killedAt, refusedAt } from './killed.ts'
import { PIN, tokenSection, tpmSection } from './sealings.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const root = mkdtempSync(join(tmpdir(), 'tandem-reseal-'))
afterAll(() => rmSync(root, { recursive: true }))

const secretFile = join(root, 'secret')
writeFileSync(secretFile, 'a passphrase of a test\n', { mode: 0o600 })
const passphrase = `[sealing]\nkind = "passphrase"\nsecret_file = "${secretFile}"\n`

let configs = 0
function configOf(settings: string): string[] {
  const path = join(root, `${(configs += 1)}.toml`)
  writeFileSync(path, settings, { mode: 0o600 })
  return ['--config', path]
}

/** Another folder as this one is now. */
function copyOf(home: string, name: string): string {
  const copy = join(root, name)
  cpSync(home, copy, { recursive: true, filter: (path) => !path.endsWith('control') })
  chmodSync(copy, 0o700)
  return copy
}

describe('a co-signer whose secrets move under another key', () => {
  const home = join(root, 'home')
  let kept: Kept
  let nonce = 0n
  /** The move after it needs it, too. */
  let hsm: SoftHsm | undefined
  afterAll(() => hsm?.remove())

  /** Starts, signs, stops. */
  async function signs(settings = ''): Promise<void> {
    const daemon = await startWith(home, { settings })
    try {
      const device = await callAgain(daemon.address, kept)
      expect((await device.sign(chain, transfer(nonce++))).type).toBe('transaction')
      await device.close()
      ;({ kept } = device)
    } finally {
      await daemon.stop()
    }
  }

  const reseal = (kind: string, settings = '') =>
    tandem(home, ['reseal', '--to', kind, ...configOf(settings)])

  beforeAll(async () => {
    const daemon = await startWith(home, {})
    try {
      const device = await pairDevice(daemon.link)
      await device.makeWallet()
      await device.close()
      ;({ kept } = device)
      const { code, err } = await reseal('key-file')
      expect([code, err]).toEqual([7, expect.stringContaining('Stop it first')])
    } finally {
      await daemon.stop()
    }
  })

  test('signs on under a passphrase, and the key file opens nothing any more', async () => {
    const said = await reseal('passphrase', passphrase)
    expect([said.code, said.out]).toEqual([0, expect.stringContaining('destroy the old key')])
    await signs(passphrase)
    const copy = copyOf(home, 'copy')
    writeFileSync(join(copy, 'sealing.toml'), 'kind = "key-file"\n')
    const { code, err } = await tandem(copy, ['audit', 'verify'])
    expect([code, err]).toEqual([4, expect.stringContaining('does not open')])
  })

  test('is not moved to where its settings would not look for it', async () => {
    const { code, err } = await reseal('key-file', passphrase)
    expect([code, err]).toEqual([2, expect.stringContaining('Take [sealing] out')])
    expect((await reseal('pkcs11')).err).toContain('Nobody knows which token')
  })

  describe.skipIf(!hasSoftHsm)('with a token (needs SoftHSM2)', () => {
    let settings: string
    beforeAll(async () => {
      hsm = startSoftHsm()
      hsm.addToken('tandem', PIN)
      settings = await tokenSection(hsm.module, home)
    })
    test('signs on under a key that the token has made', async () => {
      expect(await reseal('pkcs11', settings)).toMatchObject({ code: 0, err: '' })
      await signs(settings)
      // Its settings name no key: the one that was made is kept beside the database.
      expect(settings).not.toContain('cipher')
      expect(readFileSync(join(home, 'sealing.toml'), 'utf8')).toContain('cipher')
    })
  })

  describe.skipIf(!hasSwtpm)('with a TPM (needs swtpm)', () => {
    let device: Swtpm
    beforeAll(async () => {
      device = await startSwtpm()
    })
    afterAll(async () => {
      await device.stop()
    })

    test('signs on under a key of the TPM, which counts its starts', async () => {
      const settings = tpmSection(device)
      // Once the settings name the TPM, the secret of before comes from nowhere else.
      expect(readFileSync(join(home, 'sealing.toml'), 'utf8')).toContain('secret_file')
      expect(await reseal('tpm', settings)).toMatchObject({ code: 0, err: '' })
      await signs(settings)
      expect(readFileSync(join(home, 'sealing.toml'), 'utf8')).toContain('counter = ')
    })

    test('an older copy is not moved away from its counter (needs swtpm)', async () => {
      const settings = tpmSection(device)
      const counted = join(root, 'counted')
      const starts = async () => (await startWith(counted, { settings })).stop()
      expect(await tandem(counted, ['init', '--sealing', 'key-file'])).toMatchObject({ code: 0 })
      const moved = await tandem(counted, ['reseal', '--to', 'tpm', ...configOf(settings)])
      expect(moved).toMatchObject({ code: 0, err: '' })
      await starts()
      const copy = copyOf(counted, 'older')
      await starts()
      const { code, err } = await tandem(copy, ['reseal', '--to', 'key-file', ...configOf('')])
      expect([code, err]).toEqual([5, expect.stringContaining('older copy')])
    })

    test('signs on under a key file again, which is a new one', async () => {
      expect(await reseal('key-file')).toMatchObject({ code: 0, err: '' })
      expect(readFileSync(join(home, 'sealing.toml'), 'utf8')).toContain('file = "key-2"')
      await signs()
    })
  })
})

describe.skipIf(!hasStrace)('a move that is killed (needs strace)', () => {
  const first = join(root, 'first')
  beforeAll(async () => {
    expect((await tandem(first, ['init', '--sealing', 'key-file'])).code).toBe(0)
  })

  test.for(['rename', 'fsync'])(
    'at any %s leaves a co-signer that opens, and another try ends it',
    async (call) => {
      const under: string[] = []
      for (let place = 1; ; place += 1) {
        const home = copyOf(first, `${call}-${place}`)
        if (!killedAt(call, place, ['reseal', '--to', 'key-file', '--folder', home])) break
        const opened = await tandem(home, ['audit', 'verify'])
        expect(opened).toMatchObject({ code: 0, err: '' })
        const isMoved = readFileSync(join(home, 'sealing.toml'), 'utf8').includes('key-2')
        under.push(isMoved ? 'new' : 'old')
        if (place % 4 !== 0) continue
        const again = await tandem(home, ['reseal', '--to', 'key-file'])
        expect(again).toMatchObject({ code: 0, err: '' })
      }
      expect(under).toContain('old')
      expect(under.join()).toMatch(/^(old,?)+(new,?)*$/)
      // The fault that matters lies between the commit and the name.
      if (call === 'rename') expect(under).toContain('new')
    },
  )
})

describe.skipIf(!hasStrace)('a move that the disk refuses', () => {
  const first = join(root, 'refused')
  beforeAll(async () => {
    expect((await tandem(first, ['init', '--sealing', 'key-file'])).code).toBe(0)
  })

  test('what a disk refused is settled by the next start (needs strace)', async () => {
    const under: string[] = []
    for (const after of ['', '+'])
      for (let place = 1; ; place += 1) {
        const home = copyOf(first, `refused-${place}${after}`)
        const wal = join(home, 'tandem.db-wal')
        const options = ['reseal', '--to', 'key-file', '--folder', home]
        const { code, faults } = refusedAt(wal, `${place}${after}`, join(root, 'trace'), options)
        if (faults === 0) {
          expect([code, place]).toEqual([0, expect.toSatisfy((at: number) => at > 1)])
          break
        }
        const wasNext = existsSync(join(home, 'sealing.next.toml'))
        expect(await tandem(home, ['audit', 'verify'])).toMatchObject({ code: 0, err: '' })
        expect(existsSync(join(home, 'sealing.next.toml'))).toBe(false)
        const isMoved = readFileSync(join(home, 'sealing.toml'), 'utf8').includes('key-2')
        if (code !== 0 || wasNext) under.push(isMoved ? 'new' : 'old')
        else expect(isMoved).toBe(true)
      }
    // Refused, and there all the same: only the next start knows.
    expect(under).toContain('new')
    expect(under).toContain('old')
  })
})
