/** Values between contexts, where only JSON travels: big numbers and bytes keep their types. */

type Packed = string | number | boolean | null | Packed[] | { [key: string]: Packed }

/** @throws for functions and other things that no message has. */
export function pack(value: unknown): Packed {
  if (value === undefined) return { $: 'undefined' }
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return { $: 'bigint', value: value.toString() }
  if (value instanceof Uint8Array) return { $: 'bytes', value: toBase64(value) }
  if (Array.isArray(value)) return value.map(pack)
  if (typeof value === 'object')
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
        inner === undefined ? [] : [[`_${key}`, pack(inner)]],
      ),
    )
  throw new TypeError(`a ${typeof value} cannot be sent`)
}

/** The value that {@link pack} packed. @throws for anything else. */
export function unpack(packed: unknown): unknown {
  if (Array.isArray(packed)) return packed.map(unpack)
  if (typeof packed !== 'object' || packed === null) return packed
  const fields = new Map(Object.entries(packed))
  const value: unknown = fields.get('value')
  switch (fields.get('$')) {
    case 'undefined':
      return undefined
    case 'bigint':
      return BigInt(String(value))
    case 'bytes':
      return fromBase64(String(value))
    default:
      return Object.fromEntries(
        [...fields].map(([key, inner]: [string, unknown]) => {
          if (!key.startsWith('_')) throw new TypeError('expected a packed value')
          return [key.slice(1), unpack(inner)]
        }),
      )
  }
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return btoa(text)
}

const fromBase64 = (text: string): Uint8Array =>
  Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
