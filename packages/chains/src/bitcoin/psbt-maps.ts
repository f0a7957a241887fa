import { ChainError } from '../error.ts'
import { compare, concat, sized } from './bytes.ts'
import { GLOBAL_TRANSACTION, type MapKind, checkField } from './psbt-fields.ts'
import { type Reader, reader } from './reader.ts'
import { type Transaction, parseTransaction } from './transaction.ts'

/** A key and its value. The key's first byte is its type. */
export type Entry = {
  readonly key: Uint8Array
  readonly value: Uint8Array
  readonly offset: number
}

export type PsbtMap = readonly Entry[]

/** A PSBT's maps (BIP-174), and the transaction that says how many there are. */
export type PsbtMaps = {
  readonly transaction: Transaction
  /** Bytes of `transaction`. */
  readonly unsigned: Uint8Array
  readonly global: PsbtMap
  readonly inputs: readonly PsbtMap[]
  readonly outputs: readonly PsbtMap[]
}

/** `psbt` and 0xff. */
const MAGIC = Uint8Array.of(0x70, 0x73, 0x62, 0x74, 0xff)

/** Whether bytes begin as every PSBT does. */
export function isPsbt(bytes: Uint8Array): boolean {
  return compare(bytes.subarray(0, MAGIC.length), MAGIC) === 0
}

/**
 * Reads the maps of a PSBT of version 0, all bytes of it.
 *
 * @param arrange what is done with the entries of each map before they are looked at.
 * @throws {ChainError}
 */
export function parseMaps(bytes: Uint8Array, arrange: (entries: Entry[]) => Entry[]): PsbtMaps {
  const from = reader(bytes)
  if (!isPsbt(from.take(MAGIC.length, 'psbt')))
    throw new ChainError('not-valid', 'psbt', 'the bytes that every PSBT begins with')

  const global = readMap(from, 'global', 'psbt.global', arrange)
  checkVersion(global)
  const first = entry(global, GLOBAL_TRANSACTION)
  if (!first) throw new ChainError('missing', 'psbt.global', 'an unsigned transaction')
  const unsigned = first.value
  const transaction = parseTransaction(unsigned, 'transaction', first.offset)

  const inputs = transaction.inputs.map((_, index) =>
    readMap(from, 'input', `inputs[${index}]`, arrange),
  )
  const outputs = transaction.outputs.map((_, index) =>
    readMap(from, 'output', `outputs[${index}]`, arrange),
  )
  from.end('psbt')
  return { transaction, unsigned, global, inputs, outputs }
}

/** What {@link parseMaps} reads. */
export function encodeMaps({
  global,
  inputs,
  outputs,
}: Pick<PsbtMaps, 'global' | 'inputs' | 'outputs'>): Uint8Array {
  const parts = [global, ...inputs, ...outputs].flatMap((map) => [
    ...map.flatMap(({ key, value }) => [...sized(key), ...sized(value)]),
    Uint8Array.of(0),
  ])
  return concat([MAGIC, ...parts])
}

/** The only entry of a type that has no key data. */
export function entry(map: PsbtMap, type: number): Entry | undefined {
  return map.find(({ key }) => key[0] === type)
}

export function valueAt(map: PsbtMap, type: number): Uint8Array | undefined {
  return entry(map, type)?.value
}

export function newEntry(type: number, value: Uint8Array): Entry {
  return { key: Uint8Array.of(type), value, offset: 0 }
}

function readMap(
  from: Reader,
  kind: MapKind,
  where: string,
  arrange: (entries: Entry[]) => Entry[],
): PsbtMap {
  const entries: Entry[] = []
  for (;;) {
    const start = from.offset()
    const key = from.sized(where)
    if (key.length === 0) break
    const length = from.size(where)
    const offset = from.offset()
    const value = from.take(length, where)
    checkField(kind, where, key, value, start)
    entries.push({ key, value, offset })
  }
  return checkOrder(arrange(entries), where)
}

/** Ascending keys: one encoding for one meaning, and no key twice. */
function checkOrder(entries: Entry[], where: string): PsbtMap {
  for (const [index, { key, offset }] of entries.entries()) {
    const before = entries[index - 1]
    const order = before ? compare(before.key, key) : -1
    // SECURITY: of two values for one key, one would be shown and the other used. Test: src/bitcoin/psbt.test.ts "a key that stands twice in a map is refused"
    if (order === 0) throw new ChainError('duplicate', where, 'every key once', { offset })
    // SECURITY: what was read must have one encoding, so that it cannot differ between readers. Test: src/bitcoin/psbt.test.ts "keys out of order are refused, and put in order by normalizePsbt"
    if (order > 0) throw new ChainError('not-canonical', where, 'ascending keys', { offset })
  }
  return entries
}

function checkVersion(global: PsbtMap): void {
  const version = valueAt(global, 0xfb)
  if (version?.some((byte) => byte !== 0))
    throw new ChainError('unsupported', 'psbt.global.version', '0')
}
