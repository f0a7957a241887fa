/** Makes bytes wrong in the ways that readers of bytes get wrong, the same way for the same seed. */

export type Chance = {
  /** Below a bound. */
  below(bound: number): number
  pick<T>(all: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** Mulberry32. */
export function chance(seed: number): Chance {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (bound: number) => Math.floor(next() * bound)
  return {
    below,
    pick(all) {
      const found = all[below(all.length)]
      if (found === undefined) throw new Error('nothing to pick from')
      return found
    },
    bytes: (length) => Uint8Array.from({ length }, () => below(256)),
  }
}

const join = (...parts: readonly Uint8Array[]): Uint8Array => Uint8Array.from(Buffer.concat(parts))

/** One of the ways to make any bytes wrong. The result is never empty. */
export function mutated(bytes: Uint8Array, by: Chance): Uint8Array {
  const at = by.below(bytes.length)
  const to = at + 1 + by.below(Math.min(64, bytes.length - at))
  const [before, part, after] = [bytes.slice(0, at), bytes.slice(at, to), bytes.slice(to)]
  switch (by.below(8)) {
    case 0:
      return bytes.map((byte, index) => (index === at ? byte ^ (1 << by.below(8)) : byte))
    case 1:
      return join(before, by.bytes(part.length), after)
    case 2:
      return join(bytes.slice(0, Math.max(1, at)))
    case 3:
      return join(bytes, by.bytes(1 + by.below(64)))
    case 4:
      return join(before, part, part, after)
    case 5:
      return before.length + after.length === 0 ? Uint8Array.of(0) : join(before, after)
    case 6:
      return join(before, new Uint8Array(part.length).fill(by.pick([0, 0x7f, 0x80, 0xff])), after)
    default:
      return join(after, part, before)
  }
}

/** Makes CBOR wrong where it says what follows: kinds, lengths, items that are missing or twice. */
export function mutatedCbor(bytes: Uint8Array, by: Chance): Uint8Array {
  const heads = headsOf(bytes)
  if (heads.length === 0) return mutated(bytes, by)
  const { at, end } = by.pick(heads)
  const [before, item, after] = [bytes.slice(0, at), bytes.slice(at, end), bytes.slice(end)]
  const other = by.pick(heads)
  const head = item[0] ?? 0
  switch (by.below(8)) {
    case 0:
      return join(before, Uint8Array.of((by.below(8) << 5) | (head & 31)), item.slice(1), after)
    case 1:
      return join(before, Uint8Array.of((head & 0xe0) | by.below(32)), item.slice(1), after)
    case 2:
      return join(before, Uint8Array.of((head & 0xe0) | 27), by.bytes(8), item.slice(1), after)
    case 3:
      return join(
        before,
        Uint8Array.of((head & 0xe0) | 26, 0, 0, 0, head & 31),
        item.slice(1),
        after,
      )
    case 4:
      return join(before, item, item, after)
    case 5:
      return join(before, after, Uint8Array.of(0))
    case 6:
      return join(before, bytes.slice(other.at, other.end), after)
    default:
      return join(before, Uint8Array.of(by.pick([0xf6, 0xf7, 0xff, 0x9f, 0xbf, 0x5f, 0xc2])), after)
  }
}

/** Where the items of definite lengths begin and end. */
function headsOf(bytes: Uint8Array): { at: number; end: number }[] {
  const found: { at: number; end: number }[] = []
  function item(start: number): number {
    const head = bytes[start] ?? 0
    const [major, short] = [head >> 5, head & 31]
    const extra = short < 24 ? 0 : 2 ** (short - 24)
    let argument = short < 24 ? short : 0
    for (let index = 1; index <= extra; index += 1)
      argument = argument * 256 + (bytes[start + index] ?? 0)
    let end = start + 1 + extra
    if (major === 2 || major === 3) end += argument
    const inner = major === 4 ? argument : major === 5 ? 2 * argument : 0
    for (let count = 0; count < inner && end < bytes.length; count += 1) end = item(end)
    found.push({ at: start, end })
    return end
  }
  item(0)
  return found
}
