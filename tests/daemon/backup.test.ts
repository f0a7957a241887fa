import {
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { network } from '@tandem/chains'
import { evm } from '@tandem/chains/evm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { age } from '../../daemon/src/adapters/backup/age.ts'
import { FIRST, decodeHead, headLength } from '../../daemon/src/core/backup/head.ts'
import { ask } from '../../daemon/src/cli/client.ts'
import { Done, Entries, Wallets } from '../../daemon/src/core/operator/messages.ts'
import { type Swtpm, hasSwtpm, startSwtpm } from '../../daemon/test/swtpm.ts'
import { transfer } from '../../daemon/test/transfer.ts'
import { type DaemonProcess, startWith, tandem } from './daemon.ts'
import { hasStrace, killedAt, refusedAt } from './killed.ts'
import { inTerminal } from './pty.ts'
import { tpmSection } from './sealings.ts'
import { type Kept, callAgain, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const root = mkdtempSync(join(tmpdir(), 'tandem-backup-'))
afterAll(() => rmSync(root, { recursive: true }))

const WORDS = 'five words that nobody guesses'
const secretFile = join(root, 'words')
const newSecretFile = join(root, 'new-words')
writeFileSync(secretFile, `${WORDS}\n`, { mode: 0o600 })
writeFileSync(newSecretFile, 'another passphrase\n', { mode: 0o600 })
const bySecret = ['--secret-file', secretFile]

/** Another way to seal than that of the machine before, on a machine that starts alone. */
const passphrase = `[sealing]\nkind = "passphrase"\nsecret_file = "${newSecretFile}"\n`
const config = join(root, 'new.toml')
writeFileSync(config, passphrase, { mode: 0o600 })

async function during<T>(
  home: string,
  work: (daemon: DaemonProcess) => Promise<T>,
  settings = '',
): Promise<T> {
  const daemon = await startWith(home, { settings, ...(settings !== '' && { init: [] }) })
  try {
    return await work(daemon)
  } finally {
    await daemon.stop()
  }
}

const stateOf = async (home: string): Promise<unknown> =>
  (await ask(home, { command: 'wallets' }, Wallets)).wallets.map(({ state }) => state)

const logOf = async (home: string) =>
  (await ask(home, { command: 'log', from: 1, limit: 500 }, Entries)).entries

/** What a device is told when it asks for a signature. */
async function asked({ address }: DaemonProcess, kept: Kept, nonce: bigint): Promise<string> {
  const device = await callAgain(address, kept)
  try {
    return (await device.ask(chain, transfer(nonce))).rule
  } finally {
    await device.close()
  }
}

/** Signs, or says why not. */
async function tried({ address }: DaemonProcess, kept: Kept, nonce: bigint): Promise<string> {
  const device = await callAgain(address, kept)
  try {
    return (await device.sign(chain, transfer(nonce))).type
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    await device.close()
  }
}

/** A device whose user has decided to go on with a co-signer that was set back. */
function forgiving(kept: Kept): Kept {
  const { checkpoint: _, ...rest } = kept
  return rest
}

describe('a backup', () => {
  const home = join(root, 'old')
  const back = join(root, 'back')
  const file = join(root, 'tandem.age')
  let atBackup: Kept
  let after: Kept
  let rotated: Kept
  let wallet: string

  beforeAll(async () => {
    await during(home, async ({ link }) => {
      const device = await pairDevice(link)
      await device.makeWallet()
      wallet = Buffer.from(device.kept.share!.keys[0]!.keyId).toString('hex')
      const made = tandem(home, ['backup', file, ...bySecret])
      for (let nonce = 0n; nonce < 4n; nonce += 1n) await device.sign(chain, transfer(nonce))
      expect(await made).toMatchObject({ code: 0, err: '' })
      atBackup = device.kept
      await device.sign(chain, transfer(4n))
      await device.close()
      after = device.kept
    })
  })

  test('is for its owner, is noted in the log, and leaves nothing behind', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(home).filter((name) => name.startsWith('backup'))).toEqual([])
    expect(readdirSync(root).filter((name) => name.endsWith('.part'))).toEqual([])
    await during(home, async () => {
      const made = (await logOf(home)).filter(({ type }) => type === 'backed-up')
      expect(made).toHaveLength(1)
      expect(made[0]?.text).toMatch(/^backed-up, entries \d+, digest [0-9a-f]{8}$/)
      expect((await tandem(home, ['doctor'])).out).toMatch(/backup +of 20\d\d-/)
      expect((await tandem(home, ['backup', file, ...bySecret])).code).toBe(1)
    })
  })

  test('is read as a whole with the right passphrase, and with no other', async () => {
    const { code, out } = await tandem(home, ['backup', 'check', file, ...bySecret])
    expect([code, out]).toEqual([0, expect.stringMatching(/all of it matches: \d+ entries/)])
    const other = await tandem(home, ['backup', 'check', file, '--secret-file', newSecretFile])
    expect([other.code, other.err]).toEqual([1, expect.stringContaining('another passphrase')])
    const none = await tandem(home, ['backup', 'check', join(root, 'none'), ...bySecret])
    expect([none.code, none.err]).toEqual([5, expect.stringContaining('no such file')])
  })

  test('is not restored while nobody says that the old one is gone', async () => {
    const silent = await tandem(back, ['restore', file, ...bySecret, '--config', config])
    expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('--retire-old')])
    const options = ['restore', file, ...bySecret, '--config', config, '--folder', back]
    const pty = inTerminal(options)
    await pty.find(/must never run again/)
    await pty.find(/stopped for good\? \[y\/n\] /)
    pty.type('n\n')
    await pty.find(/Nothing was restored/)
    expect(await pty.ended).toBe(1)
  })

  test('nothing is signed before new shares are made', async () => {
    const options = ['restore', file, ...bySecret, '--config', config, '--retire-old']
    expect(await tandem(back, options)).toMatchObject({ code: 0, err: '' })
    expect(readdirSync(back).toSorted()).toEqual([
      'attempts',
      'passphrase',
      'sealing.toml',
      'tandem.db',
    ])
    await during(
      back,
      async (daemon) => {
        expect(await stateOf(back)).toEqual(['set-back'])
        // Also a device that has forgotten what came after the backup.
        for (const kept of [after, atBackup, { ...atBackup, receipt: undefined }] as Kept[])
          expect(await asked(daemon, kept, 5n)).toBe('rolled-back')
        const doctor = await tandem(back, ['doctor'])
        expect([doctor.code, doctor.out]).toEqual([1, expect.stringContaining('tandem rotate')])
        const log = await logOf(back)
        expect(log.filter(({ type }) => type === 'restored')).toHaveLength(1)
        expect(log.filter(({ type }) => type === 'set-back')).toHaveLength(1)
        expect((await tandem(back, ['audit', 'verify'])).code).toBe(0)
      },
      passphrase,
    )
  })

  test('signs again once the person and the device have made new shares', async () => {
    await during(
      back,
      async (daemon) => {
        const device = await callAgain(daemon.address, forgiving(after))
        await expect(device.rotate()).rejects.toThrow('refused: not-allowed')
        await device.close()
        const smaller = await tandem(back, ['rotate', wallet.slice(0, 8), '--setup'])
        expect([smaller.code, smaller.err]).toEqual([1, expect.stringContaining('new shares')])
        const allowed = await tandem(back, ['rotate', wallet.slice(0, 8)])
        expect(allowed).toMatchObject({ code: 0, err: '' })
        const again = await callAgain(daemon.address, forgiving(after))
        await again.rotate()
        expect((await again.sign(chain, transfer(5n))).type).toBe('transaction')
        await again.close()
        rotated = again.kept
        expect(await stateOf(back)).toEqual(['ready'])
      },
      passphrase,
    )
    // Over a restart, too.
    await during(
      back,
      async (daemon) => expect(await tried(daemon, rotated, 6n)).toBe('transaction'),
      passphrase,
    )
  })

  test('makes the share of the machine before worth nothing', async () => {
    await during(home, async (daemon) => {
      // A device that keeps quiet about the receipt that it has, and says that nothing has changed.
      const { receipt: _, ...silent } = forgiving(rotated)
      const lying = { ...silent, held: after.held!, ot: after.ot! }
      expect(await tried(daemon, lying, 7n)).toMatch(/no signature|refused/)
      // The control: with the share of that time, both of them still sign.
      const { receipt: _also, ...before } = forgiving(after)
      expect(await tried(daemon, before, 8n)).toBe('transaction')
      // An honest device stops it.
      expect(await asked(daemon, forgiving(rotated), 9n)).toBe('rolled-back')
      expect(await stateOf(home)).toEqual(['lost'])
      expect((await tandem(home, ['wallets'])).out).toContain('newer shares')
      // Allowing new shares leads nowhere, and is not taken for an answer.
      const id = Buffer.from(rotated.share!.keys[0]!.keyId).toString('hex')
      const { code, err } = await tandem(home, ['rotate', id])
      expect([code, err.replaceAll(/\s+/g, ' ')]).toEqual([
        1,
        expect.stringMatching(/Its device has newer shares .* recovery phrase/),
      ])
      expect(await tandem(home, ['rotate', id, '--anyway'])).toMatchObject({ code: 0 })
    })
  })

  test('is made of a co-signer that does not run', async () => {
    const second = join(root, 'stopped.age')
    const made = await tandem(back, ['backup', second, ...bySecret, '--config', config, '--json'])
    const { entries, file: named } = JSON.parse(made.out) as { entries: number; file: string }
    expect(named).toBe(second)
    const checked = await tandem(back, ['backup', 'check', second, ...bySecret, '--json'])
    expect(JSON.parse(checked.out)).toMatchObject({ entries })
    expect(readdirSync(back).filter((name) => name.startsWith('backup'))).toEqual([])
  })

  test('a folder with anything in it is not restored into', async () => {
    const used = join(root, 'used')
    expect((await tandem(used, ['init', '--sealing', 'key-file'])).code).toBe(0)
    const before = readFileSync(join(used, 'tandem.db'))
    const { code, err } = await tandem(used, ['restore', file, ...bySecret, '--retire-old'])
    expect([code, err]).toEqual([6, expect.stringContaining('is not empty')])
    expect(readFileSync(join(used, 'tandem.db')).equals(before)).toBe(true)
  })
})

describe('a backup from before a rotation', () => {
  const [home, back] = [join(root, 'rotated'), join(root, 'too-old')]
  const file = join(root, 'too-old.age')
  let kept: Kept

  test('is one that doctor asks to make anew', async () => {
    await during(home, async ({ link }) => {
      const device = await pairDevice(link)
      await device.makeWallet()
      expect((await tandem(home, ['doctor'])).out).toMatch(/fix +backup +there is none/)
      expect(await tandem(home, ['backup', file, ...bySecret])).toMatchObject({ code: 0 })
      expect((await tandem(home, ['doctor'])).out).toMatch(/ok +backup +of/)
      const wallet = Buffer.from(device.kept.share!.keys[0]!.keyId).toString('hex')
      await ask(home, { command: 'rotate', wallet, what: 'shares' }, Done)
      await device.rotate()
      expect((await tandem(home, ['doctor'])).out).toMatch(/fix +backup [^]*from before a wallet/)
      await device.close()
      ;({ kept } = device)
    })
  })

  test('does not bring the wallet back, and says so', async () => {
    const options = ['restore', file, ...bySecret, '--retire-old', '--sealing', 'key-file']
    expect(await tandem(back, options)).toMatchObject({ code: 0 })
    await during(back, async (daemon) => {
      expect(await asked(daemon, forgiving(kept), 0n)).toBe('rolled-back')
      expect(await stateOf(back)).toEqual(['lost'])
      expect((await tandem(back, ['doctor'])).out).toMatch(/newer\s+shares[^]*recovery phrase/)
    })
  })
})

describe.skipIf(!hasSwtpm)('a co-signer that a TPM seals (needs swtpm)', () => {
  let [before, now]: (Swtpm | undefined)[] = []
  beforeAll(async () => {
    before = await startSwtpm()
    now = await startSwtpm()
  })
  afterAll(async () => {
    await before?.stop()
    await now?.stop()
  })

  test('comes back under another TPM, which counts its starts from the first', async () => {
    const [home, to, file] = ['tpm', 'other-tpm', 'tpm.age'].map((name) => join(root, name))
    const [old, other] = [before, now].map((device) => device && tpmSection(device))
    if (!home || !to || !file || !old || !other) throw new Error('two TPMs')
    await during(home, async () => undefined, old)
    await during(home, async () => expect(await backUp(home, file)).toBe(0), old)
    await before?.stop()
    before = undefined
    const settings = join(root, 'other-tpm.toml')
    writeFileSync(settings, other, { mode: 0o600 })
    const options = ['restore', file, ...bySecret, '--retire-old', '--config', settings]
    expect(await tandem(to, options)).toMatchObject({ code: 0, err: '' })
    for (const _ of [1, 2]) await during(to, async () => undefined, other)
  })

  const backUp = async (home: string, file: string) =>
    (await tandem(home, ['backup', file, ...bySecret])).code
})

describe('a backup of another version', () => {
  const old = join(import.meta.dirname, 'fixtures/backup-of-version-1.age')
  const oldSecret = join(root, 'old-words')
  writeFileSync(oldSecret, 'a backup of version one\n', { mode: 0o600 })

  test('of an older one is brought forward', async () => {
    const home = join(root, 'forward')
    const options = ['restore', old, '--secret-file', oldSecret, '--retire-old']
    expect(await tandem(home, [...options, '--sealing', 'key-file'])).toMatchObject({ code: 0 })
    expect((await tandem(home, ['audit', 'verify'])).out).toMatch(/^All match: \d+ entries/)
    await during(home, async () => expect(await stateOf(home)).toEqual(['set-back']))
  })

  test('of a newer one is refused, and leaves nothing', async () => {
    const home = join(root, 'newer')
    const newer = join(root, 'newer.age')
    await rewrite(old, newer, 'a backup of version one', (database) => {
      // The version of the schema, in the head of every SQLite file.
      new DataView(database.buffer, database.byteOffset).setUint32(60, 1000)
    })
    const options = ['restore', newer, '--secret-file', oldSecret, '--retire-old']
    const { code, err } = await tandem(home, [...options, '--sealing', 'key-file'])
    expect([code, err]).toEqual([5, expect.stringContaining('update it')])
    expect(readdirSync(home)).toEqual([])
  })

  test('with a row that another hand wrote is refused, and leaves nothing', async () => {
    const home = join(root, 'forged')
    const forged = join(root, 'forged.age')
    await rewrite(old, forged, 'a backup of version one', (database) => {
      const bytes = Buffer.from(database.buffer, database.byteOffset, database.length)
      const at = bytes.indexOf('eip155:31337')
      expect(at).toBeGreaterThan(0)
      bytes.write('eip155:31338', at)
    })
    const options = ['restore', forged, '--secret-file', oldSecret, '--retire-old']
    const { code, err } = await tandem(home, [...options, '--sealing', 'key-file'])
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/another (hand|entry|way)|chain|missing/),
    ])
    expect(readdirSync(home)).toEqual([])
  })
})

/** The same backup with another database, by somebody who knows the passphrase. */
async function rewrite(
  from: string,
  to: string,
  words: string,
  change: (database: Uint8Array) => void,
): Promise<void> {
  const secret = new TextEncoder().encode(words)
  const pieces: Uint8Array[] = []
  const file = [Uint8Array.from(readFileSync(from))]
  for await (const piece of await age.decrypt(secret, streamed(file))) pieces.push(piece)
  const plain = Uint8Array.from(Buffer.concat(pieces))
  const length = headLength(plain.subarray(0, FIRST))
  const { keys } = decodeHead(plain.subarray(FIRST, FIRST + length))
  change(plain.subarray(FIRST + length + keys))
  const sealed: Uint8Array[] = []
  for await (const piece of await age.encrypt(secret, streamed([plain]))) sealed.push(piece)
  writeFileSync(to, Buffer.concat(sealed))
}

async function* streamed(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces
}

describe.skipIf(!hasStrace)('a command that is killed (needs strace)', () => {
  const home = join(root, 'killed')
  const file = join(root, 'killed.age')
  beforeAll(async () => {
    expect((await tandem(home, ['init', '--sealing', 'key-file'])).code).toBe(0)
    expect((await tandem(home, ['backup', file, ...bySecret])).code).toBe(0)
  })

  /** Every place by default where names change; every write to the disk in the long run. */
  const isLong = process.env['TANDEM_LONG'] === '1'
  const calls = isLong ? ['rename', 'fsync', 'pwrite64'] : ['rename']

  test.for(calls)('at any %s leaves a backup that is whole, or none', async (call) => {
    const states: string[] = []
    for (let place = 1; ; place += 1) {
      const to = join(root, `${call}-${place}.age`)
      if (!killedAt(call, place, ['backup', to, ...bySecret, '--folder', home])) break
      const found = existsSync(to) && statSync(to).size > 0
      states.push(found ? 'whole' : 'none')
      const checked = await tandem(home, ['backup', 'check', to, ...bySecret])
      expect(checked.code).toBe(found ? 0 : 1)
      // What it left is no obstacle, and the co-signer is as it was.
      expect((await tandem(home, ['audit', 'verify'])).code).toBe(0)
    }
    expect(states.length).toBeGreaterThan(0)
    const again = join(root, `${call}-again.age`)
    expect(await tandem(home, ['backup', again, ...bySecret])).toMatchObject({ code: 0 })
    expect(readdirSync(home).filter((name) => name.startsWith('backup'))).toEqual([])
  })

  test.for(calls)('at any %s leaves a co-signer that is restored, or none', async (call) => {
    const states: string[] = []
    for (let place = 1; ; place += 1) {
      const to = join(root, `${call}-${place}`)
      const options = ['restore', file, ...bySecret, '--retire-old', '--sealing', 'key-file']
      if (!killedAt(call, place, [...options, '--folder', to])) break
      const isThere = existsSync(join(to, 'tandem.db'))
      states.push(isThere ? 'whole' : 'none')
      const verified = await tandem(to, ['audit', 'verify'])
      expect(verified.code).toBe(isThere ? 0 : 6)
      expect(existsSync(join(to, 'tandem.db'))).toBe(isThere)
      if (isThere) continue
      const again = await tandem(to, options)
      expect([again.code, again.err]).toEqual([6, expect.stringMatching(/broken off|not empty/)])
    }
    expect(states.length).toBeGreaterThan(0)
  })
  test('a restore that the disk does not take in full is none (needs strace)', async () => {
    for (let place = 1; ; place += 1) {
      const to = join(root, `refused-${place}`)
      const options = ['restore', file, ...bySecret, '--retire-old', '--sealing', 'key-file']
      const wal = join(to, 'restoring.db-wal')
      const trace = join(root, 'trace')
      const { code, err, faults } = refusedAt(wal, `${place}+`, trace, [...options, '--folder', to])
      if (faults === 0) {
        expect([code, err]).toEqual([0, ''])
        expect((await tandem(to, ['audit', 'verify'])).code).toBe(0)
        expect(place).toBeGreaterThan(1)
        break
      }
      expect(code).not.toBe(0)
      expect(readdirSync(to)).toEqual([])
    }
  })
})
