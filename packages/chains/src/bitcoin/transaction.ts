import { ChainError } from '../error.ts'
import { compactSize, concat, doubleSha256, idText, sized } from './bytes.ts'
import { type Reader, reader } from './reader.ts'

/** All satoshis that there can be. */
export const MAX_MONEY = 2_100_000_000_000_000n

/** A transaction as it was read. Byte fields are views of what was read. */
export type Transaction = {
  readonly version: number
  readonly inputs: readonly TransactionInput[]
  readonly outputs: readonly TransactionOutput[]
  readonly lockTime: number
  /** BIP-144: it was written with witnesses. */
  readonly witnesses: boolean
  /** Inputs and outputs with their counts, as they are hashed for the id. */
  readonly body: Uint8Array
  /** The outputs without their count. */
  readonly outputBytes: Uint8Array
}

export type TransactionInput = {
  /** Transaction id and output number, 36 bytes. */
  readonly outpoint: Uint8Array
  /** `txid:vout` */
  readonly outpointText: string
  readonly vout: number
  readonly script: Uint8Array
  readonly sequence: number
}

export type TransactionOutput = {
  readonly amount: bigint
  readonly script: Uint8Array
  /** Amount and script as they are hashed. */
  readonly bytes: Uint8Array
}

/**
 * Reads one transaction, with witnesses (BIP-144) or without.
 *
 * @param start where `bytes` begin in what the caller was given, for offsets in errors.
 * @throws {ChainError}
 */
export function parseTransaction(bytes: Uint8Array, field: string, start = 0): Transaction {
  const from = reader(bytes, start)
  const version = from.u32(`${field}.version`) | 0
  // A count of no inputs is BIP-144's marker; the flag after it says that witnesses follow.
  const witnesses = bytes[4] === 0
  if (witnesses) readMarker(from, field)

  const bodyAt = from.offset() - start
  const inputs = many(from, `${field}.inputs`, 41, () => readInput(from, `${field}.inputs`))
  const count = from.size(`${field}.outputs`)
  const outputsAt = from.offset() - start
  const outputs = times(from, count, `${field}.outputs`, 9, () =>
    readOutput(bytes, from, start, `${field}.outputs`),
  )
  const bodyEnd = from.offset() - start
  if (witnesses) skipWitnesses(from, inputs.length, field)
  const lockTime = from.u32(`${field}.lockTime`)
  from.end(field)
  return {
    version,
    inputs,
    outputs,
    lockTime,
    witnesses,
    body: bytes.subarray(bodyAt, bodyEnd),
    outputBytes: bytes.subarray(outputsAt, bodyEnd),
  }
}

/** @param bytes of the transaction. @returns 32 bytes, as they are hashed, not as they are shown. */
export function transactionId(bytes: Uint8Array, { witnesses, body }: Transaction): Uint8Array {
  if (!witnesses) return doubleSha256(bytes)
  return doubleSha256(concat([bytes.subarray(0, 4), body, bytes.subarray(-4)]))
}

function readMarker(from: Reader, field: string): void {
  const offset = from.offset()
  const flag = from.take(2, field)[1]
  if (flag !== 1) throw new ChainError('not-valid', field, 'at least one input', { offset })
}

function readInput(from: Reader, field: string): TransactionInput {
  const outpoint = from.take(36, field)
  const vout = new DataView(outpoint.buffer, outpoint.byteOffset).getUint32(32, true)
  const script = from.sized(field)
  const sequence = from.u32(field)
  const outpointText = `${idText(outpoint.subarray(0, 32))}:${vout}`
  return { outpoint, outpointText, vout, script, sequence }
}

function readOutput(
  bytes: Uint8Array,
  from: Reader,
  start: number,
  field: string,
): TransactionOutput {
  const offset = from.offset()
  const amount = from.u64(field)
  if (amount > MAX_MONEY)
    throw new ChainError('not-valid', field, 'at most 21 million bitcoin', { offset })
  const script = from.sized(field)
  return { amount, script, bytes: bytes.subarray(offset - start, from.offset() - start) }
}

function skipWitnesses(from: Reader, inputs: number, field: string): void {
  const offset = from.offset()
  let items = 0
  for (let input = 0; input < inputs; input++) {
    const count = from.size(`${field}.witnesses`)
    items += count
    for (let item = 0; item < count; item++) from.sized(`${field}.witnesses`)
  }
  // BIP-144: without a witness it is written in the old way, so that it has one encoding.
  if (items === 0)
    throw new ChainError('not-canonical', `${field}.witnesses`, 'at least one', { offset })
}

function many<T>(from: Reader, field: string, least: number, read: () => T): T[] {
  return times(from, from.size(field), field, least, read)
}

/** A count that could not fit is refused before anything is made for it. */
function times<T>(from: Reader, count: number, field: string, least: number, read: () => T): T[] {
  if (count * least > from.left())
    throw new ChainError('truncated', field, `${count} of them`, { offset: from.offset() })
  return Array.from({ length: count }, read)
}

/** A stack of witness items (BIP-144). */
export function encodeWitness(items: readonly Uint8Array[]): Uint8Array {
  return concat([compactSize(items.length), ...items.flatMap(sized)])
}
