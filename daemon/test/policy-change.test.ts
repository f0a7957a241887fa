/** The store keeps the policy; another one waits before it takes its place. */
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { policyHash } from '@tandem/protocol'
import { Secret, TOTP } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { handClock } from '../../tests/daemon/faults/hand-clock.ts'
import type { Kept, TestDevice } from '../../tests/daemon/test-device.ts'
import type { Packet } from '../../tests/daemon/wire.ts'
import { toml } from '../src/adapters/policy-file/toml.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { loadDecision, spentSince } from '../src/core/decision.ts'
import { cancelPolicy, comparePolicy, policyView, setPolicy } from '../src/core/operator/policy.ts'
import { keptPolicy } from '../src/core/policy/kept-policy.ts'
import { PolicyTextError } from '../src/ports/policy-text.ts'
import { type Daemon, daemon, local } from './daemon-in-process.ts'
import { transfer } from './transfer.ts'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const asset = local.network.native.asset
const id = (value: number) => new Uint8Array(16).fill(value)

const textOf = (name: string, acts: string, changeAfter = '24h', more = '') => `version = 1
name = "${name}"
change_after = "${changeAfter}"

[[rules]]
rule = "acts"
name = "pay"
decision = "${acts}"
acts = ["transfer", "message"]
${more}`

const open = textOf('open', 'allow')
const closed = textOf('closed', 'deny')

const limited = (perWindow: bigint, changeAfter = '24h') =>
  textOf(
    `up to ${perWindow}`.replaceAll(' ', '-'),
    'allow',
    changeAfter,
    `
[[rules]]
rule = "limit"
name = "daily"
assets = ["${asset}"]
per_window = "${perWindow}"
window = "24h"
over = "deny"
`,
  )

/** What a transfer of the tests uses, its fee included. */
const ONE = 21_000n * 2n * 10n ** 9n + 1n

async function ready(policyText: string, store = memory()) {
  const hand = handClock()
  let step = 0
  const clock = { ...hand, now: () => new Date(hand.now().getTime() + step) }
  const setting = { store, policyText, ...clock }
  const cosigner = await daemon(setting)
  return {
    cosigner,
    clock: hand,
    /** Somebody sets the clock of the machine. */
    set: (ms: number) => (step += ms),
    /** Timers of a process that ended do not run. */
    restart: async (awayMs: number): Promise<Daemon> => {
      cosigner.parts.policy.close()
      await hand.pass(awayMs)
      return daemon(setting)
    },
    change: async (text: string) => {
      const { over } = await comparePolicy(cosigner, text)
      return setPolicy(cosigner, { text, over })
    },
  }
}

const nameOf = ({ parts }: Daemon) => parts.policy.current().document.name
const withWallet = async (cosigner: Daemon): Promise<TestDevice> => {
  const device = await cosigner.connect()
  await device.makeWallet({ proposal: { suites: [1] } })
  return device
}
const noted = async (cosigner: Daemon) =>
  (await cosigner.events()).flatMap((event) =>
    event.type === 'policy' ? `${event.version} ${event.what}` : [],
  )

describe('another policy', () => {
  test('is in force at once while there is no wallet', async () => {
    const { cosigner, change } = await ready(open)
    const view = await change(closed)
    expect(view).toMatchObject({ version: 2, text: closed })
    expect(view.waiting).toBeUndefined()
    expect(nameOf(cosigner)).toBe('closed')
    expect(await noted(cosigner)).toEqual(['1 first', '2 in-force'])
  })

  test('waits as long as the one that is in force says', async () => {
    const { cosigner, clock, change } = await ready(open)
    const device = await withWallet(cosigner)
    const { waiting } = await change(textOf('closed', 'deny', '1h'))
    expect(waiting?.at).toBe(new Date(clock.now().getTime() + 24 * HOUR).toISOString())
    await clock.pass(24 * HOUR - 1)
    expect(await device.ask(local, transfer(0n))).toMatchObject({ decision: 'allow' })
    await clock.pass(1)
    expect(nameOf(cosigner)).toBe('closed')
    expect(await device.ask(local, transfer(1n))).toMatchObject({ decision: 'deny', rule: 'pay' })
    expect(await noted(cosigner)).toEqual(['1 first', '2 proposed', '2 in-force'])
    // The next one waits as long as this one says.
    expect((await change(open)).waiting?.at).toBe(
      new Date(clock.now().getTime() + HOUR).toISOString(),
    )
  })

  test('waits no shorter when somebody sets the clock', async () => {
    const { cosigner, clock, change, set } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    set(48 * HOUR)
    await clock.pass(HOUR)
    expect(nameOf(cosigner)).toBe('open')
    set(-72 * HOUR)
    await clock.pass(23 * HOUR - 1)
    expect(nameOf(cosigner)).toBe('open')
    await clock.pass(1)
    expect(nameOf(cosigner)).toBe('closed')
  })

  test('goes on waiting after a restart; while it is stopped the clock counts', async () => {
    const { cosigner, clock, change, restart } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    await clock.pass(5 * HOUR)
    const again = await restart(10 * HOUR)
    expect(nameOf(again)).toBe('open')
    expect(again.parts.policy.waiting()?.text).toBe(closed)
    await clock.pass(9 * HOUR - 1)
    expect(nameOf(again)).toBe('open')
    await clock.pass(1)
    expect(nameOf(again)).toBe('closed')
    // What is in force is in force after a start, whatever a new co-signer would begin with.
    again.parts.policy.close()
    const last = await restart(HOUR)
    expect([nameOf(last), last.parts.policy.current().version]).toEqual(['closed', 2])
  })

  test('waits no shorter when the clock was set back while it was stopped', async () => {
    const { cosigner, clock, change, restart, set } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    await clock.pass(5 * HOUR)
    set(-48 * HOUR)
    const again = await restart(0)
    await clock.pass(19 * HOUR - 1)
    expect(nameOf(again)).toBe('open')
    await clock.pass(1)
    expect(nameOf(again)).toBe('closed')
  })

  test('is in force at the next start when its time was over meanwhile', async () => {
    const { cosigner, change, restart } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    expect(nameOf(await restart(25 * HOUR))).toBe('closed')
  })

  test('that this version cannot read any more does not take the place of one that it can', async () => {
    const { cosigner, clock, change } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    const { parts } = cosigner
    parts.policy.close()
    const text = {
      ...toml,
      read(words: string, name: string) {
        if (words === closed) throw new PolicyTextError(`${name}: of another version`)
        return toml.read(words, name)
      },
    }
    const { store, now, after } = parts
    const kept = await keptPolicy({ store, text, now, after }, () => open)
    await clock.pass(24 * HOUR)
    expect([kept.current().document.name, kept.waiting()]).toEqual(['open', undefined])
    expect(await noted(cosigner)).toEqual(['1 first', '2 proposed', '2 cancelled'])
  })

  test('one change waits at a time', async () => {
    const { cosigner, clock, change } = await ready(open)
    await withWallet(cosigner)
    await change(closed)
    await expect(change(limited(5n))).rejects.toThrow('another policy waits')
    await expect(cosigner.parts.policy.change(limited(5n))).rejects.toThrow('another policy waits')
    expect(policyView(cosigner).waiting?.text).toBe(closed)
    expect(await cancelPolicy(cosigner)).toEqual({ done: true })
    expect(await cancelPolicy(cosigner)).toEqual({ done: false })
    await clock.pass(48 * HOUR)
    expect(nameOf(cosigner)).toBe('open')
    expect(await noted(cosigner)).toEqual(['1 first', '2 proposed', '2 cancelled'])
    expect(clock.waiting()).toBeLessThan(3)
    await change(closed)
    await clock.pass(24 * HOUR)
    expect(nameOf(cosigner)).toBe('closed')
  })

  test.for([
    ['an unknown field', `${open}per_day = 1\n`, 'per_day: is no field of a policy'],
    ['what is no TOML', 'version = ', 'the policy:1:'],
    ['too much of it', `${open}# ${'x'.repeat(64 * 1024)}`, 'expected 65536 at most'],
    ['the same words', open, 'this is the policy already'],
  ])('%s is refused', async ([, text = '', message = '']) => {
    const { cosigner } = await ready(open)
    const { hash } = policyView(cosigner)
    await expect(setPolicy(cosigner, { text, over: hash })).rejects.toThrow(message)
    expect(await noted(cosigner)).toEqual(['1 first'])
  })

  test('takes the place only of the one that the person has seen', async () => {
    const { cosigner, change } = await ready(open)
    const { hash: over } = policyView(cosigner)
    await change(closed)
    await expect(setPolicy(cosigner, { text: limited(5n), over })).rejects.toThrow('has changed')
  })

  test('asks for the code of an app that is enrolled, and uses it up', async () => {
    const { cosigner, clock, change } = await ready(open)
    await withWallet(cosigner)
    const { codes } = cosigner.parts.factors
    const link = new URL(await codes.propose())
    const secret = Secret.fromBase32(link.searchParams.get('secret') ?? '')
    const code = () => TOTP.generate({ secret, timestamp: clock.now().getTime() })
    await codes.confirm(code())
    await clock.pass(MINUTE)
    const set = (text: string, shown?: string) =>
      setPolicy(cosigner, {
        text,
        over: policyView(cosigner).hash,
        ...(shown !== undefined && { code: shown }),
      })
    await expect(change(closed)).rejects.toThrow('is missing')
    const other = code() === '000000' ? '111111' : '000000'
    await expect(set(closed, other)).rejects.toThrow('the code is wrong')
    expect(policyView(cosigner).waiting).toBeUndefined()
    const used = code()
    expect((await set(closed, used)).waiting?.text).toBe(closed)
    await cancelPolicy(cosigner)
    await expect(set(closed, used)).rejects.toThrow('was used before')
  })
})

describe('what was decided before a change', () => {
  test('what was used up of a limit stays used up', async () => {
    const { cosigner, clock, change } = await ready(limited(3n * ONE, '1m'))
    const device = await withWallet(cosigner)
    await device.sign(local, transfer(0n))
    await device.sign(local, transfer(1n))
    await change(limited(2n * ONE, '1m'))
    await clock.pass(MINUTE)
    expect(await device.ask(local, transfer(2n))).toMatchObject({ decision: 'deny', rule: 'daily' })
    await change(limited(3n * ONE))
    await clock.pass(MINUTE)
    expect(await device.ask(local, transfer(3n))).toMatchObject({ decision: 'allow' })
  })

  test('is judged anew when it is asked again', async () => {
    const { cosigner, clock, change } = await ready(limited(3n * ONE, '1m'))
    const device = await withWallet(cosigner)
    const wallet = device.kept.share!.keys[0]!.keyId
    const used = () => spentSince(cosigner.parts.store, wallet, asset, new Date(0))
    await device.ask(local, transfer(0n), { requestId: id(1) })
    expect(await used()).toBe(ONE)
    await change(limited(ONE, '1m'))
    await clock.pass(MINUTE)
    // It is its own reservation that fills the limit.
    expect(await device.ask(local, transfer(0n), { requestId: id(1) })).toMatchObject({
      decision: 'allow',
    })
    expect(await used()).toBe(ONE)
    await change(textOf('closed', 'deny', '1m'))
    await clock.pass(MINUTE)
    expect(await device.ask(local, transfer(0n), { requestId: id(1) })).toMatchObject({
      decision: 'deny',
    })
    expect(await used()).toBe(0n)
  })

  test('what was allowed before a change and has not begun is judged anew', async () => {
    const { cosigner, clock, change } = await ready(textOf('open', 'allow', '1m'))
    let held: Packet | undefined
    let isHolding = true
    const arrived = Promise.withResolvers<void>()
    const device = await cosigner.connect(undefined, (said) => {
      if (isHolding && said.header.type === 'F1' && said.header.requestId[0] === 1) {
        held = said
        arrived.resolve()
        return undefined
      }
      // The device goes on where it was held up.
      if (!isHolding && held) [said, held] = [held, undefined]
      return said
    })
    await device.makeWallet({ proposal: { suites: [1] } })
    const wallet = device.kept.share!.keys[0]!.keyId
    const signing = device.sign(local, transfer(0n), { requestId: id(1) })
    const failed = signing.catch((error: unknown) => String(error))
    await arrived.promise
    await change(closed)
    await clock.pass(MINUTE)
    isHolding = false
    device.cancel(id(9))
    expect(await failed).toContain('no signature')
    const { parts } = cosigner
    expect(await loadDecision(parts.store, wallet, id(1))).toMatchObject({
      state: 'denied',
      policy: 2,
    })
    const marks = (await cosigner.events()).flatMap((event) =>
      event.type === 'mark' && event.requestId?.[0] === 1 ? event.mark : [],
    )
    expect(marks).toEqual(['approved', 'cancelled'])
  })
})

describe('a device', () => {
  async function told(cosigner: Daemon, kept?: Kept): Promise<TestDevice> {
    const device = await cosigner.connect(kept)
    await device.audit()
    return device
  }

  test('is told the policy after it greets, and each change while it is there', async () => {
    const { cosigner, clock, change } = await ready(open)
    const device = await withWallet(cosigner)
    await device.audit()
    expect(device.kept.policy).toMatchObject({
      version: 1,
      hash: policyHash(utf8ToBytes(open)),
      text: utf8ToBytes(open),
    })
    await change(closed)
    await device.audit()
    expect(device.kept.policy).toMatchObject({
      version: 1,
      waiting: {
        text: utf8ToBytes(closed),
        at: BigInt(clock.now().getTime() + 24 * HOUR),
      },
    })
    await clock.pass(HOUR)
    await cancelPolicy(cosigner)
    await device.audit()
    expect(device.kept.policy?.waiting).toBeUndefined()
    await change(closed)
    await clock.pass(24 * HOUR)
    await device.audit()
    expect(device.kept.policy).toMatchObject({ version: 2, text: utf8ToBytes(closed) })
    expect(device.kept.policy?.waiting).toBeUndefined()
  })

  test('is told what waits when it comes back', async () => {
    const { cosigner, change } = await ready(open)
    const device = await withWallet(cosigner)
    await device.close()
    await change(closed)
    const back = await told(cosigner, device.kept)
    expect(back.kept.policy).toMatchObject({ version: 1, waiting: { text: utf8ToBytes(closed) } })
  })
})
