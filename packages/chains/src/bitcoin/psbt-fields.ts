import { ChainError } from '../error.ts'

export type MapKind = 'global' | 'input' | 'output'

/** The types of key that this wallet reads or fills in (BIP-174, BIP-371). */
export const GLOBAL_TRANSACTION = 0x00
export const IN_TRANSACTION = 0x00
export const IN_OUTPUT = 0x01
export const IN_PARTIAL_SIGNATURE = 0x02
export const IN_SIGHASH = 0x03
export const IN_REDEEM_SCRIPT = 0x04
export const IN_WITNESS_SCRIPT = 0x05
export const IN_FINAL_SCRIPT = 0x07
export const IN_FINAL_WITNESS = 0x08
export const IN_TAP_SIGNATURE = 0x13
export const IN_TAP_SCRIPT_SIGNATURE = 0x14
export const IN_TAP_LEAF = 0x15
export const IN_TAP_INTERNAL_KEY = 0x17
export const IN_TAP_ROOT = 0x18
export const PROPRIETARY = 0xfc

type Length = (length: number) => boolean
type Shape = { readonly name: string; readonly key: Length; readonly value: Length }

const any: Length = () => true
const some: Length = (length) => length > 0
const none: Length = (length) => length === 0
const of =
  (a: number, b = a): Length =>
  (length) =>
    length === a || length === b
const multiple =
  (step: number, from = 0): Length =>
  (length) =>
    length >= from && (length - from) % step === 0
const publicKey = of(33, 65)

function shape(name: string, key: Length, value: Length): Shape {
  return { name, key, value }
}

/** BIP-174 leaves these to whoever makes them: they cannot change what a signature means. */
const proprietary = shape('proprietary', some, any)

/**
 * Every type that a PSBT of version 0 may hold here, with the lengths of its key data and value
 * (BIP-174, BIP-371, BIP-373, BIP-353). Another type is refused: a later BIP may give a signature
 * another meaning with it, as BIP-127 (proof of reserves) and BIP-322 do.
 */
const shapes: Readonly<Record<MapKind, ReadonlyMap<number, Shape>>> = {
  global: new Map([
    [GLOBAL_TRANSACTION, shape('unsignedTransaction', none, some)],
    [0x01, shape('xpub', of(78), multiple(4, 4))],
    [0xfb, shape('version', none, of(4))],
    [PROPRIETARY, proprietary],
  ]),
  input: new Map([
    [IN_TRANSACTION, shape('nonWitnessUtxo', none, some)],
    [IN_OUTPUT, shape('witnessUtxo', none, some)],
    [IN_PARTIAL_SIGNATURE, shape('partialSignature', publicKey, some)],
    [IN_SIGHASH, shape('sighashType', none, of(4))],
    [IN_REDEEM_SCRIPT, shape('redeemScript', none, any)],
    [IN_WITNESS_SCRIPT, shape('witnessScript', none, any)],
    [0x06, shape('derivation', publicKey, multiple(4, 4))],
    [IN_FINAL_SCRIPT, shape('finalScript', none, any)],
    [IN_FINAL_WITNESS, shape('finalWitness', none, some)],
    [0x0a, shape('ripemd160', of(20), any)],
    [0x0b, shape('sha256', of(32), any)],
    [0x0c, shape('hash160', of(20), any)],
    [0x0d, shape('hash256', of(32), any)],
    [IN_TAP_SIGNATURE, shape('tapSignature', none, of(64, 65))],
    [IN_TAP_SCRIPT_SIGNATURE, shape('tapScriptSignature', of(64), of(64, 65))],
    [IN_TAP_LEAF, shape('tapLeaf', multiple(32, 33), some)],
    [0x16, shape('tapDerivation', of(32), some)],
    [IN_TAP_INTERNAL_KEY, shape('tapInternalKey', none, of(32))],
    [IN_TAP_ROOT, shape('tapMerkleRoot', none, of(32))],
    [0x1a, shape('musigParticipants', of(33), multiple(33, 33))],
    [0x1b, shape('musigNonce', of(66, 98), of(66))],
    [0x1c, shape('musigSignature', of(66, 98), of(32))],
    [PROPRIETARY, proprietary],
  ]),
  output: new Map([
    [0x00, shape('redeemScript', none, any)],
    [0x01, shape('witnessScript', none, any)],
    [0x02, shape('derivation', publicKey, multiple(4, 4))],
    [0x05, shape('tapInternalKey', none, of(32))],
    [0x06, shape('tapTree', none, some)],
    [0x07, shape('tapDerivation', of(32), some)],
    [0x08, shape('musigParticipants', of(33), multiple(33, 33))],
    [0x35, shape('dnssecProof', none, some)],
    [PROPRIETARY, proprietary],
  ]),
}

/**
 * Checks one key and value of a map, as far as its type fixes their lengths.
 *
 * @throws {ChainError} `unsupported`, `not-valid`
 */
export function checkField(
  kind: MapKind,
  where: string,
  key: Uint8Array,
  value: Uint8Array,
  offset: number,
): void {
  const type = key[0] ?? 0
  const known = shapes[kind].get(type)
  // SECURITY: a type that is not known may change what a signature means. Test: src/bitcoin/psbt.test.ts "a type of field that is not known is refused"
  if (!known) throw new ChainError('unsupported', where, 'fields of version 0', { offset })
  const field = `${where}.${known.name}`
  if (!known.key(key.length - 1))
    throw new ChainError('not-valid', field, 'a key of its length', { offset })
  if (!known.value(value.length))
    throw new ChainError('not-valid', field, 'a value of its length', { offset })
}
