import { DecodeError, UsageError } from '../abort.ts'

export const EMPTY = new Uint8Array(0)

/** ASCII text as bytes; tags, labels and names are ASCII only. */
export function ascii(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) throw new UsageError('expected ASCII text')
    bytes[i] = code
  }
  return bytes
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  let length = 0
  for (const part of parts) length += part.length
  const all = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

function unsigned(value: number, bytes: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * bytes))
    throw new UsageError(`expected an unsigned integer of ${bytes} bytes`)
  const out = new Uint8Array(bytes)
  for (let i = bytes - 1, rest = value; i >= 0; i--, rest = Math.floor(rest / 256))
    out[i] = rest % 256
  return out
}

/** Unsigned big-endian integers. */
export const u8 = (value: number): Uint8Array => unsigned(value, 1)
export const u16 = (value: number): Uint8Array => unsigned(value, 2)
export const u32 = (value: number): Uint8Array => unsigned(value, 4)
export function u64(value: bigint): Uint8Array {
  if (value < 0n || value >= 1n << 64n) throw new UsageError('expected an unsigned 64-bit integer')
  const out = new Uint8Array(8)
  new DataView(out.buffer).setBigUint64(0, value)
  return out
}

/** Party ids, one byte each, in the order given. */
export const ids = (parties: readonly number[]): Uint8Array => concat(...parties.map(u8))

/** `u32be(length) ‖ bytes`: the one way in which a hash argument is framed. */
export const lp = (bytes: Uint8Array): Uint8Array => concat(u32(bytes.length), bytes)

/** Whether two byte strings are equal, in time that depends on their lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

/** Whether every byte is zero, in constant time. */
export function isZero(bytes: Uint8Array): boolean {
  let any = 0
  for (const byte of bytes) any |= byte
  return any === 0
}

/** Overwrites secrets that are no longer needed. BigInts cannot be wiped; keep secrets as bytes. */
export function wipe(...secrets: readonly Uint8Array[]): void {
  for (const secret of secrets) secret.fill(0)
}

/** Names what has to be wiped if the work does not end well. */
export type NoteSecrets = (...secrets: Uint8Array[]) => void

/** Runs `run`; the secrets that it names are wiped if it throws, and live on if it does not. */
export function wipeOnThrow<T>(run: (secret: NoteSecrets) => T): T {
  const secrets: Uint8Array[] = []
  try {
    return run((...bytes) => void secrets.push(...bytes))
  } catch (error) {
    wipe(...secrets)
    throw error
  }
}

/** Big-endian bytes as an integer. Lengths that are multiples of 8 take the fast path. */
export function toBigInt(bytes: Uint8Array): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  let value = 0n
  let at = 0
  for (; at + 8 <= bytes.length; at += 8) value = (value << 64n) | view.getBigUint64(at)
  for (; at < bytes.length; at++) value = (value << 8n) | BigInt(bytes[at]!)
  return value
}

/** A 256-bit integer as 32 big-endian bytes, written at `at` of `out`. */
export function write256(out: Uint8Array, at: number, value: bigint): void {
  const view = new DataView(out.buffer, out.byteOffset + at, 32)
  view.setBigUint64(0, value >> 192n)
  // setBigUint64 takes the low 64 bits.
  view.setBigUint64(8, value >> 128n)
  view.setBigUint64(16, value >> 64n)
  view.setBigUint64(24, value)
}

/** Cuts a fixed layout into its fields. `done` refuses what is left over. */
export type Cursor = {
  /** The next `length` bytes, copied. */
  take(length: number, field: string): Uint8Array
  done(): void
}

/** A cursor over `bytes`; `message` prefixes the field names in errors (`F3.psi`). */
export function cursor(bytes: Uint8Array, message: string): Cursor {
  let at = 0
  return {
    take(length, field) {
      if (at + length > bytes.length)
        throw new DecodeError('LENGTH', `${message}.${field}`, `${length} bytes`)
      at += length
      // Not slice(): a Node Buffer's shares memory with the whole message.
      return new Uint8Array(bytes.subarray(at - length, at))
    },
    done() {
      if (at !== bytes.length) throw new DecodeError('LENGTH', message, `${at} bytes`)
    },
  }
}

/** Refuses any other length, before a byte is read. */
export function exactLength(bytes: Uint8Array, length: number, field: string): void {
  if (bytes.length !== length) throw new DecodeError('LENGTH', field, `${length} bytes`)
}
