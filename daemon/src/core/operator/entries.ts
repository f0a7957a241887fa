import { bytesToHex as hex } from '@noble/hashes/utils.js'
import { show } from '@tandem/chains'
import type { LogEntry, Store } from '../../ports/store.ts'
import { type Event, decodeEvent } from '../event.ts'
import type { Entry } from './messages.ts'

type Json = Entry['event'][string]

/** A part of the log, for a person and for a program. */
export async function entries(
  store: Store,
  from: number,
  limit: number,
): Promise<{ length: number; entries: Entry[] }> {
  const { length } = await store.head()
  const page = await store.events(from, limit)
  return { length, entries: page.map(entryOf) }
}

/** One entry: bytes in hex, times in ISO 8601. */
function entryOf({ place, body, hash }: LogEntry): Entry {
  const { type, at, ...rest } = decodeEvent(body)
  const event = Object.fromEntries(
    Object.entries(rest).map(([name, value]): [string, Json] => [name, jsonOf(value)]),
  )
  const text = sentence(type, event)
  return { place, at: new Date(at).toISOString(), type, hash: hex(hash), event, text }
}

function jsonOf(value: unknown): Json {
  if (value instanceof Uint8Array) return hex(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return value
  if (Array.isArray(value)) return value.map(jsonOf)
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]: [string, unknown]) => [name, jsonOf(inner)]),
    )
  return typeof value === 'string'
    ? show(value).text
    : typeof value === 'bigint'
      ? value.toString()
      : null
}

const isId = /^[0-9a-f]{32,}$/

/** `decided  allow  rule default  on eip155:1`: what the event says, ids cut short. */
function sentence(type: Event['type'], event: Entry['event']): string {
  const parts = Object.entries(event).flatMap(([name, value]) => {
    if (typeof value === 'object') return []
    const text = String(value)
    return `${name} ${isId.test(text) ? text.slice(0, 8) : text}`
  })
  return [type, ...parts].join(', ')
}
