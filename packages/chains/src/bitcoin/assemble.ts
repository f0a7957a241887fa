import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { hex } from '@scure/base'
import type { OwnAddress } from '../account.ts'
import type { Digest, Signed } from '../chain.ts'
import { ChainError } from '../error.ts'
import { compactSize, compare, concat, doubleSha256, idText, sized, u32 } from './bytes.ts'
import {
  IN_FINAL_SCRIPT,
  IN_FINAL_WITNESS,
  IN_OUTPUT,
  IN_PARTIAL_SIGNATURE,
  IN_TAP_SIGNATURE,
  IN_TRANSACTION,
  PROPRIETARY,
} from './psbt-fields.ts'
import type { Psbt } from './psbt.ts'
import { type Entry, type PsbtMap, encodeMaps, entry, newEntry, valueAt } from './psbt-maps.ts'
import type { SignedInput } from './signed-inputs.ts'
import { encodeWitness } from './transaction.ts'

/** What a finalizer leaves of an input, besides what is final (BIP-174). */
const KEPT = new Set([IN_TRANSACTION, IN_OUTPUT, PROPRIETARY])

/**
 * The finished transaction, or the PSBT with our inputs final when others have to sign.
 *
 * @throws {ChainError} `signature`
 */
export function assemble(
  psbt: Psbt,
  signed: readonly SignedInput[],
  digests: readonly Digest[],
  signatures: readonly Uint8Array[],
): Signed {
  checkCount(digests, signatures)
  const witnesses = new Map(
    signed.map(({ index, own, sighash }, position) => {
      const message = digests[position]?.message ?? new Uint8Array()
      const signature = signatures[position] ?? new Uint8Array()
      return [index, witnessOf(own, message, signature, sighash, `signatures[${position}]`)]
    }),
  )
  const inputs = psbt.inputs.map((map, index) => {
    const items = witnesses.get(index)
    return items ? final(map, encodeWitness(items)) : map
  })
  const beside = psbt.inputs.map((map, index) => {
    const items = witnesses.get(index)
    return items ? ordered([...map, signatureEntry(items)]) : map
  })
  const unfinalized = encodeMaps({ ...psbt, inputs: beside })
  const complete = inputs.every(
    (map) => entry(map, IN_FINAL_SCRIPT) ?? entry(map, IN_FINAL_WITNESS),
  )
  const raw = encodeMaps({ ...psbt, inputs })
  return complete
    ? { ...extract(psbt, inputs), psbt: raw, unfinalized }
    : { type: 'partial', raw, unfinalized }
}

/** @throws {ChainError} `signature` */
export function checkCount(digests: readonly Digest[], signatures: readonly Uint8Array[]): void {
  if (signatures.length !== digests.length)
    throw new ChainError('signature', 'signatures', `${digests.length} of them`)
}

/**
 * The witness that spends an output of this wallet.
 *
 * @throws {ChainError} `signature`
 */
export function witnessOf(
  own: OwnAddress,
  message: Uint8Array,
  signature: Uint8Array,
  sighash: number,
  field: string,
): Uint8Array[] {
  return own.type === 'p2tr'
    ? taprootWitness(own, message, signature, sighash, field)
    : segwitWitness(own, message, signature, sighash, field)
}

function taprootWitness(
  own: OwnAddress,
  message: Uint8Array,
  signature: Uint8Array,
  sighash: number,
  field: string,
): Uint8Array[] {
  const outputKey = hex.decode(own.key).subarray(2)
  const valid = signature.length === 64 && schnorr.verify(signature, message, outputKey)
  // SECURITY: a wrong signature would be sent and lose the fee or the order. Test: src/bitcoin/assemble.test.ts "a signature of another key or message is refused"
  if (!valid) throw new ChainError('signature', field, 'a BIP-340 signature by the output key')
  // BIP-341: the default type has no byte of its own.
  return [sighash === 0 ? signature : concat([signature, Uint8Array.of(sighash)])]
}

function segwitWitness(
  own: OwnAddress,
  message: Uint8Array,
  signature: Uint8Array,
  sighash: number,
  field: string,
): Uint8Array[] {
  const pair = signature.subarray(0, 64)
  const valid =
    signature.length === 65 &&
    secp256k1.verify(pair, message, own.publicKey, { prehash: false, lowS: true })
  // SECURITY: a signature with high s is not relayed, and a wrong one not valid. Test: src/bitcoin/assemble.test.ts "a signature of another key or message is refused", src/bitcoin/assemble.test.ts "a signature with high s is refused"
  if (!valid) throw new ChainError('signature', field, 'an ECDSA signature with low s by the key')
  const der = secp256k1.Signature.fromBytes(pair, 'compact').toBytes('der')
  return [concat([der, Uint8Array.of(sighash)]), own.publicKey]
}

function final(map: PsbtMap, witness: Uint8Array): PsbtMap {
  const kept = map.filter(({ key }) => KEPT.has(key[0] ?? -1))
  return ordered([...kept, newEntry(IN_FINAL_WITNESS, witness)])
}

/** What a signer leaves (BIP-174, BIP-371): P2WPKH under its key, Taproot's key path under none. */
function signatureEntry([signature = new Uint8Array(), publicKey]: readonly Uint8Array[]): Entry {
  if (!publicKey) return newEntry(IN_TAP_SIGNATURE, signature)
  const key = concat([Uint8Array.of(IN_PARTIAL_SIGNATURE), publicKey])
  return { key, value: signature, offset: 0 }
}

function ordered(map: PsbtMap): PsbtMap {
  return map.toSorted((a, b) => compare(a.key, b.key))
}

/** BIP-174's transaction extractor. */
function extract(psbt: Psbt, inputs: readonly PsbtMap[]): Extract<Signed, { type: 'transaction' }> {
  const { unsigned, transaction } = psbt
  const version = unsigned.subarray(0, 4)
  const lockTime = unsigned.subarray(-4)
  const body = concat([
    compactSize(transaction.inputs.length),
    ...transaction.inputs.flatMap(({ outpoint, sequence }, index) => [
      outpoint,
      ...sized(valueAt(inputs[index] ?? [], IN_FINAL_SCRIPT) ?? new Uint8Array()),
      u32(sequence),
    ]),
    compactSize(transaction.outputs.length),
    transaction.outputBytes,
  ])
  const none = Uint8Array.of(0)
  const witnesses = inputs.map((map) => valueAt(map, IN_FINAL_WITNESS) ?? none)
  return {
    type: 'transaction',
    id: idText(doubleSha256(concat([version, body, lockTime]))),
    raw: concat([version, Uint8Array.of(0, 1), body, ...witnesses, lockTime]),
  }
}
