import { ChainError } from '../error.ts'
import { type Cursor, cursor, take, u8 } from './cursor.ts'

/** Twice what any version of a transaction may have (version 1: 4,096 bytes). */
const LONGEST = 8192
/** A header, one key, a lifetime and two counts: no message is shorter. */
const SHORTEST = 3 + 1 + 32 + 32 + 1

/**
 * Whether a signature of these bytes could ever be one of a transaction. Wider than any runtime: no
 * rule beyond the shape counts, and of versions that do not exist yet, everything that is no text.
 */
export function isTransactionLike(bytes: Uint8Array, text: string | undefined): boolean {
  if (bytes.length < SHORTEST || bytes.length > LONGEST) return false
  const versioned = ((bytes[0] ?? 0) & 0x80) !== 0
  if (versioned && text === undefined) return true
  return isMessage(bytes, versioned ? 1 : 0) || isWire(bytes)
}

/** Signatures, then a message. */
function isWire(bytes: Uint8Array): boolean {
  return fits(() => {
    const from = cursor(bytes, 'message')
    take(from, 64 * count(from))
    const versioned = ((bytes[from.offset] ?? 0) & 0x80) !== 0
    return isMessage(bytes, from.offset + (versioned ? 1 : 0))
  })
}

function isMessage(bytes: Uint8Array, offset: number): boolean {
  return fits(() => {
    const from = cursor(bytes, 'message', offset)
    take(from, 3)
    take(from, 32 * count(from) + 32)
    for (let left = count(from); left > 0; left -= 1) {
      take(from, 1)
      take(from, count(from))
      take(from, count(from))
    }
    if (from.offset === bytes.length) return true
    for (let left = count(from); left > 0; left -= 1) {
      take(from, 32)
      take(from, count(from))
      take(from, count(from))
    }
    return from.offset === bytes.length
  })
}

/** As `short_vec`, in any length of up to three bytes. */
function count(from: Cursor): number {
  let value = 0
  for (let shift = 0; shift < 21; shift += 7) {
    const byte = u8(from)
    value |= (byte & 0x7f) << shift
    if ((byte & 0x80) === 0) break
  }
  return value
}

function fits(read: () => boolean): boolean {
  try {
    return read()
  } catch (error) {
    if (error instanceof ChainError) return false
    throw error
  }
}
