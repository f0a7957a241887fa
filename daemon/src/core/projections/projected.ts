import { utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { type Store, StoreError } from '../../ports/store.ts'
import { decodeRow, encodeRow } from '../encoding.ts'
import { decodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import { EVERY } from '../log/rows.ts'
import { project } from './project.ts'
import { EMPTY_VIEW, View } from './view.ts'

/** Raised when {@link project} or {@link View} changes: then the whole log is read once more. */
const VERSION = 1

const KEY = utf8ToBytes('view')
const ViewRow = z.strictObject({ version: z.int(), length: z.int(), view: z.unknown() })
const PAGE = 1000

/** A store that knows what its log adds up to. */
export type Projected = { readonly store: Store; readonly view: () => View }

/**
 * Keeps the view beside the log: in memory after every commit, in a row after every {@link EVERY}
 * entries, so that a start reads only the entries since.
 */
export async function projected(inner: Store): Promise<Projected> {
  const { length: end } = await inner.head()
  const first = await stored(inner, end)
  let view = await replay(inner, first.view, first.length, end)
  let saved = first.length
  const turn = inTurn()

  const store: Store = {
    ...inner,
    commit: ({ rows = [], events = [] }) =>
      turn(async () => {
        const next = events.reduce((sum, body) => project(sum, decodeEvent(body)), view)
        const { length: before } = await inner.head()
        const length = before + events.length
        const isDue = length - saved >= EVERY
        const head = await inner.commit({
          events,
          rows: isDue ? [...rows, viewRow(next, length)] : rows,
        })
        view = next
        if (isDue) saved = length
        return head
      }),
  }
  return { store, view: () => view }
}

/** The view of the whole log, from nothing. */
export async function rebuild(store: Pick<Store, 'events' | 'head'>): Promise<View> {
  const { length } = await store.head()
  return replay(store, EMPTY_VIEW, 0, length)
}

async function replay(
  log: Pick<Store, 'events'>,
  from: View,
  after: number,
  end: number,
): Promise<View> {
  let view = from
  for (let place = after; place < end;) {
    const page = await log.events(place + 1, Math.min(PAGE, end - place))
    if (page.length === 0)
      throw new StoreError('damaged', `entry ${place + 1} of the log is missing`)
    for (const { body } of page) view = project(view, decodeEvent(body))
    place += page.length
  }
  return view
}

async function stored(store: Store, end: number): Promise<{ view: View; length: number }> {
  const none = { view: EMPTY_VIEW, length: 0 }
  const row = await store.get('meta', KEY)
  if (!row) return none
  const { version, length, view } = decodeRow(ViewRow, row)
  return version === VERSION && length <= end ? { view: View.parse(view), length } : none
}

const viewRow = (view: View, length: number) =>
  ({
    table: 'meta',
    key: KEY,
    value: encodeRow(ViewRow, { version: VERSION, length, view: z.encode(View, view) }),
  }) as const
