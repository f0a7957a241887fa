/**
 * A device and this daemon's core, which stop, lose and repeat at any step: both end with the new
 * keys or both with the old ones. The device is the one of the protocol's own tests.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import { NO_EPOCHS, type OtSetup, decodeShare, encodeShare } from '@tandem/protocol'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { D as frozenD, E as machineE } from '../../packages/protocol/test/ceremony.ts'
import { type Disk, type Goal, device as machine } from '../../packages/protocol/test/device.ts'
import { inUse } from '../../packages/protocol/test/machines.ts'
import { toyGroup as group } from '../../packages/protocol/test/toy-group.ts'
import { testRng } from '../../packages/protocol/src/testing.ts'
import {
  decodeHeader,
  encodeHeader,
  HEADER_LENGTH,
} from '../../packages/protocol/src/wire/frame.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { type Conversation, converse } from '../src/core/conversation.ts'
import { allowRekey, allowRotation } from '../src/core/rotate.ts'
import { otOf } from '../src/core/standing.ts'
import { type WalletRecord, epochsOf, loadShare, walletsOf } from '../src/core/wallet-record.ts'
import type { Store } from '../src/ports/store.ts'
import { copyOf } from './copy-of.ts'
import { type Daemon, daemon } from './daemon-in-process.ts'
import { identityOf } from '../src/core/link.ts'

/** `forgotten` is no fault that may happen: a disk that says that it keeps, and does not. */
type Fault = 'before' | 'after' | 'lost' | 'twice' | 'forgotten'
type Fate = readonly { readonly step: number; readonly how: Fault }[]

/** A machine stopped, as the test wanted. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

const plain = { suites: [2] } as const
const ecdsa = { suites: [1] } as const
type Proposal = typeof plain | typeof ecdsa

type Start = { readonly disk: Disk; readonly store: Store }

async function world(
  { disk: first, store: kept }: Start,
  proposal: Proposal,
  seed: string,
  fate: Fate,
) {
  let disk = first
  let steps = 0
  let isArmed = false
  let connections = 0
  let cosigner: Daemon | undefined
  const nonces = new Set<string>()
  const raw = await copyOf(kept)

  function step<T>(run: (how: Fault | undefined) => T): T {
    const at = isArmed ? steps++ : -1
    const how = fate.find((one) => one.step === at)?.how
    if (how === 'before') throw new Stopped()
    const done = run(how)
    if (how === 'after') throw new Stopped()
    return done
  }
  const store: Store = {
    ...raw,
    async commit(batch) {
      const done = step((how) => (how === 'forgotten' ? raw.head() : raw.commit(batch)))
      return done
    },
  }

  const start = async (): Promise<Daemon> =>
    (cosigner ??= await daemon({ store, group, allowWithoutBackup: true }))
  const record = async (): Promise<WalletRecord | undefined> => {
    const { parts } = await start()
    return (await walletsOf(parts.store, machineE.identityPk))[0]
  }

  /** A connection delivers in order or not at all; what comes twice was sent twice. */
  async function connect(goal?: Goal): Promise<void> {
    const { parts, registry } = await start()
    const known = await record()
    if (known?.active && goal === 'ceremony') await allowRotation(parts, registry, known.wallet)
    if (known?.active && goal === 're-ot') await allowRekey(parts, registry, known.wallet)
    connections += 1
    const queue: { readonly to: 'E' | 'D'; readonly frame: Uint8Array }[] = []
    const deliver = (to: 'E' | 'D', frame: Uint8Array) =>
      step((how) => {
        if (how !== 'lost') queue.push({ to, frame })
        if (how === 'twice') queue.push({ to, frame })
      })
    isArmed = true
    const peer = { ...frozenD, identityPk: identityOf(parts.root.identity) }
    let e: ReturnType<typeof machine> | undefined = machine({
      group,
      me: machineE,
      peer,
      rng: testRng(`${seed}/${connections}`),
      disk: () => disk,
      commit: (next) => step(() => (disk = next)),
      send: (frame) => deliver('D', frame),
      goal,
      proposal,
      name: (told) =>
        disk.active?.value.share.keys[0]?.keyId ?? told[0]?.keyId ?? new Uint8Array(32),
    })
    let d: Conversation | undefined
    const runE = (act: (one: ReturnType<typeof machine>) => void) => {
      try {
        if (e) act(e)
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
        e = undefined
      }
    }
    const runD = async (act: () => Promise<void>) => {
      try {
        await act()
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
        // The process is gone, and with it whatever it had in memory.
        d = undefined
        cosigner = undefined
      }
    }
    const caller = { ...machineE, noisePk: new Uint8Array(32), name: 'E', revoked: false }
    runE((one) => one.hello())
    await runD(async () => {
      d = await converse(parts, registry, caller, ({ header, body }) => {
        if (header.type === 'G2' || header.type === 'N2') requireFresh(body)
        deliver('E', Uint8Array.of(...encodeHeader(header), ...body))
      })
    })
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { to, frame } = next
      const header = decodeHeader(frame.slice(0, HEADER_LENGTH))
      if (to === 'E') runE((one) => one.receive(frame))
      else await runD(async () => d?.hear(header, frame.slice(HEADER_LENGTH)))
      isArmed = false
      requireOneEpoch(disk, await record())
      isArmed = true
    }
    isArmed = false
    e?.drop()
    await d?.end()
  }

  function requireFresh(body: Uint8Array): void {
    const nonce = bytesToHex(body.slice(0, 32))
    if (nonces.has(nonce)) throw new Error('a nonce was used twice')
    nonces.add(nonce)
  }

  return {
    connect,
    record,
    start,
    raw,
    disk: () => disk,
    steps: () => steps,
    nonces: () => nonces.size,
  }
}

/** At no moment may both sign in different epochs, or over different OT setups. */
function requireOneEpoch(disk: Disk, record: WalletRecord | undefined): void {
  const mine = inUse(disk)
  const theirs = record && inUse(epochsOf(record))
  if (!mine || !theirs || !record) return
  if (bytesToHex(mine.tau) !== bytesToHex(theirs.tau)) throw new Error('both sign, in two epochs')
  const [one, two] = [mine.value.ot && inUse(mine.value.ot), otOf(record)?.active]
  if (one && two && bytesToHex(one.tau) !== bytesToHex(two.tau))
    throw new Error('both sign, over two OT setups')
}

/** Whether the two halves of an OT setup fit: the sender has the seed that it chose. */
function fits(receiver: OtSetup, sender: OtSetup): boolean {
  const { delta, k } = sender.asSender
  const { k0, k1 } = receiver.asReceiver
  return Array.from({ length: 128 }, (_, i) => {
    const chosen = (delta[i >> 3]! >> (i & 7)) & 1 ? k1 : k0
    return k.slice(32 * i, 32 * i + 32).every((byte, at) => byte === chosen[32 * i + at])
  }).every(Boolean)
}

type World = Awaited<ReturnType<typeof world>>

/** Both have the same epoch and the same OT setup, whole, and nothing else. @returns which. */
async function inStep({ disk, record, start }: World): Promise<string> {
  const mine = disk()
  const theirs = await record()
  const { parts } = await start()
  const shares = await parts.store.list('share')
  expect([mine.prepared, mine.retired, theirs?.prepared, theirs?.retired]).toEqual(
    Array(4).fill(undefined),
  )
  if (!mine.active || !theirs?.active) {
    expect([mine.active, theirs, shares]).toEqual([undefined, undefined, []])
    return '-.-'
  }
  const { epoch, tau, value } = mine.active
  expect([epoch, tau]).toEqual([theirs.active.epoch, theirs.active.tau])
  expect(shares.length).toBe(1)
  const share = (await loadShare(parts.keys, parts.store, theirs.wallet, epoch))!
  expect(share.record).toEqual(value.share.record)
  expect(decodeShare(encodeShare(share)).keys[0]!.keyId).toEqual(theirs.wallet)
  const [one, two] = [value.ot && inUse(value.ot), otOf(theirs)?.active]
  expect([one?.epoch, one?.tau]).toEqual([two?.epoch, two?.tau])
  if (!one) return `${epoch}.-`
  const ours = share.peers[0]!.ot
  expect(ours.otNo).toBe(one.epoch)
  expect(fits(ours, one.value.setup) && fits(one.value.setup, ours)).toBe(true)
  return `${epoch}.${one.epoch}`
}

/** Tries the goals, one a connection, under a fate; then connects until both are in step. */
async function live(start: Start, proposal: Proposal, goals: readonly Goal[], fate: Fate) {
  const life = await world(start, proposal, 'life', fate)
  for (const goal of goals) await life.connect(goal)
  const begun = life.steps()
  for (let left = fate.length + 2; left > 0; left--) await life.connect()
  return { life, begun }
}

const nothing: Start = { disk: NO_EPOCHS, store: memory() }
let plainWallet: Start
let ecdsaWallet: Start
beforeAll(async () => {
  const empty = memory()
  await daemon({ store: empty, group })
  Object.assign(nothing, { store: empty })
  const born = async (proposal: Proposal): Promise<Start> => {
    const { life } = await live(nothing, proposal, ['ceremony'], [])
    return { disk: life.disk(), store: life.raw }
  }
  plainWallet = await born(plain)
  ecdsaWallet = await born(ecdsa)
})

const scenarios: [string, () => Start, Proposal, Goal, string[]][] = [
  ['a new wallet', () => nothing, plain, 'ceremony', ['-.-', '0.-']],
  ['a rotation', () => plainWallet, plain, 'ceremony', ['0.-', '1.-']],
  ['a RE-OT', () => ecdsaWallet, ecdsa, 're-ot', ['0.0', '0.1']],
]

describe('a device and a co-signer that stop, lose or repeat at any step', () => {
  test.for(scenarios)('of %s end with the same keys', async ([, start, proposal, goal, ends]) => {
    const { begun } = await live(start(), proposal, [goal], [])
    expect(begun).toBeGreaterThan(8)
    const seen = new Set<string>()
    for (let step = 0; step < begun; step++)
      for (const how of ['before', 'lost', 'twice'] as const) {
        const { life } = await live(start(), proposal, [goal], [{ step, how }])
        seen.add(await inStep(life))
      }
    // Some faults end before and some after the change.
    expect([...seen].toSorted()).toEqual(ends)
  })

  test('of any life end with the same keys, and no nonce is drawn twice', async () => {
    const seen = new Set<string>()
    let drawn = 0
    const goals = fc.array(fc.constantFrom<Goal>('ceremony', 're-ot'), {
      minLength: 1,
      maxLength: 3,
    })
    const how = fc.constantFrom<Fault>('before', 'after', 'lost', 'twice')
    const fates = fc.array(fc.record({ step: fc.nat(70), how }), { maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(goals, fates, async (wanted, fate) => {
        const { life } = await live(ecdsaWallet, ecdsa, wanted, fate)
        seen.add(await inStep(life))
        drawn += life.nonces()
      }),
      { numRuns: 30, seed: 35 },
    )
    expect(seen.size).toBeGreaterThan(3)
    expect(drawn).toBeGreaterThan(20)
  })

  test('are not in step when the disk keeps nothing of what it promised', async () => {
    const { begun } = await live(plainWallet, plain, ['ceremony'], [])
    let apart = 0
    for (let step = 0; step < begun; step++) {
      const fate = [{ step, how: 'forgotten' as const }]
      const ended = await live(plainWallet, plain, ['ceremony'], fate)
        .then(({ life }) => inStep(life))
        .catch(() => undefined)
      if (ended === undefined) apart += 1
    }
    expect(apart).toBeGreaterThan(0)
  })
})
