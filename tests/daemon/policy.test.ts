/** The policy of a real co-signer: read, changed, taken back and explained on the command line. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { logOf } from './control.ts'
import { type DaemonProcess, startWith, tandem, testConfig } from './daemon.ts'
import { asset, chain, id, limitRule, policyFile, spending } from './policies.ts'
import { inTerminal } from './pty.ts'
import { type TestDevice, callAgain, pairDevice } from './test-device.ts'

const home = mkdtempSync(join(tmpdir(), 'tandem-policy-'))
const first = policyFile(home, 'first', limitRule(1_000_000n))
const second = policyFile(home, 'second', limitRule(2_000_000n))
let daemon: DaemonProcess
let device: TestDevice

beforeAll(async () => {
  daemon = await startWith(home, { init: ['--sealing', 'key-file', '--policy', first] })
  device = await pairDevice(daemon.link)
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

type View = { policy: string; version: number; waiting?: { text: string; at: string } }

const view = async (): Promise<View> =>
  JSON.parse((await tandem(home, ['policy', '--json'])).out) as View
/** Takes what the daemon said so far: an answer to the last question comes after all of it. */
async function listen(): Promise<void> {
  for (let question = 0; question < 4; question += 1) await device.audit()
}

const nameOf = (text: string) => /^name = "(.*)"$/m.exec(text)?.[1]

describe('the policy of a co-signer', () => {
  test('is the one that it was set up with, word by word', async () => {
    expect(await view()).toMatchObject({ policy: readFileSync(first, 'utf8'), version: 1 })
    const { code, out } = await tandem(home, ['policy'])
    expect(code).toBe(0)
    // What is printed is a policy again.
    const saved = join(home, 'saved.toml')
    writeFileSync(saved, out, { mode: 0o600 })
    const checked = await tandem(home, ['policy', 'check', saved])
    expect(checked.out + checked.err).toContain('No rule allows sign-in')
  })

  test('is no setting: a file that somebody names there is refused', async () => {
    const config = testConfig(join(home, 'other'), { settings: `policy = "${second}"\n` })
    const { code, err } = await tandem(home, ['policy', '--config', config])
    expect(code).not.toBe(0)
    expect(err).toContain('policy: is no setting')
  })

  test('a mistake is named with its line, and changes nothing', async () => {
    const wrong = join(home, 'wrong.toml')
    writeFileSync(wrong, `${readFileSync(second, 'utf8')}per_day = 1\n`, { mode: 0o600 })
    const { code, err } = await tandem(home, ['policy', 'set', wrong, '--yes'])
    expect(code).not.toBe(0)
    expect(err).toMatch(/wrong\.toml:\d+: per_day: is no field of a policy/)
    expect((await view()).version).toBe(1)
  })

  test('without a wallet another one is in force at once; nobody is asked only with --yes', async () => {
    const unasked = await tandem(home, ['policy', 'set', second])
    expect([unasked.code === 0, unasked.err]).toEqual([
      false,
      expect.stringContaining('Nobody is there to ask.'),
    ])
    const { code, out } = await tandem(home, ['policy', 'set', second, '--yes'])
    expect([code, out]).toEqual([0, expect.stringContaining('per_window is 2000000 (')])
    expect(await view()).toMatchObject({ policy: readFileSync(second, 'utf8'), version: 2 })
  })

  test('with a wallet it waits, through a kill and a restart, and the device is told', async () => {
    await device.makeWallet()
    await device.sign(chain, spending(900_000n, 0), { requestId: id(1) })
    const terminal = inTerminal(['policy', 'set', first, '--folder', home])
    await terminal.find(/per_window is 1000000 .* instead of 2000000/)
    await terminal.find(/waits 24 hours/)
    await terminal.find(/Set this policy\?/)
    terminal.type('y\n')
    await terminal.find(/It waits until/)
    expect(await terminal.ended).toBe(0)
    await listen()
    const waiting = { text: Uint8Array.from(readFileSync(first)) }
    expect(device.kept.policy).toMatchObject({ version: 2, waiting })

    daemon.process.kill('SIGKILL')
    await once(daemon.process, 'exit')
    daemon = await startWith(home, {})
    device = await callAgain(daemon.address, device.kept)
    await listen()
    expect(device.kept.policy).toMatchObject({ version: 2, waiting })
    expect(nameOf((await view()).waiting?.text ?? '')).toBe('first')
    // The one that waits decides nothing: it would leave 100000.
    await device.sign(chain, spending(900_000n, 1), { requestId: id(2) })
  })

  test('a person at a terminal is asked, whatever a program says; no keeps everything', async () => {
    const flagged = inTerminal(['policy', 'set', first, '--yes', '--folder', home])
    await flagged.find(/somebody is here to be asked/)
    expect(await flagged.ended).not.toBe(0)
    expect((await tandem(home, ['policy', 'cancel'])).out).toContain('Taken back')
    expect((await view()).waiting).toBeUndefined()
    const terminal = inTerminal(['policy', 'set', first, '--folder', home])
    await terminal.find(/Set this policy\?/)
    terminal.type('n\n')
    await terminal.find(/Nothing was changed/)
    expect((await view()).waiting).toBeUndefined()
    await listen()
    expect(device.kept.policy?.waiting).toBeUndefined()
  })

  test('is in the log: which, when, and what became of it', async () => {
    const found = (await logOf(home)).flatMap(({ type, event }) =>
      type === 'policy' ? event['what'] : [],
    )
    expect(found).toEqual(['first', 'in-force', 'proposed', 'cancelled'])
  })
})

describe('tandem policy explain', () => {
  type Explained = {
    decision: string
    rule: string
    before?: { state: string }
    rules: { rule: string; findings: { says: string; left?: string; asset?: string }[] }[]
  }
  const explained = async (...args: string[]): Promise<Explained> => {
    const { out, err } = await tandem(home, ['policy', 'explain', ...args, '--json'])
    if (out === '') throw new Error(err)
    return JSON.parse(out) as Explained
  }

  test('says what each rule finds in a request of the past', async () => {
    const prefix = Buffer.from(id(1)).toString('hex').slice(0, 10)
    const answer = await explained(prefix)
    // Without itself, and with the one that was signed after it: 1800000 of 2000000 are used.
    expect(answer).toMatchObject({
      decision: 'allow',
      before: { state: 'released' },
      rules: [
        { rule: 'pay', findings: [{ says: 'allow' }] },
        { rule: 'limit-deny', findings: [{ says: 'allow', left: '200000', asset }] },
      ],
    })
    const { out } = await tandem(home, ['policy', 'explain', prefix])
    expect(out).toContain('pay: allows transfer.')
    expect(out).toContain('Allowed by limit-deny')
  })

  test('and in one that nobody asked, from a file of hex or JSON', async () => {
    const [own] = chain.addresses(device.keyAt, 0)
    const account = `${chain.network.id}:${own?.address ?? ''}`
    const hex = Buffer.from(spending(300_000n, 5)).toString('hex')
    const before = (await tandem(home, ['audit', 'list'])).out
    for (const text of [hex, JSON.stringify({ payload: hex })]) {
      const file = join(home, 'request')
      writeFileSync(file, text)
      const answer = await explained(file, '--chain', chain.network.id, '--account', account)
      expect(answer).toMatchObject({
        decision: 'deny',
        rule: 'limit-deny',
        rules: [{}, { findings: [{ says: 'deny', left: '200000' }] }],
      })
    }
    // It was only looked at.
    expect((await tandem(home, ['audit', 'list'])).out).toBe(before)
    const foreign = `${chain.network.id}:0x${'ab'.repeat(20)}`
    const file = join(home, 'request')
    await expect(
      explained(file, '--chain', chain.network.id, '--account', foreign),
    ).rejects.toThrow('No wallet here has the account')
    await expect(explained('abcd')).rejects.toThrow('No request begins with abcd')
  })
})
