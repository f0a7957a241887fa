import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { type Store, StoreError } from '../../ports/store.ts'
import { decodeRow, encodeRow } from '../encoding.ts'
import { decodeEvent } from '../event.ts'
import { breather } from '../log/breathe.ts'
import { inTurn } from '../log/in-turn.ts'
import { type Rebuilt, differences } from './differences.ts'
import { draft } from './draft.ts'
import { project } from './project.ts'
import { type Side, sides } from './rows.ts'
import { type View, viewOf } from './view.ts'

/** Raised when {@link project} or its rows change: then the whole log is read once more. */
const VERSION = 2

const KEY = utf8ToBytes('view')
const Pointer = z.strictObject({ version: z.literal(VERSION), side: z.enum(sides) })

/** Entries in one commit while a view is made of the log. */
const PAGE = 200

/** A store that knows what its log adds up to. */
export type Projected = {
  readonly store: Store
  readonly view: View
  /**
   * Makes the view anew from the first entry on, and puts it in the place of the one that is there.
   *
   * @returns how the two differ.
   */
  readonly rebuild: () => Promise<Rebuilt>
}

/** Keeps the view beside the log: what an event changes of it is stored together with the event. */
export async function projected(inner: Store): Promise<Projected> {
  let side = await pointed(inner)
  const turn = inTurn()
  if (!side) {
    side = sides[0]
    await begin(inner, side)
    await advance(inner, side)
    await point(inner, side)
  } else await advance(inner, side)
  let current: Side = side

  const store: Store = {
    ...inner,
    commit: (batch) =>
      turn(async () => {
        const { rows = [], events = [] } = batch
        if (events.length === 0) return inner.commit(batch)
        const next = draft(inner, current)
        for (const body of events) await project(next, decodeEvent(body))
        return inner.commit({ ...batch, rows: [...rows, ...next.rows()] })
      }),
  }

  return {
    store,
    view: viewOf(store, () => current),
    rebuild: () => remake(inner, current, turn, (fresh) => (current = fresh)),
  }
}

/** As {@link Projected.rebuild}, of a store of which not even the old view can be read. */
export async function remakeView(inner: Store): Promise<Rebuilt> {
  const old = (await pointed(inner)) ?? sides[0]
  return remake(
    inner,
    old,
    (work) => work(),
    () => undefined,
  )
}

async function remake(
  inner: Store,
  old: Side,
  turn: <T>(work: () => Promise<T>) => Promise<T>,
  use: (fresh: Side) => void,
): Promise<Rebuilt> {
  const fresh = otherThan(old)
  await begin(inner, fresh)
  await advance(inner, fresh)
  const found = await differences(inner, old, fresh)
  return turn(async () => {
    await advance(inner, fresh)
    // What changed while it was compared is looked at again.
    const left = await found.left()
    await point(inner, fresh)
    use(fresh)
    return left
  })
}

const otherThan = (side: Side): Side => (side === sides[0] ? sides[1] : sides[0])

async function pointed(store: Store): Promise<Side | undefined> {
  const row = await store.get('meta', KEY)
  const pointer = row && decodeRow(z.union([Pointer, z.unknown()]), row)
  return Pointer.safeParse(pointer).data?.side
}

const begin = (store: Store, side: Side) => store.commit({ clear: [{ table: side }] })

/** Makes a side the one that is read, and empties the other. */
function point(store: Store, side: Side): Promise<unknown> {
  const value = encodeRow(Pointer, { version: VERSION, side })
  return store.commit({
    clear: [{ table: otherThan(side) }],
    rows: [{ table: 'meta', key: KEY, value }],
  })
}

/** Adds the entries of the log that a side does not have yet. */
async function advance(store: Store, side: Side): Promise<void> {
  const rest = breather()
  for (;;) {
    const { length: place } = await viewOf(store, () => side).total()
    const { length: end } = await store.head()
    if (place >= end) return
    const page = await store.events(place + 1, Math.min(PAGE, end - place))
    if (page.length === 0)
      throw new StoreError('damaged', `entry ${place + 1} of the log is missing`)
    const next = draft(store, side)
    for (const { body } of page) await project(next, decodeEvent(body))
    await store.commit({ rows: next.rows() })
    await rest()
  }
}
