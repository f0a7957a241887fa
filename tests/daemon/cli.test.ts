import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { network } from '@tandem/chains'
import { evm, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { drawHalf } from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { program, tandem } from './daemon.ts'
import { inTerminal } from './pty.ts'
import { type TestDevice, pairDevice } from './test-device.ts'

const chain = evm(network('eip155:31337'))
const root = mkdtempSync(join(tmpdir(), 'tandem-cli-'))
const CANARY = 'canary-horse-battery-staple'
const started: ChildProcess[] = []

afterAll(async () => {
  for (const child of started) await end(child)
  rmSync(root, { recursive: true })
})

/** A service: its lines, and all that it ever wrote. */
async function service(home: string, ...args: string[]) {
  const child = spawn(
    process.execPath,
    [program, 'start', '--folder', home, '--port', '0', '--chain', chain.network.id, ...args],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  )
  started.push(child)
  const output = { text: '' }
  child.stderr.on('data', (data: Buffer) => (output.text += data.toString()))
  const lines = createInterface({ input: child.stdout })
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      output.text += `${line}\n`
      if (/^(listening|sealed)/.test(line)) resolve()
    })
    lines.on('close', () => reject(new Error(`it did not start: ${output.text}`)))
  })
  return { child, output }
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM')
    await once(child, 'exit')
  }
  return child.exitCode
}

describe('a person who sets up a co-signer', () => {
  const home = join(root, 'person')
  let device: TestDevice
  let running: Awaited<ReturnType<typeof service>>
  let screen = ''

  beforeAll(async () => {
    const init = inTerminal(['init', '--sealing', 'passphrase', '--folder', home])
    await init.find(/New passphrase: /)
    init.type(`${CANARY}\n`)
    await init.find(/Once more: /)
    init.type(`${CANARY}\n`)
    await init.find(/identity +[0-9a-f]{64}/)
    expect(await init.ended).toBe(0)
    screen += init.screen()
    running = await service(home)
  })

  afterAll(async () => {
    await device?.close()
    await end(running.child)
  })

  test('starts it sealed, and hears so', async () => {
    expect(running.output.text).toContain('sealed: nobody has unsealed it yet')
    const { code, err } = await tandem(home, ['wallets'])
    expect(code).toBe(4)
    expect(err).toContain('Run: tandem unseal')
    expect((await tandem(home, ['doctor'])).out).toContain('runs, and is sealed')
  })

  test('unseals it with the right passphrase only, without an echo', async () => {
    const wrong = inTerminal(['unseal', '--folder', home])
    await wrong.find(/Passphrase: /)
    wrong.type('another passphrase\n')
    await wrong.find(/another passphrase/)
    expect(await wrong.ended).toBe(1)
    const right = inTerminal(['unseal', '--folder', home])
    await right.find(/Passphrase: /)
    right.type(`${CANARY}\n`)
    await right.find(/Unsealed\. Listening on 127\.0\.0\.1:\d+/)
    expect(await right.ended).toBe(0)
    screen += right.screen()
  })

  test('pairs a browser, and writes down half a phrase that is shown once', async () => {
    const pty = inTerminal(['pair', '--folder', home])
    const [link] = await pty.find(/tandem:pair\?\S+/)
    device = await pairDevice(link)
    await pty.find(/Paired with/)
    const own = drawHalf((_label, length) => new Uint8Array(length).fill(7))
    const made = device.makeWallet({ backup: { kind: 'split' }, words: own })
    await pty.find(/Press Enter/)
    const [, page = ''] = pty.screen().split('half of your recovery phrase')
    const words = new Map(
      [...page.matchAll(/(\d+) {2}([a-z]+)/g)].map(([, number, word = '']) => [
        Number(number),
        word,
      ]),
    )
    expect(words.size).toBe(12)
    pty.type('\n')
    // oxlint-disable-next-line no-control-regex
    await pty.find(/\u001b\[3J/)
    for (let asked = 0; asked < 3; asked += 1) {
      const [, number = ''] = await pty.find(/Word (\d+): /)
      pty.type(`${words.get(Number(number))}\n`)
    }
    await made
    await pty.find(/Wallet [0-9a-f]{8} is made/)
    expect(await pty.ended).toBe(0)
    // What the service wrote, and what lies on the disk, has none of the words in this order.
    const phrase = [...words.values()].join(' ')
    expect(running.output.text).not.toContain(phrase)
    expect(everyByteOf(home)).not.toContain(phrase)
  })

  test('sees the wallet and the device', async () => {
    const { out } = await tandem(home, ['wallets', '--json'])
    const { wallets } = JSON.parse(out) as { wallets: { state: string; addresses: unknown[] }[] }
    expect(wallets).toMatchObject([
      {
        state: 'ready',
        addresses: [
          { chain: chain.network.id, address: chain.addresses(device.keyAt, 0)[0]?.address },
        ],
      },
    ])
    expect((await tandem(home, ['devices'])).out).toMatch(/^[0-9a-f]{8} {2}device/)
  })

  test('approves one request as the co-signer read it, and denies another', async () => {
    const requestId = Uint8Array.from({ length: 16 }, () => 0xab)
    expect(await device.ask(chain, unlimited(1n), { requestId })).toMatchObject({
      decision: 'needs-factor',
    })
    const pty = inTerminal(['approve', 'abababab', '--folder', home])
    await pty.find(/HIGH RISK/)
    await pty.find(
      /let 0x1212\w+ take an\s+unlimited amount of\s+eip155:31337.erc20:0x5fbdb2315678afecb367f032d93f642f64180aa3/,
    )
    await pty.find(/Sign this\? \[y\/n\] /)
    pty.type('y\n')
    await pty.find(/Approved/)
    expect(await pty.ended).toBe(0)
    expect(await device.ask(chain, unlimited(1n), { requestId })).toMatchObject({
      decision: 'allow',
    })

    const other = Uint8Array.from({ length: 16 }, () => 0xcd)
    await device.ask(chain, unlimited(2n), { requestId: other })
    const denied = await tandem(home, ['approve', 'cdcdcdcd', '--deny', '--json'])
    expect(JSON.parse(denied.out)).toMatchObject({ decision: 'deny', rule: 'operator' })
    expect((await tandem(home, ['approve'])).out).toBe('No request waits for you.\n')
    expect((await tandem(home, ['approve', 'cdcdcdcd', '--yes'])).code).toBe(1)
  })

  test('reads the log, while it runs and after it stopped', async () => {
    const { out } = await tandem(home, ['audit', 'export'])
    const entries = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string })
    expect(entries.map(({ type }) => type)).toEqual(expect.arrayContaining(['paired', 'decided']))
    expect((await tandem(home, ['audit', 'verify'])).out).toMatch(/^All match: \d+ entries/)
    expect(await end(running.child)).toBe(0)
    const pty = inTerminal(['audit', 'verify', '--folder', home])
    await pty.find(/passphrase: /)
    pty.type(`${CANARY}\n`)
    await pty.find(/All match/)
    expect(await pty.ended).toBe(0)
  })

  test('finds the passphrase nowhere', () => {
    for (const text of [screen, running.output.text, everyByteOf(home)])
      expect(text).not.toContain(CANARY)
  })
})

/** Lets somebody take everything of a token. */
const unlimited = (nonce: bigint) =>
  transactionPayload(
    serializeUnsigned({
      type: 2,
      chainId: 31337n,
      nonce,
      gasLimit: 100_000n,
      maxFeePerGas: 2n * 10n ** 9n,
      maxPriorityFeePerGas: 10n ** 9n,
      accessList: [],
      to: '0x5FbDB2315678afecb367f032d93F642f64180aa3',
      value: 0n,
      data: Uint8Array.from(
        Buffer.from(`095ea7b3${'00'.repeat(12)}${'12'.repeat(20)}${'ff'.repeat(32)}`, 'hex'),
      ),
    }),
  )

function everyByteOf(home: string): string {
  return readdirSync(home)
    .filter((name) => name !== 'control')
    .map((name) => readFileSync(join(home, name), 'latin1'))
    .join('\n')
}

describe('a co-signer that starts alone', () => {
  const home = join(root, 'alone')

  test('takes its passphrase from a file that only it can read', async () => {
    const secret = join(root, 'secret')
    const config = join(root, 'alone.toml')
    writeFileSync(secret, `${CANARY}\n`, { mode: 0o600 })
    writeFileSync(config, `[sealing]\nkind = "passphrase"\nsecret_file = "${secret}"\n`, {
      mode: 0o600,
    })
    expect((await tandem(home, ['init', '--config', config])).code).toBe(0)
    const { child, output } = await service(home, '--config', config)
    expect(output.text).toContain('listening 127.0.0.1:')

    // Another user sees arguments; the environment shows with the right to trace.
    for (const file of ['cmdline', 'environ'])
      expect(readFileSync(`/proc/${child.pid}/${file}`, 'latin1')).not.toContain(CANARY)

    const second = await tandem(home, ['start', '--config', config, '--port', '0'])
    expect(second.code).toBe(7)
    expect(second.err).toContain('Another co-signer is running on this folder.')

    expect(await end(child)).toBe(0)
    chmodSync(secret, 0o644)
    const open = await tandem(home, ['start', '--config', config, '--port', '0'])
    expect([open.code, open.err]).toEqual([5, expect.stringContaining('chmod 600')])
  })

  test('is sealed without its key, and never makes another', async () => {
    const lost = join(root, 'lost')
    expect((await tandem(lost, ['init', '--sealing', 'key-file'])).code).toBe(0)
    rmSync(join(lost, 'key'))
    const { child, output } = await service(lost)
    expect(output.text).toContain('sealed: ')
    expect((await tandem(lost, ['status'])).code).toBe(2)
    expect((await tandem(lost, ['pair'])).code).toBe(4)
    await end(child)
    expect((await tandem(lost, ['init', '--sealing', 'key-file'])).code).toBe(6)
    expect(readdirSync(lost)).not.toContain('key')
  })
})

describe('a command that cannot work', () => {
  const home = join(root, 'none')

  test.for([
    ['says that nothing runs', ['wallets'], 3, 'Run: tandem start'],
    ['says that nothing was set up', ['start'], 6, 'Run: tandem init'],
    ['guesses what was meant', ['walets'], 2, 'Did you mean tandem wallets?'],
    ['names an option that there is not', ['start', '--pin', 'x'], 2, "Unknown option '--pin'"],
    ['names a setting that is wrong', ['start', '--port', 'http'], 5, '--port: listen.port'],
    ['wants a terminal', ['wallet', 'confirm'], 2, 'there is none'],
  ] as const)('%s', async ([, args, code, text]) => {
    const ended = await tandem(home, [...args])
    expect([ended.code, ended.err]).toEqual([code, expect.stringContaining(text)])
    expect(ended.err).not.toMatch(/\n {4}at /)
    // oxlint-disable-next-line no-control-regex
    expect(ended.out + ended.err).not.toMatch(/\u001b/)
  })

  test('says it in JSON to a program', async () => {
    const { code, err } = await tandem(home, ['wallets', '--json'])
    expect(code).toBe(3)
    expect(JSON.parse(err)).toMatchObject({ error: 'no-daemon', advice: 'Run: tandem start' })
  })

  test('refuses a folder that others can enter', async () => {
    const open = join(root, 'open')
    expect((await tandem(open, ['init', '--sealing', 'key-file'])).code).toBe(0)
    chmodSync(open, 0o755)
    const { code, err } = await tandem(open, ['start', '--port', '0'])
    expect([code, err]).toEqual([5, expect.stringContaining('chmod 700')])
  })
})
