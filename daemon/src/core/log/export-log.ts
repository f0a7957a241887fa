import { bytesToHex } from '@noble/hashes/utils.js'
import type { Store } from '../../ports/store.ts'
import { decodeEvent } from '../event.ts'

const PAGE = 500

/**
 * The log from a place on, one line of JSON an entry: `{"place", "hash", "event"}`. Bytes are hex and large
 * numbers text. An event has no secrets, so nothing is left out.
 */
export async function* exportLog(
  store: Pick<Store, 'events'>,
  from = 1,
): AsyncGenerator<string, void> {
  for (let place = from; ;) {
    const page = await store.events(place, PAGE)
    for (const { place: at, hash, body } of page)
      yield JSON.stringify({ place: at, hash, event: decodeEvent(body) }, plain)
    if (page.length === 0) return
    place += page.length
  }
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return bytesToHex(value)
  return typeof value === 'bigint' ? value.toString() : value
}
