/**
 * Two machines with disks, and a connection that a test can break at any step. A connection delivers
 * in order or not at all, as the channel does; a frame that comes twice is one that was sent twice.
 */
import { ProtocolAbort } from '../src/abort.ts'
import { equalBytes } from '../src/core/bytes.ts'
import type { Ristretto } from '../src/core/ristretto.ts'
import { type Epochs, type Held, usable } from '../src/dkg/activation.ts'
import type { Proposal } from '../src/dkg/params.ts'
import { testRng } from '../src/testing.ts'
import { D, E } from './ceremony.ts'
import { type Disk, type Goal, device } from './device.ts'

/**
 * What goes wrong at a step: the machine stops before or after it, or what it sends is lost or sent
 * twice. A step is a commit or a message.
 */
export type Fault = 'before' | 'after' | 'lost' | 'twice'

export type Disks = { readonly E: Disk; readonly D: Disk }
type Side = keyof Disks

export type Setting = {
  readonly group: Ristretto
  readonly seed: string
  readonly disks: Disks
  /** Of the ceremonies; what follows from the old epoch is added. */
  readonly proposal: Partial<Proposal>
  /** Asked at every step of either machine, which are counted from 0. */
  readonly fault?: (step: number) => Fault | undefined
}

/** A machine stopped, as the test wanted. */
class Stopped extends Error {
  override readonly name = 'Stopped'
}

const sides: readonly Side[] = ['E', 'D']

export function machines({ group, seed, disks, proposal, fault = () => undefined }: Setting) {
  const disk: Record<Side, Disk> = { ...disks }
  let steps = 0
  let connections = 0

  function step(run: (how: Fault | undefined) => void): void {
    const how = fault(steps++)
    if (how === 'before') throw new Stopped()
    run(how)
    if (how === 'after') throw new Stopped()
  }

  /** Both say where they stand, and go on from there until nothing is on its way any more. */
  function connect(goal?: Goal): void {
    connections += 1
    const queue: { readonly to: Side; readonly frame: Uint8Array }[] = []
    const running = new Map<Side, ReturnType<typeof device>>()
    for (const side of sides) {
      const [me, peer, to] = side === 'E' ? ([E, D, 'D'] as const) : ([D, E, 'E'] as const)
      const one = device({
        group,
        me,
        peer,
        rng: testRng(`${seed}/${connections}/${side}`),
        disk: () => disk[side],
        commit: (next) =>
          step(() => {
            disk[side] = next
            requireOneEpoch(disk)
          }),
        send: (frame) =>
          step((how) => {
            if (how !== 'lost') queue.push({ to, frame })
            if (how === 'twice') queue.push({ to, frame })
          }),
        goal,
        proposal,
      })
      running.set(side, one)
    }
    const run = (side: Side, act: (one: ReturnType<typeof device>) => void) => {
      const one = running.get(side)
      try {
        if (one) act(one)
      } catch (error) {
        if (!(error instanceof Stopped)) throw error
        running.delete(side)
      }
    }
    for (const side of sides) run(side, (one) => one.hello())
    for (let next = queue.shift(); next; next = queue.shift()) {
      const { to, frame } = next
      run(to, (one) => one.receive(frame))
    }
    for (const one of running.values()) one.drop()
  }

  return { disk, connect, steps: () => steps }
}

/** What a machine would sign with now: an epoch, or an OT setup. */
export function inUse<T>(epochs: Epochs<T>): Held<T> | undefined {
  if (!epochs.active) return undefined
  try {
    return usable(epochs, epochs.active.epoch)
  } catch (error) {
    if (error instanceof ProtocolAbort) return undefined
    throw error
  }
}

/** At no moment may both sign, and in different epochs or with different OT setups. */
function requireOneEpoch({ E: e, D: d }: Disks): void {
  const [one, two] = [inUse(e), inUse(d)]
  if (!one || !two) return
  if (!equalBytes(one.tau, two.tau)) throw new Error('both sign, in two epochs')
  const [mine, theirs] = [one, two].map(({ value }) => value.ot && inUse(value.ot))
  if (mine && theirs && !equalBytes(mine.tau, theirs.tau))
    throw new Error('both sign, over two OT setups')
}
