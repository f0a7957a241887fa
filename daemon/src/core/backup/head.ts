/**
 * What stands before the copy of the store in a backup:
 *
 *   "TBAK" ‖ u32(length) ‖ head ‖ data keys ‖ database
 *
 * All of it is inside the encrypted file.
 */
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import * as z from 'zod'
import { BackupError } from '../../ports/passphrase-file.ts'
import { bytes, decodeRow, encodeRow, time } from '../encoding.ts'

const MAGIC = utf8ToBytes('TBAK')
const FORMAT = 1

/** Bytes before the head. */
export const FIRST = 8
const LONGEST = 4096

const Format = z.looseObject({ format: z.int() })

export const Head = z.strictObject({
  format: z.literal(FORMAT),
  /** Of the program that wrote it. */
  version: z.string(),
  at: time,
  /** Of the log. */
  entries: z.int().min(0),
  /** Of the co-signer. */
  identity: bytes(32),
  /** Lengths of what follows. */
  keys: z.int().min(0),
  database: z.int().min(0),
})
export type Head = z.infer<typeof Head>

export function encodeHead(head: Omit<Head, 'format'>): Uint8Array {
  const body = encodeRow(Head, { format: FORMAT, ...head })
  const length = new Uint8Array(4)
  new DataView(length.buffer).setUint32(0, body.length)
  return concatBytes(MAGIC, length, body)
}

/** @param first the {@link FIRST} bytes. @returns how many follow. @throws {BackupError} */
export function headLength(first: Uint8Array): number {
  const length = new DataView(first.buffer, first.byteOffset).getUint32(MAGIC.length)
  if (MAGIC.some((byte, at) => byte !== first[at]) || length > LONGEST)
    throw new BackupError('foreign', 'it holds something else than a co-signer')
  return length
}

/** @throws {BackupError} */
export function decodeHead(body: Uint8Array): Head {
  const { format } = decodeRow(Format, body)
  if (format > FORMAT)
    throw new BackupError(
      'newer',
      `it has format ${format}, this program knows ${FORMAT}: update Tandem`,
    )
  return decodeRow(Head, body)
}
