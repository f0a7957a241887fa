/** Second factors of a real co-signer whose time the test moves: from the request to its signature. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ed25519 } from '@noble/curves/ed25519.js'
import { messagePayload } from '@tandem/chains/evm'
import { enrolChallenge, factorChallenge } from '@tandem/protocol'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type SoftwarePasskey,
  type Twist,
  softwarePasskey,
} from '../../daemon/test/software-passkey.ts'
import { type Clocked, ORIGIN, startClocked } from './faults/clocked.ts'
import { chain, id, limitRule, policyFile, spending } from './policies.ts'
import { type TestDevice, type Verdict, callAgain, pairDevice } from './test-device.ts'
import { codeAt } from './totp.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const FREE = 100_000n
const ALONE = 1_000_000n

const home = mkdtempSync(join(tmpdir(), 'tandem-factors-'))
let daemon: Clocked
let device: TestDevice
/** What the daemon's clock says. */
let now: number

beforeAll(async () => {
  daemon = await startClocked(home, [chain.network.id])
  const started = (await log()).findLast(({ type }) => type === 'started')
  now = Date.parse(started?.at ?? '')
  const both = 'accepts = ["code", "passkey"]\nfactors = 2\n'
  const quorum = limitRule(ALONE, 'needs-factor', both).replace('limit-needs-factor', 'quorum')
  const slow = '\n[[rules]]\nrule = "delay"\nname = "slow"\nwait = "1h"\nacts = ["message"]\n'
  const rules = limitRule(FREE, 'needs-factor') + quorum + slow
  const text = readFileSync(policyFile(home, 'factors', rules), 'utf8')
  const { over } = await answer<{ over: string }>({ command: 'policy-compare', text })
  await answer({ command: 'policy-set', text, over })
  const { link, done } = await daemon.invite()
  device = await pairDevice(link)
  await done()
  await device.makeWallet()
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

async function answer<T>(command: object): Promise<T> {
  const said = await daemon.command(command)
  if (!('answer' in said)) throw new Error(JSON.stringify(said))
  return said['answer'] as T
}

async function log(): Promise<{ at: string; type: string; event: Record<string, unknown> }[]> {
  const { entries } = await answer<{ entries: Awaited<ReturnType<typeof log>> }>({
    command: 'log',
    from: 1,
    limit: 500,
  })
  return entries
}

/** Time that goes by while the device is away: one that is silent for long is not waited for. */
async function pass(ms: number): Promise<void> {
  now += ms
  await device.close()
  await daemon.pass(ms)
  device = await callAgain(daemon.address, device.kept)
}

/** A day later nothing of a limit is used up. */
const nextDay = () => pass(25 * HOUR)

let nonce = 0
/** A request for so much, with an id and a nonce of its own. */
function request(amount: bigint) {
  nonce += 1
  const [payload, requestId] = [spending(amount, nonce), id(nonce)]
  return {
    requestId,
    ask: () => device.ask(chain, payload, { requestId }),
    sign: async () => (await device.sign(chain, payload, { requestId })).type,
    show: (code: string) => device.show(requestId, { kind: 'code', code }),
    prove: (passkey: SoftwarePasskey, verdict: Verdict, twist: Twist = {}) =>
      device.show(requestId, {
        kind: 'passkey',
        ...passkey.sign(factorChallenge(verdict), twist),
      }),
  }
}

const detailOf = ({ detail }: Verdict) =>
  JSON.parse(new TextDecoder().decode(detail)) as {
    text: string
    accepts?: string[]
    until?: number
  }

let secret = ''
const code = (steps = 0) => codeAt(secret, now + steps * 30_000)

const passkey = softwarePasskey('P-256', ORIGIN, ORIGIN)

describe('while nothing is enrolled', () => {
  test('a request above its limit is signed after yes on this machine', async () => {
    const { ask, sign, requestId } = request(FREE + 1n)
    const asked = await ask()
    expect(asked).toMatchObject({ decision: 'needs-factor', rule: 'limit-needs-factor' })
    expect(detailOf(asked).accepts).toEqual(['operator'])
    await expect(sign()).rejects.toThrow('needs-factor')
    const name = Buffer.from(requestId).toString('hex')
    expect(await answer({ command: 'approve', request: name })).toMatchObject({ decision: 'allow' })
    // It was told so unasked; it comes back, and asks.
    await pass(MINUTE)
    expect(await sign()).toBe('transaction')
    await nextDay()
  })

  test('a quorum that nobody can reach denies', async () => {
    expect(await request(ALONE + 1n).ask()).toMatchObject({ decision: 'deny', rule: 'quorum' })
  })
})

describe('codes of an authenticator app', () => {
  beforeAll(async () => {
    const { link } = await answer<{ link: string }>({ command: 'factor-propose' })
    secret = new URL(link).searchParams.get('secret') ?? ''
    await answer({ command: 'factor-confirm', code: code() })
    await pass(MINUTE)
  })

  test('the right one is for one request, and once', async () => {
    const first = request(FREE + 1n)
    expect(detailOf(await first.ask()).accepts).toEqual(['code', 'operator'])
    const shown = code()
    expect(await first.show(shown)).toMatchObject({ decision: 'allow' })
    expect(await first.sign()).toBe('transaction')
    const second = request(FREE + 1n)
    await second.ask()
    const again = await second.show(shown)
    expect(again).toMatchObject({ decision: 'needs-factor' })
    expect(detailOf(again).text).toContain('was used before')
    await pass(MINUTE)
    expect(await second.show(code())).toMatchObject({ decision: 'allow' })
    expect(await second.sign()).toBe('transaction')
    await nextDay()
  })

  test('one of three steps before or after is wrong', async () => {
    const { ask, show, sign } = request(FREE + 1n)
    await ask()
    for (const steps of [-3, 3]) {
      const shown = await show(code(steps))
      expect([shown.decision, detailOf(shown).text]).toEqual([
        'needs-factor',
        expect.stringContaining('wrong'),
      ])
    }
    expect(await show(code())).toMatchObject({ decision: 'allow' })
    expect(await sign()).toBe('transaction')
    await nextDay()
  })

  test('after five wrong ones also the right one has to wait', async () => {
    const { ask, show } = request(FREE + 1n)
    await ask()
    for (let wrong = 0; wrong < 5; wrong += 1)
      expect(detailOf(await show(code(10 + wrong))).text).toContain('wrong')
    const early = await show(code())
    expect([early.decision, detailOf(early).text]).toEqual([
      'needs-factor',
      expect.stringContaining('too many wrong codes'),
    ])
    await pass(MINUTE)
    expect(await show(code())).toMatchObject({ decision: 'allow' })
    await nextDay()
  })
})

describe('a passkey', () => {
  const offerId = id(9999)
  const offer = () => {
    const own = ed25519.getPublicKey(device.kept.identity)
    const challenge = enrolChallenge(offerId, own)
    return device.offer({ requestId: offerId, name: 'key', ...passkey.make(challenge) })
  }

  test('counts from when the operator has accepted it', async () => {
    expect(await offer()).toBe('waits')
    const { ask, prove, sign } = request(FREE + 1n)
    const asked = await ask()
    expect(detailOf(asked).accepts).toEqual(['code', 'operator'])
    expect(await prove(passkey, asked)).toMatchObject({ decision: 'needs-factor' })
    const name = Buffer.from(offerId).toString('hex')
    expect(await answer({ command: 'factor-accept', passkey: name })).toEqual({ done: true })
    expect(await offer()).toBe('enrolled')
    expect(await prove(passkey, asked)).toMatchObject({ decision: 'allow' })
    expect(await sign()).toBe('transaction')
    await nextDay()
  })

  test('of another origin, for another request, or copied proves nothing', async () => {
    const other = request(FREE + 1n)
    const forOther = await other.ask()
    const { ask, prove, sign } = request(FREE + 1n)
    const asked = await ask()
    expect(await prove(passkey, asked, { origin: 'https://evil.test' })).toMatchObject({
      decision: 'needs-factor',
    })
    expect(await prove(passkey, asked, { rpId: 'evil.test' })).toMatchObject({
      decision: 'needs-factor',
    })
    expect(await prove(passkey, asked, { flags: 1 })).toMatchObject({ decision: 'needs-factor' })
    expect(await prove(passkey, forOther)).toMatchObject({ decision: 'needs-factor' })
    const { counter } = passkey
    passkey.counter = 0
    expect(await prove(passkey, asked)).toMatchObject({ decision: 'needs-factor' })
    passkey.counter = counter
    expect(await prove(passkey, asked)).toMatchObject({ decision: 'allow' })
    expect(await sign()).toBe('transaction')
    await nextDay()
  })
})

describe('two of them', () => {
  test('are both needed, in either order, and one twice is one', async () => {
    for (const first of ['code', 'passkey'] as const) {
      const { ask, prove, show, sign } = request(ALONE + 1n)
      const asked = await ask()
      expect(asked).toMatchObject({ decision: 'needs-factor' })
      const one = first === 'code' ? await show(code()) : await prove(passkey, asked)
      expect(one).toMatchObject({ decision: 'needs-factor', rule: 'quorum' })
      await expect(sign()).rejects.toThrow('needs-factor')
      await pass(MINUTE)
      const again = first === 'code' ? await show(code()) : await prove(passkey, one)
      expect(again).toMatchObject({ decision: 'needs-factor', rule: 'quorum' })
      await pass(MINUTE)
      const both = first === 'code' ? await prove(passkey, again) : await show(code())
      expect(both).toMatchObject({ decision: 'allow' })
      expect(await sign()).toBe('transaction')
      await nextDay()
    }
  })

  test('are not what the operator is: one yes here is no quorum of others', async () => {
    const { ask, requestId } = request(ALONE + 1n)
    await ask()
    const name = Buffer.from(requestId).toString('hex')
    expect(await answer({ command: 'approve', request: name })).toMatchObject({
      decision: 'needs-factor',
      rule: 'quorum',
    })
    await nextDay()
  })
})

test('what has to wait is signed when its time has gone by, and not before', async () => {
  const payload = messagePayload(Buffer.from('hello'))
  const requestId = id(7777)
  const ask = () => device.ask(chain, payload, { requestId })
  const asked = await ask()
  expect(asked).toMatchObject({ decision: 'needs-factor', rule: 'slow' })
  expect(detailOf(asked)).toMatchObject({ accepts: [], until: now + HOUR })
  // No factor makes it come sooner.
  expect(await device.show(requestId, { kind: 'code', code: code() })).toMatchObject({
    decision: 'needs-factor',
    rule: 'slow',
  })
  await pass(HOUR - 1)
  expect(await ask()).toMatchObject({ decision: 'needs-factor', rule: 'slow' })
  await pass(1)
  expect((await device.sign(chain, payload, { requestId })).type).toBe('signature')
})

describe('who decides about this co-signer', () => {
  test('is never a device: it sets no policy, and makes no shares unasked', async () => {
    const { policy } = device.kept
    if (!policy) throw new Error('it was told the policy')
    device.say({ ...policy, version: 9 })
    await expect(device.rotate()).rejects.toThrow('refused: not-allowed')
    expect(await answer({ command: 'policy' })).toMatchObject({ version: 2 })
    const refused = (await log()).filter(({ type }) => type === 'refused')
    expect(refused.at(-1)?.event).toMatchObject({ code: 'bad-message' })
  })

  test('shows a code for another policy, where an app is enrolled', async () => {
    const text = readFileSync(policyFile(home, 'wide', ''), 'utf8')
    const { over, asksCode } = await answer<{ over: string; asksCode: boolean }>({
      command: 'policy-compare',
      text,
    })
    expect(asksCode).toBe(true)
    const set = { command: 'policy-set', text, over }
    expect(await daemon.command(set)).toMatchObject({ error: 'wrong-secret' })
    expect(await daemon.command({ ...set, code: code(10) })).toMatchObject({
      error: 'wrong-secret',
    })
    await pass(MINUTE)
    expect(await daemon.command({ ...set, code: code() })).toMatchObject({
      answer: { version: 2, waiting: { at: new Date(now + 24 * HOUR).toISOString() } },
    })
    // Until then everything is asked as before.
    expect(await request(FREE + 1n).ask()).toMatchObject({ decision: 'needs-factor' })
    await pass(24 * HOUR)
    expect(await request(FREE + 1n).ask()).toMatchObject({ decision: 'allow', rule: 'pay' })
  })
})
