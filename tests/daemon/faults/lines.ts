/** Devices whose line goes wrong, and what has to be true of them afterwards. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDevice, callAgain, pairDevice } from '../test-device.ts'
import type { Packet } from '../wire.ts'
import { type Subject, unbooked } from './books.ts'
import { type Clocked, type Reply, startClocked } from './clocked.ts'
import { contradictions } from './contradictions.ts'
import {
  type Action,
  type Direction,
  type Fault,
  type Proxy,
  actions,
  directions,
  proxy,
} from './proxy.ts'

const MINUTE = 60_000
/** Forty looks at a daemon that does nothing: a device may compute in another thread meanwhile. */
const CALM = 1000
/** What nobody waits longer for. */
const LIMIT_MS = 30_000

/** Something that a device and a daemon do, and how a device that was cut off brings it to an end. */
export type Flow = {
  readonly name: string
  /** Whose line it is; another one in each case where nobody can do it twice. */
  subject(world: World): Promise<Subject | undefined>
  /** Everything is armed before it dials, not once it has greeted. */
  readonly fromDialling?: true
  /** What people do first. */
  prepare?(world: World, subject: Subject | undefined): Promise<void>
  run(world: World, dialled: () => Promise<TestDevice>): Promise<void>
  /** On a line that works. It signs something in the end. */
  finish(world: World, again: TestDevice): Promise<void>
}

export type World = {
  readonly home: string
  readonly daemon: Clocked
  readonly line: Proxy
  /** What a daemon without a device waits for. */
  readonly ownTimers: number
  readonly subjects: Subject[]
  /** A number that nobody had before. */
  next(): number
  pair(suites?: readonly (1 | 2 | 3)[]): Promise<Subject>
  dial(subject: Subject): Promise<TestDevice>
  /** By what this device knows when it is over. */
  keep(subject: Subject, device: TestDevice): void
  /** Stops the daemon. @returns what is wrong with what it leaves. */
  close(): Promise<readonly string[]>
}

export async function world(chains: readonly string[]): Promise<World> {
  const home = mkdtempSync(join(tmpdir(), 'tandem-lines-'))
  const daemon = await startClocked(home, chains)
  const line = await proxy(daemon.address)
  const { timers } = await daemon.look()
  const subjects: Subject[] = []
  let number = 0

  const self: World = {
    home,
    daemon,
    line,
    ownTimers: timers,
    subjects,
    next: () => number++,
    async pair(suites) {
      const received: Packet[] = []
      const { link, done } = await daemon.invite()
      const device = await pairDevice(link.replace(daemon.address, line.address), heard(received))
      await done()
      const subject = { kept: device.kept, received }
      subjects.push(subject)
      if (suites) await device.makeWallet({ proposal: { suites: [...suites] } })
      self.keep(subject, device)
      await line.cut()
      return subject
    },
    dial: async ({ kept, received }) => callAgain(line.address, kept, heard(received)),
    keep(subject, device) {
      const { ledger } = device
      subject.kept = { ...device.kept, ...(ledger && { ledger }) }
    },
    async close() {
      await line.close()
      await daemon.stop()
      try {
        return await unbooked(home, subjects)
      } finally {
        rmSync(home, { recursive: true })
      }
    },
  }
  return self
}

/** Writes down what a device receives. */
const heard =
  (received: Packet[]): NonNullable<Parameters<typeof callAgain>[2]> =>
  (wire) => ({
    ...wire,
    async receive() {
      const packet = await wire.receive()
      received.push(packet)
      return packet
    },
  })

export type Ended = {
  /** `signed`, or what the device heard instead. */
  readonly how: string
  readonly counted: Readonly<Record<Direction, number>>
}

/** One case: the fault happens, everything ends in time, nothing is left, and the device signs. */
export async function suffer(at: World, flow: Flow, fault: Fault | undefined): Promise<Ended> {
  const { line, daemon } = at
  let subject = await flow.subject(at)
  await flow.prepare?.(at, subject)
  const quiet = await settled(at)
  let device: TestDevice | undefined
  if (flow.fromDialling) line.arm(fault)
  const work = flow.run(at, async () => {
    if (subject) {
      device = await at.dial(subject)
    } else {
      const received: Packet[] = []
      const { link, done } = await daemon.invite()
      try {
        device = await pairDevice(link.replace(daemon.address, line.address), (wire, kept) => {
          subject = { kept, received }
          return heard(received)(wire, kept)
        })
      } finally {
        await done()
      }
    }
    if (!flow.fromDialling) line.arm(fault)
    return device
  })
  let how = await ending(at, work)
  if (how === 'silence') {
    const { timers } = await daemon.pass(LIMIT_MS)
    if (timers > at.ownTimers) throw new Error(`after ${LIMIT_MS} ms ${timers} timers run`)
    how = await ending(at, work)
  }
  const counted = { ...line.counted() }
  const isTrue = fault ? line.fired() : how === 'signed'
  line.arm()
  await line.cut()
  if (how === 'silence') await work.catch(() => undefined)
  if (subject && device) at.keep(subject, device)
  if (!isTrue) throw new Error(`${fault ? 'the fault did not happen' : 'without a fault'}: ${how}`)

  const left = await settled(at, quiet)
  if (isMore(at, left, quiet))
    throw new Error(`left: ${JSON.stringify(left)} after ${JSON.stringify(quiet)}`)
  await daemon.pass(MINUTE)
  subject = await recovered(at, flow, subject)
  await line.cut()
  const wrong = contradictions(subject.received)
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return { how, counted }
}

async function recovered(at: World, flow: Flow, subject: Subject | undefined): Promise<Subject> {
  let known = subject
  let again: TestDevice
  try {
    if (!known) throw new Error('it never came so far')
    again = await at.dial(known)
  } catch (error) {
    // Only who was pairing may have to do it once more.
    if (!flow.fromDialling || at.subjects.includes(known!)) throw error
    await at.line.cut()
    known = await at.pair()
    again = await at.dial(known)
  }
  await again.settle()
  await flow.finish(at, again)
  at.keep(known, again)
  if (!at.subjects.includes(known)) at.subjects.push(known)
  return known
}

/** How something ends, or `silence` when nobody says anything more. */
async function ending({ daemon, line }: World, work: Promise<void>): Promise<string> {
  const ended = { how: '' }
  work.then(
    () => (ended.how = 'signed'),
    (error: unknown) => (ended.how = error instanceof Error ? error.message : String(error)),
  )
  let calm = 0
  let moved = -1
  while (calm < CALM && ended.how === '') {
    const { busy } = await daemon.look()
    // Who asks too much waits for the clock, and that is silence, too.
    calm = line.moved() !== moved ? 0 : calm + (busy > 0 ? 1 : 25)
    moved = line.moved()
  }
  return ended.how === '' ? 'silence' : ended.how
}

/** What a daemon holds once it has heard of the end of every connection. */
async function settled(at: World, before?: Reply): Promise<Reply> {
  let seen = await at.daemon.look()
  for (let tries = 0; tries < 300 && isMore(at, seen, before ?? seen); tries += 1)
    seen = await at.daemon.look()
  return seen
}

/** Timers of the core, files and sockets, and what else keeps a process from ending. */
const isMore = ({ ownTimers }: World, now: Reply, before: Reply): boolean =>
  now.timers > ownTimers ||
  now.files > before.files ||
  timersOf(now) > timersOf(before) ||
  now.busy > 0

const timersOf = ({ handles }: Reply): number => handles.filter((kind) => kind === 'Timeout').length

/** A fault of each kind at each frame that all these runs had. */
export function faultsOf(runs: readonly Ended[]): Fault[] {
  return directions.flatMap((direction) => {
    const least = Math.min(...runs.map(({ counted }) => counted[direction]))
    // The last one to a device may come when its run is over.
    const frames = direction === 'to-device' ? least - 1 : least
    return Array.from({ length: frames }, (_, at) => at + 1).flatMap((frame) =>
      actions.map((action: Action) => ({ direction, frame, action })),
    )
  })
}
