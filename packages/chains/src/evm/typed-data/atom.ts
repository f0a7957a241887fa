import { keccak_256 } from '@noble/hashes/sha3.js'
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import { attempt } from '../../error.ts'
import { checksummed } from '../context.ts'
import type { Json } from './parse-json.ts'
import { type Path, fail, pathText } from './path.ts'

/**
 * Writes the 32 bytes of a value (EIP-712, "Definition of encodeData") into `out` at `offset`.
 *
 * @returns the value as text: decimal, lower-case hex, an address with its checksum.
 * @throws {ChainError} `json` is not exactly one value of the type.
 */
export type Atom = (json: Json, path: Path, out: Uint8Array, offset: number) => string

/** The encoder of `bool`, `address`, `string`, `bytes`, `bytes1..32` and the sized integers. */
export function atom(type: string): Atom | undefined {
  return atoms.get(type)
}

const DECIMAL = /^(?:0|-?[1-9][0-9]{0,77})$/
const QUANTITY = /^0x[0-9a-fA-F]{1,64}$/
const ADDRESS = /^0x(?:[0-9a-fA-F]{40})$/

const sizes = Array.from({ length: 32 }, (_, index) => index + 1)
const atoms: ReadonlyMap<string, Atom> = new Map<string, Atom>([
  ['bool', bool],
  ['address', address],
  ['string', string],
  ['bytes', bytes],
  ...sizes.flatMap((size): [string, Atom][] => [
    [`bytes${size}`, fixedBytes(size)],
    [`uint${size * 8}`, integer(`uint${size * 8}`, 0n, (1n << BigInt(size * 8)) - 1n)],
    [
      `int${size * 8}`,
      integer(`int${size * 8}`, -(1n << BigInt(size * 8 - 1)), (1n << BigInt(size * 8 - 1)) - 1n),
    ],
  ]),
])

function bool(json: Json, path: Path, out: Uint8Array, offset: number): string {
  // Other wallets take anything that is "truthy", also the text "false".
  if (typeof json !== 'boolean') return fail('not-valid', path, 'true or false')
  out[offset + 31] = json ? 1 : 0
  return String(json)
}

function address(json: Json, path: Path, out: Uint8Array, offset: number): string {
  if (typeof json !== 'string' || !ADDRESS.test(json))
    return fail('not-valid', path, 'an address of 20 bytes')
  const digits = json.slice(2)
  const sum = checksummed(json)
  const mixed = digits !== digits.toLowerCase() && digits !== digits.toUpperCase()
  // SECURITY: money sent to a mistyped address is lost. Test: src/evm/typed-data/atom.test.ts "an address with a typing error is refused"
  if (mixed && json !== sum) fail('checksum', path, 'the checksum of EIP-55')
  out.set(hexToBytes(digits), offset + 12)
  return sum
}

function string(json: Json, path: Path, out: Uint8Array, offset: number): string {
  if (typeof json !== 'string') return fail('not-valid', path, 'text')
  out.set(keccak_256(utf8ToBytes(json)), offset)
  return json
}

function bytes(json: Json, path: Path, out: Uint8Array, offset: number): string {
  const read = fromHex(json, path, 'bytes in hex')
  out.set(keccak_256(read), offset)
  return hexText(json)
}

function fixedBytes(size: number): Atom {
  const expected = `${size} bytes in hex`
  return (json, path, out, offset) => {
    const read = fromHex(json, path, expected)
    // SECURITY: other wallets cut or pad what is too long or too short. Test: src/evm/typed-data/atom.test.ts "bytes of another length are refused: %s %s"
    if (read.length !== size) fail('not-valid', path, expected)
    out.set(read, offset)
    return hexText(json)
  }
}

function integer(type: string, min: bigint, max: bigint): Atom {
  return (json, path, out, offset) => {
    const value = toInteger(json)
    if (value === undefined) return fail('not-valid', path, `${type}, as an integer or its text`)
    // SECURITY: what does not fit is cut off by other wallets. Test: src/evm/typed-data/atom.test.ts "an integer that does not fit is refused: %s %s"
    if (value < min || value > max) fail('not-valid', path, `${type} within its range`)
    const view = new DataView(out.buffer, out.byteOffset + offset, 32)
    view.setBigInt64(24, BigInt.asIntN(64, value))
    view.setBigInt64(16, BigInt.asIntN(64, value >> 64n))
    view.setBigInt64(8, BigInt.asIntN(64, value >> 128n))
    view.setBigInt64(0, BigInt.asIntN(64, value >> 192n))
    return value.toString()
  }
}

function toInteger(json: Json): bigint | undefined {
  if (typeof json === 'bigint') return json
  if (typeof json !== 'string') return undefined
  return DECIMAL.test(json) || QUANTITY.test(json) ? BigInt(json) : undefined
}

function fromHex(json: Json, path: Path, expected: string): Uint8Array {
  if (typeof json !== 'string' || !json.startsWith('0x')) return fail('not-valid', path, expected)
  return attempt(pathText(path), expected, () => hexToBytes(json.slice(2)))
}

function hexText(json: Json): string {
  return typeof json === 'string' ? json.toLowerCase() : ''
}
