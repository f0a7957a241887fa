import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, hexToBytes } from '@noble/hashes/utils.js'

/** Bitcoin's own formats, written a second time and without any library: tests compare with these. */
export type TxInput = {
  readonly txid: string
  readonly vout: number
  readonly scriptSig: Uint8Array
  readonly sequence: number
  readonly witness: readonly Uint8Array[]
}
export type TxOutput = { readonly amount: bigint; readonly script: Uint8Array }
export type Tx = {
  readonly version: number
  readonly inputs: readonly TxInput[]
  readonly outputs: readonly TxOutput[]
  readonly lockTime: number
}

export function little(value: bigint | number, size: number): Uint8Array {
  let rest = BigInt(value)
  return Uint8Array.from({ length: size }, () => {
    const byte = Number(rest & 0xffn)
    rest >>= 8n
    return byte
  })
}

function compactSize(value: number): Uint8Array {
  if (value < 0xfd) return Uint8Array.of(value)
  if (value <= 0xffff) return concatBytes(Uint8Array.of(0xfd), little(value, 2))
  return concatBytes(Uint8Array.of(0xfe), little(value, 4))
}

export function withLength(bytes: Uint8Array): Uint8Array {
  return concatBytes(compactSize(bytes.length), bytes)
}

function sha256d(bytes: Uint8Array): Uint8Array {
  return sha256(sha256(bytes))
}

export function encodeOutput({ amount, script }: TxOutput): Uint8Array {
  return concatBytes(little(amount, 8), withLength(script))
}

/** With witnesses (BIP-144) where there are any; `stripped` leaves them out. */
export function encodeTx(tx: Tx, stripped = false): Uint8Array {
  const segwit = !stripped && tx.inputs.some(({ witness }) => witness.length > 0)
  return concatBytes(
    little(tx.version, 4),
    segwit ? Uint8Array.of(0, 1) : new Uint8Array(),
    compactSize(tx.inputs.length),
    ...tx.inputs.map((input) =>
      concatBytes(
        hexToBytes(input.txid).toReversed(),
        little(input.vout, 4),
        withLength(input.scriptSig),
        little(input.sequence, 4),
      ),
    ),
    compactSize(tx.outputs.length),
    ...tx.outputs.map(encodeOutput),
    ...(segwit ? tx.inputs.map(({ witness }) => encodeWitness(witness)) : []),
    little(tx.lockTime, 4),
  )
}

export function encodeWitness(items: readonly Uint8Array[]): Uint8Array {
  return concatBytes(compactSize(items.length), ...items.map(withLength))
}

export function txidOf(tx: Tx): string {
  return bytesToHex(sha256d(encodeTx(tx, true)).toReversed())
}

/** BIP-141: a quarter of the weight, rounded up. */
export function virtualSize(tx: Tx): number {
  return Math.ceil((encodeTx(tx, true).length * 3 + encodeTx(tx).length) / 4)
}

/** @throws {RangeError} bytes are missing or left over. */
export function decodeTx(bytes: Uint8Array): Tx {
  const read = reader(bytes)
  const version = Number(read.number(4))
  let count = read.size()
  const segwit = count === 0
  if (segwit) {
    if (read.number(1) !== 1n) throw new RangeError('a flag that is not 1')
    count = read.size()
  }
  const inputs = Array.from({ length: count }, () => ({
    txid: bytesToHex(read.bytes(32).toReversed()),
    vout: Number(read.number(4)),
    scriptSig: read.bytes(read.size()),
    sequence: Number(read.number(4)),
  }))
  const outputs = Array.from({ length: read.size() }, () => ({
    amount: read.number(8),
    script: read.bytes(read.size()),
  }))
  const witnesses = inputs.map(() => (segwit ? decodeItems(read) : []))
  const lockTime = Number(read.number(4))
  read.end()
  return {
    version,
    inputs: inputs.map((input, index) => ({ ...input, witness: witnesses[index] ?? [] })),
    outputs,
    lockTime,
  }
}

export function decodeWitness(bytes: Uint8Array): Uint8Array[] {
  const read = reader(bytes)
  const items = decodeItems(read)
  read.end()
  return items
}

export type Reader = ReturnType<typeof reader>

export function reader(from: Uint8Array) {
  let offset = 0
  const bytes = (length: number): Uint8Array => {
    if (offset + length > from.length) throw new RangeError('ends too early')
    offset += length
    return from.subarray(offset - length, offset)
  }
  const number = (size: number): bigint =>
    bytes(size).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  const size = (): number => {
    const first = Number(number(1))
    if (first < 0xfd) return first
    return Number(number({ 0xfd: 2, 0xfe: 4 }[first] ?? 8))
  }
  return {
    bytes,
    number,
    size,
    done: () => offset === from.length,
    end() {
      if (offset !== from.length) throw new RangeError('goes on after its end')
    },
  }
}

function decodeItems(read: Reader): Uint8Array[] {
  return Array.from({ length: read.size() }, () => read.bytes(read.size()))
}
