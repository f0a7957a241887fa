/**
 * Ceremonies, RE-OTs and reconnecting between two machines that stop, lose and repeat: both end with
 * the new keys or both with the old ones, and neither waits for ever.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { D, E } from '../../test/ceremony.ts'
import type { Disk, Goal } from '../../test/device.ts'
import { type Disks, type Fault, inUse, machines } from '../../test/machines.ts'
import { toyGroup as group } from '../../test/toy-group.ts'
import { encodeShare } from '../share/codec.ts'
import type { OtSetup } from '../share/share.ts'
import { NO_EPOCHS } from './activation.ts'
import { verifyRecord } from './verify-record.ts'

const long = process.env['TANDEM_LONG'] === '1'
const kinds: readonly Fault[] = ['before', 'after', 'lost', 'twice']
const pinned = new Map([E, D].map(({ id, identityPk }) => [id, identityPk]))

/** Without ECDSA there is no OT setup; with it alone, as little else as possible. */
const plain = { suites: [2] } as const
const ecdsa = { suites: [1] } as const

const nothing: Disks = { E: NO_EPOCHS, D: NO_EPOCHS }
let plainWallet: Disks
let ecdsaWallet: Disks
beforeAll(() => {
  const born = (proposal: typeof plain | typeof ecdsa) => {
    const run = machines({ group, seed: 'born', disks: nothing, proposal })
    run.connect('ceremony')
    run.connect()
    return run.disk
  }
  plainWallet = born(plain)
  ecdsaWallet = born(ecdsa)
})

/** Whether the two halves of an OT setup fit: the sender has the seed that it chose. */
function fits(receiver: OtSetup, sender: OtSetup): boolean {
  const { delta, k } = sender.asSender
  const { k0, k1 } = receiver.asReceiver
  return Array.from({ length: 128 }, (_, i) => {
    const chosen = (delta[i >> 3]! >> (i & 7)) & 1 ? k1 : k0
    return k.slice(32 * i, 32 * i + 32).every((byte, at) => byte === chosen[32 * i + at])
  }).every(Boolean)
}

/** Both have the same epoch and the same OT setup, whole, and nothing else. */
function expectInStep({ E: e, D: d }: Disks): void {
  expect([e.prepared, d.prepared, e.retired, d.retired]).toEqual(Array(4).fill(undefined))
  const [mine, theirs] = [inUse(e), inUse(d)]
  if (!mine || !theirs) {
    expect([mine, theirs]).toEqual([undefined, undefined])
    return
  }
  expect([mine.epoch, mine.sid, mine.tau]).toEqual([theirs.epoch, theirs.sid, theirs.tau])
  const [one, two] = [mine.value.share, theirs.value.share]
  expect(one.record).toEqual(two.record)
  expect(verifyRecord(one.record, group, pinned).tau).toEqual(mine.tau)
  // A share that is not one of its key does not encode.
  for (const share of [one, two]) expect(encodeShare(share).length).toBeGreaterThan(0)
  const [ours, other] = [mine, theirs].map(({ value }) => value.ot && inUse(value.ot))
  if (!ours || !other) {
    expect([mine.value.ot, theirs.value.ot]).toEqual([undefined, undefined])
    return
  }
  expect([ours.epoch, ours.sid, ours.tau]).toEqual([other.epoch, other.sid, other.tau])
  expect([ours.value.setup, other.value.setup]).toEqual([one.peers[0]!.ot, two.peers[0]!.ot])
  expect(fits(ours.value.setup, other.value.setup)).toBe(true)
  expect(fits(other.value.setup, ours.value.setup)).toBe(true)
}

type Setting = Pick<Parameters<typeof machines>[0], 'disks' | 'proposal'>
type Fate = readonly { readonly step: number; readonly how: Fault }[]

/** Where a wallet stands: its epoch, and in it the number of the OT setup. */
const place = ({ active }: Disk): string =>
  `${active?.epoch ?? '-'}.${active?.value.ot?.active?.epoch ?? '-'}`

/**
 * Tries the goals, one a connection, under a fate; then connects until both are in step. A connection
 * without a fault needs no more than one more after it.
 */
function live({ disks, proposal }: Setting, goals: readonly Goal[], fate: Fate) {
  const fault = (step: number) => fate.find((one) => one.step === step)?.how
  const world = machines({ group, seed: 'life', disks, proposal, fault })
  for (const goal of goals) world.connect(goal)
  const begun = world.steps()
  // Each fault can spoil one connection; the last ones are for the answer, and for its effect.
  for (let left = fate.length + 2; left > 0; left--) world.connect()
  return { world, begun, disk: world.disk }
}

describe('row 35: two machines that stop, lose or repeat at any step', () => {
  test.for<[string, () => Setting, Goal, string[]]>([
    ['a new wallet', () => ({ disks: nothing, proposal: plain }), 'ceremony', ['-.-', '0.-']],
    ['a reshare', () => ({ disks: plainWallet, proposal: plain }), 'ceremony', ['0.-', '1.-']],
    ['a RE-OT', () => ({ disks: ecdsaWallet, proposal: ecdsa }), 're-ot', ['0.0', '0.1']],
  ])('of %s end with the same keys, and can go on', ([, setting, goal, ends]) => {
    const steps = live(setting(), [goal], []).begun
    expect(steps).toBeGreaterThan(8)
    const seen = new Set<string>()
    for (let step = 0; step < steps; step++)
      for (const how of kinds) {
        const { world, disk } = live(setting(), [goal], [{ step, how }])
        expectInStep(disk)
        const ended = place(disk.E)
        seen.add(ended)
        if (how !== 'before' || step % 3 !== 0) continue
        world.connect(goal)
        world.connect()
        expectInStep(disk)
        expect(place(disk.E)).not.toBe(ended)
      }
    // Some faults end before and some after the change.
    expect([...seen].toSorted()).toEqual(ends)
  })

  test.for<[string, () => Setting, Goal, string[]]>([
    ['a reshare', () => ({ disks: plainWallet, proposal: plain }), 'ceremony', ['0.-', '1.-']],
    ['a RE-OT', () => ({ disks: ecdsaWallet, proposal: ecdsa }), 're-ot', ['0.0', '0.1']],
  ])('of %s, and then at any other', ([, setting, goal, ends]) => {
    const steps = live(setting(), [goal], []).begun
    const seen = new Set<string>()
    // What comes after the first fault has a few steps only: two hellos, an answer, its effect.
    for (let first = 0; first < steps; first++)
      for (let second = first + 1; second < first + 7; second++)
        for (const how of long ? kinds : (['before'] as const))
          for (const then of long ? kinds : (['before'] as const)) {
            const fate = [
              { step: first, how },
              { step: second, how: then },
            ]
            const { disk } = live(setting(), [goal], fate)
            expectInStep(disk)
            seen.add(place(disk.E))
          }
    expect([...seen].toSorted()).toEqual(ends)
  })

  test('of any life end with the same keys', () => {
    const seen = new Set<string>()
    const goals = fc.array(fc.constantFrom<Goal>('ceremony', 're-ot'), {
      minLength: 1,
      maxLength: 4,
    })
    const fates = fc.array(fc.record({ step: fc.nat(60), how: fc.constantFrom(...kinds) }), {
      maxLength: 5,
    })
    fc.assert(
      fc.property(goals, fates, (wanted, fate) => {
        const { disk } = live({ disks: ecdsaWallet, proposal: ecdsa }, wanted, fate)
        expectInStep(disk)
        seen.add(place(disk.E))
      }),
      { numRuns: long ? 3000 : 40, ...(long ? {} : { seed: 35 }) },
    )
    expect(seen.size).toBeGreaterThan(3)
  })
})
