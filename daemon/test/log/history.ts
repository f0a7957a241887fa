/** A store with a past: every table has rows, and the log has entries of many kinds. */
import { randomBytes } from 'node:crypto'
import { dhKeys } from '@tandem/protocol'
import { type Event, encodeEvent } from '../../src/core/event.ts'
import { realmOf } from '../../src/core/log/places.ts'
import type { Root } from '../../src/core/root.ts'
import { type Store, tables } from '../../src/ports/store.ts'

const part = (value: number) => new Uint8Array(32).fill(value)

export const root: Root = {
  identity: part(1),
  noise: dhKeys(part(2)),
  hedge: part(3),
  rows: part(4),
  receipts: part(5),
}

export const now = () => new Date(1_800_000_000_000)

const at = 1_800_000_000_000

/** The n-th event of a story. Another story tells the same in other words. */
function eventOf(place: number, story = 0): Event {
  const id = new Uint8Array(16).fill(story)
  new DataView(id.buffer).setUint32(12, place)
  switch (place % 4) {
    case 0:
      return { type: 'started', at: at + place, version: '0.0.0', boot: place }
    case 1:
      return { type: 'refused', at: at + place, device: part(6), code: 'busy', message: 'no' }
    case 2:
      return { type: 'mark', at: at + place, wallet: part(7), mark: 'signed', requestId: id }
    default:
      return { type: 'released', at: at + place, wallet: part(7), requestId: id, why: 'expired' }
  }
}

export const bodyOf = (place: number, story = 0): Uint8Array => encodeEvent(eventOf(place, story))

/** Commits one after the other: an event each, and a row that is put, changed or deleted. */
export async function live(store: Store, from: number, to: number, story = 0): Promise<void> {
  const own = tables.filter((table) => realmOf(table) && !table.startsWith('view-'))
  for (let place = from; place < to; place += 1) {
    const table = own[place % own.length] ?? 'meta'
    const key = Uint8Array.of(0xee, Math.floor(place / own.length) % 5)
    const value = Uint8Array.from(randomBytes(40))
    await store.commit({
      events: [bodyOf(place, story)],
      rows: [place % 7 === 6 ? { table, key } : { table, key, value }],
    })
  }
}

/** Many entries in few commits. */
export async function append(store: Store, from: number, to: number, story = 0): Promise<void> {
  for (let place = from; place < to; place += 500) {
    const places = Array.from({ length: Math.min(500, to - place) }, (_, index) => place + index)
    await store.commit({ events: places.map((one) => bodyOf(one, story)) })
  }
}
