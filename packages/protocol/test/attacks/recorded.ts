/** Keeps a state that may be used once, so that one and the same state meets many attacks. */
import { once } from '../../src/core/once.ts'

/** A one-shot value that was taken out, to be put into a new holder in every copy. */
class Taken {
  readonly value: unknown
  constructor(value: unknown) {
    this.value = value
  }
}

/**
 * Uses `state` up and returns a maker of equal ones, each with its own bytes and its own one-shot
 * holders. What holds neither (points, functions) is shared.
 */
export function recorded<T>(state: T): () => T {
  const template = rebuild(state, new Map(), true)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a copy has the type of what it copies
  return () => rebuild(template, new Map(), false) as T
}

/** A deep copy. With `open`, one-shot holders are opened; without it, they are made anew. */
function rebuild(value: unknown, seen: Map<object, unknown>, open: boolean): unknown {
  if (typeof value !== 'object' || value === null) return value
  const known = seen.get(value)
  if (known !== undefined) return known
  const inner = (one: unknown) => rebuild(one, seen, open)
  const keep = <C extends object>(copy: C): C => {
    seen.set(value, copy)
    return copy
  }
  if (value instanceof Uint8Array || value instanceof Uint32Array) return keep(value.slice())
  if (value instanceof Map) {
    const copy = keep(new Map<unknown, unknown>())
    for (const [key, one] of value) copy.set(key, inner(one))
    return copy
  }
  if (Array.isArray(value)) {
    const copy = keep<unknown[]>([])
    for (const one of value) copy.push(inner(one))
    return copy
  }
  if (value instanceof Taken)
    return keep(open ? new Taken(inner(value.value)) : once('recorded', inner(value.value)))
  if (Object.getPrototypeOf(value) !== Object.prototype) return value
  const entries = Object.entries(value)
  const [first] = entries
  if (open && entries.length === 1 && first?.[0] === 'take') {
    const take: unknown = first[1]
    if (typeof take === 'function') return keep(new Taken(inner(take())))
  }
  const copy = keep<Record<string, unknown>>({})
  for (const [key, one] of entries) copy[key] = inner(one)
  return copy
}
