import { decode, encode, rfc8949EncodeOptions } from 'cborg'
import { z } from 'zod'

/** What a machine keeps for itself: deterministic CBOR of what a schema describes. */
export function encodeRow<S extends z.ZodType>(schema: S, value: z.infer<S>): Uint8Array {
  return encode(z.encode(schema, value), rfc8949EncodeOptions)
}

/** @throws when the bytes are of another schema: only a later version or damage can be the cause. */
export function decodeRow<S extends z.ZodType>(schema: S, bytes: Uint8Array): z.infer<S> {
  const value: unknown = decode(bytes, { strict: true, rejectDuplicateMapKeys: true })
  return schema.parse(value)
}

export const bytes = (length: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length === length,
    `expected ${length} bytes`,
  )

export const someBytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array)

/** Exact, of any size, as text. */
export const bigint = z.codec(z.string().regex(/^-?[0-9]+$/), z.bigint(), {
  decode: (text) => BigInt(text),
  encode: (value) => value.toString(),
})
