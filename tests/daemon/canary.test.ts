import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { drawHalf } from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadShare, walletsOf } from '../../daemon/src/core/wallet-record.ts'
import { answer } from './control.ts'
import { tandem } from './daemon.ts'
import { built } from './faults/built.ts'
import { readingDisk } from './faults/disk.ts'
import { type Launched, launch, setUp } from './faults/launch.ts'
import { type Secret, leaksIn } from './faults/leaks.ts'
import { leaksInMemory } from './faults/memory.ts'
import { chainOptions, requestsOf } from './faults/requests.ts'
import { inTerminal } from './pty.ts'
import { startSealed } from './sealed.ts'
import { type TestDevice, pairDevice } from './test-device.ts'

const root = mkdtempSync(join(tmpdir(), 'tandem-canary-'))
const home = join(root, 'home')
const logFile = join(root, 'lines.log')
let daemon: Launched
let device: TestDevice
let secrets: readonly Secret[]
/** What was in memory while the person looked at the words. */
let whileShown: ReturnType<typeof leaksInMemory>

/** A pairing, half a phrase on a terminal, a wallet, signatures and refusals; everything is logged. */
beforeAll(async () => {
  const program = await built(root)
  await setUp(home)
  appendFileSync(join(home, 'test.toml'), `[log]\nlevel = "debug"\nfile = "${logFile}"\n`)
  daemon = await launch(home, { entry: [program], options: chainOptions })
  const pty = inTerminal(['pair', '--folder', home])
  const [link] = await pty.find(/tandem:pair\?\S+/)
  device = await pairDevice(link)
  await pty.find(/Paired with/)
  const half = drawHalf((_label, length) => new Uint8Array(length).fill(7))
  const made = device.makeWallet({ backup: { kind: 'split' }, words: half })
  await pty.find(/Press Enter/)
  const [, page = ''] = pty.screen().split('half of your recovery phrase')
  const words = [...page.matchAll(/(\d+) {2}([a-z]+)/g)]
    .toSorted(([, a], [, b]) => Number(a) - Number(b))
    .map(([, , word = '']) => word)
  whileShown = leaksInMemory(daemon.pid, [{ name: 'half a phrase', words }])
  pty.type('\n')
  for (let asked = 0; asked < 3; asked += 1) {
    const [, number = ''] = await pty.find(/Word (\d+): /)
    pty.type(`${words[Number(number) - 1]}\n`)
  }
  await made
  expect(await pty.ended).toBe(0)
  for (const { chain, payload, requestId } of requestsOf(device, 1)) {
    await device.sign(chain, payload, { requestId })
    await device.ask(chain, Uint8Array.of(0xff), { requestId }).catch(() => undefined)
  }
  device.say({ type: 'query', requestId: new Uint8Array(16), index: 0, attempt: 0 })
  await device.audit()
  secrets = [{ name: 'half a phrase', words }, ...(await sealedSecrets())]
})

afterAll(async () => {
  await device.close()
  await daemon.kill()
  rmSync(root, { recursive: true })
})

/** What the daemon seals, opened with its key by its own code. */
async function sealedSecrets(): Promise<Secret[]> {
  return readingDisk(home, async ({ store, keys, root: own }) => {
    const [record] = await walletsOf(store, ed25519.getPublicKey(device.kept.identity))
    const share = record && (await loadShare(keys, store, record.wallet, 0))
    if (!share) throw new Error('a share')
    return [
      ...share.keys.map(({ suite, secret }) => ({
        name: `share of suite ${suite}`,
        bytes: secret,
      })),
      ...share.peers.flatMap(({ zsSeed, ot }) => [
        { name: 'seed of zero shares', bytes: zsSeed },
        { name: 'delta of the OT setup', bytes: ot.asSender.delta },
      ]),
      { name: 'identity', bytes: own.identity },
      { name: 'channel key', bytes: own.noise.secret },
      { name: 'hedge', bytes: own.hedge },
      { name: 'key of the rows', bytes: own.rows },
      { name: 'key of the receipts', bytes: own.receipts },
    ].map(({ name, bytes }) => ({ name, bytes: bytes.slice() }))
  })
}

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))

describe('the secrets of a co-signer that did everything', () => {
  test('are in no file, no log, no output, and not in what the system shows of it', () => {
    expect(secrets.length).toBeGreaterThanOrEqual(10)
    expect(secrets[0]?.words?.length).toBe(12)
    const files = filesOf(home)
    expect(files.some((path) => path.endsWith('tandem.db-wal'))).toBe(true)
    expect(readFileSync(logFile, 'utf8').split('\n').length).toBeGreaterThan(20)
    const shown = ['cmdline', 'environ', 'comm', 'status'].map(
      (name) => `/proc/${daemon.pid}/${name}`,
    )
    const found = [...files, logFile, ...shown].flatMap((path) =>
      leaksIn(readFileSync(path), secrets).map((leak) => `${path}: ${leak}`),
    )
    expect(found).toEqual([])
    expect(leaksIn(Buffer.from(daemon.output()), secrets)).toEqual([])
  })

  test('are gone from its memory where they are words: half a phrase, once it is on paper', () => {
    // The control: it is found where it is.
    expect(whileShown.leaks).toEqual(['half a phrase (text)'])
    const phrase = secrets.filter(({ words }) => words)
    const { leaks, bytes } = leaksInMemory(daemon.pid, phrase)
    expect(leaks).toEqual([])
    expect(bytes).toBeGreaterThan(50_000_000)
  })

  test('are found where they are', () => {
    for (const secret of secrets) {
      const { name, bytes, words } = secret
      const forms = bytes
        ? [bytes, Buffer.from(bytes).toString('hex'), Buffer.from(bytes).toString('base64')]
        : [words!.join(' '), JSON.stringify(words), Buffer.from(words!.join(' '), 'utf16le')]
      for (const form of forms) {
        const planted = Buffer.concat([Buffer.from('x'), Buffer.from(form), Buffer.from('y')])
        expect(leaksIn(planted, secrets).join()).toContain(name)
      }
    }
  })
})

describe('a passphrase that a person gives', () => {
  const PASSPHRASE = 'correct horse battery staple canary'

  test('is nowhere in the co-signer that it unsealed, but where Node read it from the socket', async () => {
    const credentials = join(root, 'credentials')
    mkdirSync(credentials, { mode: 0o700 })
    writeFileSync(join(credentials, 'tandem-secret'), PASSPHRASE, { mode: 0o400 })
    const sealed = join(root, 'sealed')
    const env = { CREDENTIALS_DIRECTORY: credentials }
    const init = ['init', '--sealing', 'passphrase']
    expect(await tandem(sealed, init, env)).toMatchObject({ code: 0 })
    const started = await startSealed(sealed, {})
    try {
      const given = Buffer.from(PASSPHRASE)
      const command = { command: 'unseal', secret: given.length } as const
      expect(await answer(sealed, command, given)).toMatchObject({ open: {} })
      const secret = { name: 'passphrase', bytes: given }
      const { pid = 0 } = started.process
      const asText = leaksInMemory(pid, [secret]).leaks.filter((leak) => !leak.endsWith('(raw)'))
      expect(asText).toEqual([])
      // The control: here it is text, as it would be there.
      const text = [given.toString('base64'), given.toString('hex')]
      const { leaks } = leaksInMemory(process.pid, [secret])
      expect(leaks).toEqual(expect.arrayContaining(['passphrase (base64)', 'passphrase (hex)']))
      expect(text.length).toBe(2)
    } finally {
      await started.stop()
    }
  })
})
