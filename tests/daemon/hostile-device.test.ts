/**
 * A device that somebody took over, with its keys and its share: whatever it tries, what it gets
 * signed is worth no more than the budget of the policy.
 */
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { messagePayload, serializeUnsigned, transactionPayload } from '@tandem/chains/evm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { logOf } from './control.ts'
import { type DaemonProcess, startWith } from './daemon.ts'
import { chain, id, limitRule, policyFile, spending } from './policies.ts'
import { type How, type TestDevice, callAgain, pairDevice } from './test-device.ts'

const STEPS = process.env['TANDEM_LONG'] === '1' ? 3000 : 250
const BUDGET = 10_000_000n
const MOST = Number(BUDGET) / 8
const HOUR = 3_600_000

const home = mkdtempSync(join(tmpdir(), 'tandem-hostile-'))
const clock = join(home, 'clock')
const preload = pathToFileURL(join(import.meta.dirname, 'faults/set-clock.ts')).href
const wanted = {
  init: ['--sealing', 'key-file', '--policy', join(home, 'budget.toml')],
  chains: [chain.network.id, 'eip155:1'],
  settings: '[listen]\nframes_per_second = 10000\n',
  env: { NODE_OPTIONS: `--import=${preload}`, TANDEM_TEST_CLOCK: clock },
}
let daemon: DaemonProcess
let device: TestDevice

beforeAll(async () => {
  policyFile(home, 'budget', limitRule(BUDGET))
  daemon = await startWith(home, wanted)
  device = await pairDevice(daemon.link)
  await device.makeWallet({ proposal: { suites: [1] } })
})

afterAll(async () => {
  await device.close()
  await daemon.stop()
  rmSync(home, { recursive: true })
})

/** Numbers that are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

type Asked = { readonly requestId: Uint8Array; readonly nonce: number; readonly amount: bigint }

/** What it has got, by nonce: of two transactions with one nonce a chain takes one. */
const got = new Map<number, bigint>()
const worth = () => [...got.values()].reduce((sum, amount) => sum + amount, 0n)

const random = numbers(20)
const signed: Asked[] = []
const counts = new Map<string, number>()
let ids = 0
let nonces = 0

const fresh = (nonce = (nonces += 1)): Asked => ({
  requestId: id((ids += 1)),
  nonce,
  amount: BigInt(21_001 + random(MOST)),
})
const payloadOf = ({ amount, nonce }: Asked) => spending(amount, nonce)
const oneOf = <T>(all: readonly T[]): T | undefined => all[random(all.length)]

/** What it has now, if anything. */
function keep(one: Asked): void {
  const before = got.get(one.nonce) ?? 0n
  got.set(one.nonce, one.amount > before ? one.amount : before)
}

async function take(one: Asked, how: How = {}): Promise<string> {
  const said = await outcome(() =>
    device.sign(chain, payloadOf(one), { ...how, requestId: one.requestId }),
  )
  if (said !== 'signed') return said
  keep(one)
  signed.push(one)
  return said
}

/** Signs without asking, or something else than was allowed. */
async function grab(one: Asked, requestId = one.requestId): Promise<string> {
  const said = await outcome(() => device.begin(chain, payloadOf(one), requestId))
  if (said === 'signed') keep(one)
  // What it left half done is over for it.
  await comeBack()
  return said
}

const ask = async (payload: Uint8Array, how: How): Promise<string> => {
  const { decision, rule } = await device.ask(chain, payload, how)
  return `${decision}: ${rule}`
}

async function outcome(work: () => Promise<unknown>): Promise<string> {
  try {
    await work()
    return 'signed'
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error)
    return /"code":"(\w+)"/.exec(text)?.[1] ?? text
  }
}

async function comeBack(): Promise<void> {
  await device.close()
  device = await callAgain(daemon.address, device.kept)
}

const approval = transactionPayload(
  serializeUnsigned({
    type: 2,
    chainId: 31337n,
    nonce: 1_000_000n,
    gasLimit: 50_000n,
    maxFeePerGas: 1n,
    maxPriorityFeePerGas: 1n,
    accessList: [],
    to: `0x${'34'.repeat(20)}`,
    value: 0n,
    data: Uint8Array.from(
      Buffer.from(`095ea7b3${'00'.repeat(12)}${'56'.repeat(20)}${'ff'.repeat(32)}`, 'hex'),
    ),
  }),
)

/** Everything that it tries. */
const tricks = {
  spends: () => take(fresh()),
  'spends for a site that it names': () => take(fresh(), { origin: 'https://bank.test' }),
  async 'replaces what was signed'() {
    const before = oneOf(signed)
    if (!before) return 'nothing yet'
    return take(fresh(before.nonce), { replaces: before.requestId })
  },
  async 'says that another payment replaces it'() {
    const before = oneOf(signed)
    return before ? take(fresh(), { replaces: before.requestId }) : 'nothing yet'
  },
  async 'uses a nonce again'() {
    const before = oneOf(signed)
    return before ? take(fresh(before.nonce)) : 'nothing yet'
  },
  async 'shows one payload and names the digest of another'() {
    const [small, large] = [fresh(), fresh()]
    return ask(payloadOf(small), {
      requestId: small.requestId,
      lie: { payload: payloadOf(large) },
    })
  },
  'names another chain': () => ask(payloadOf(fresh()), { lie: { chain: 'eip155:1' } }),
  'names an account of somebody': () =>
    ask(payloadOf(fresh()), { lie: { account: `${chain.network.id}:0x${'ab'.repeat(20)}` } }),
  async 'asks with the id of another request'() {
    const before = oneOf(signed)
    return before ? ask(payloadOf(fresh()), { requestId: before.requestId }) : 'nothing yet'
  },
  'signs without asking': () => grab(fresh()),
  async 'asks for little and signs much'() {
    const small = { ...fresh(), amount: 21_001n }
    const large = { ...small, amount: BUDGET }
    await ask(payloadOf(small), { requestId: small.requestId })
    return grab(large)
  },
  async 'signs what it cancelled'() {
    const one = fresh()
    await ask(payloadOf(one), { requestId: one.requestId })
    device.cancel(one.requestId)
    return grab(one)
  },
  async 'cancels what it has'() {
    const before = oneOf(signed)
    if (!before) return 'nothing yet'
    device.cancel(before.requestId)
    return take(fresh())
  },
  async 'shows a code that it made up'() {
    const before = oneOf(signed)
    if (!before) return 'nothing yet'
    device.say(
      {
        type: 'factor',
        requestId: before.requestId,
        proof: { kind: 'code', code: '123456' },
      },
      before.requestId,
    )
    return 'nothing'
  },
  'lets somebody take all of a token': () => ask(approval, {}),
  async 'has a transaction signed as a message'() {
    return ask(messagePayload(payloadOf(fresh()).subarray(6)), {})
  },
  async 'sets its own policy'() {
    const { policy } = device.kept
    if (policy) device.say({ ...policy, version: policy.version + 1 })
    return 'nothing'
  },
  async 'sets the clock'() {
    writeFileSync(clock, String((random(11) - 5) * 12 * HOUR))
    return 'nothing'
  },
  async 'kills the co-signer'() {
    // The clock is right when it starts again: what it believes at a start is what it is told.
    writeFileSync(clock, '0')
    daemon.process.kill('SIGKILL')
    await once(daemon.process, 'exit')
    daemon = await startWith(home, wanted)
    await comeBack()
    return 'nothing'
  },
}
type Trick = keyof typeof tricks
const names = Object.keys(tricks) as Trick[]

/** Each of them, in any order, and then what it likes. */
function plan(): Trick[] {
  const rare: Trick = 'kills the co-signer'
  const others = names.filter((name) => name !== rare)
  const steps: Trick[] = ['spends', 'spends', ...others]
  while (steps.length < STEPS) steps.push(oneOf(others) ?? 'spends')
  for (const at of [40, 80, 120]) steps.splice(at, 0, rare)
  return steps
}

test('a device that somebody took over gets no more than the budget', async () => {
  for (const name of plan()) {
    const said = await tricks[name]()
    const key = `${name}: ${said}`
    counts.set(key, (counts.get(key) ?? 0) + 1)
    if (worth() > BUDGET) throw new Error(`more than the budget: ${key}`)
  }
  const said = [...counts.keys()]
  // It has got nearly all of it, and tried on: this is no test of a co-signer that does nothing.
  expect(worth()).toBeGreaterThan((BUDGET * 9n) / 10n)
  expect(said).toContain('spends: deny: limit-deny')
  const always: [Trick, string[]][] = [
    ['says that another payment replaces it', ['deny: replaces-nothing']],
    ['uses a nonce again', ['deny: used-twice']],
    ['shows one payload and names the digest of another', ['deny: mismatch']],
    ['names another chain', ['deny: mismatch', 'deny: unreadable']],
    ['names an account of somebody', ['deny: mismatch']],
    ['asks with the id of another request', ['deny: conflict']],
    ['signs without asking', ['UNKNOWN_SESSION']],
    ['lets somebody take all of a token', ['deny: default-deny', 'deny: limit-deny']],
    ['has a transaction signed as a message', ['deny: default-deny', 'deny: unreadable']],
  ]
  for (const [name, answers] of always) {
    const heard = said.flatMap((key) =>
      key.startsWith(`${name}: `) ? key.slice(name.length + 2) : [],
    )
    const others = heard.filter((one) => one !== 'nothing yet' && !answers.includes(one))
    expect([name, others]).toEqual([name, []])
    expect([name, heard.some((one) => answers.includes(one))]).toEqual([name, true])
  }
  for (const name of ['asks for little and signs much', 'signs what it cancelled'])
    expect(said).not.toContain(`${name}: signed`)
  // The clock was set, by more than the window, while it ran.
  const times = (await logOf(home)).map(({ at }) => Date.parse(at))
  expect(Math.max(...times) - Math.min(...times)).toBeGreaterThan(24 * HOUR)
})

test('without a limit it would get more: the control', async () => {
  await device.close()
  await daemon.stop()
  const other = join(home, 'other')
  mkdirSync(other, { mode: 0o700 })
  const init = ['--sealing', 'key-file', '--policy', policyFile(other, 'none', '')]
  daemon = await startWith(other, { init, chains: wanted.chains })
  device = await pairDevice(daemon.link)
  await device.makeWallet({ proposal: { suites: [1] } })
  got.clear()
  for (let step = 0; step < 40 && worth() <= BUDGET; step += 1) await tricks.spends()
  expect(worth()).toBeGreaterThan(BUDGET)
})
