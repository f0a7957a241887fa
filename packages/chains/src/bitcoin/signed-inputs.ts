import type { OwnAddress } from '../account.ts'
import { ChainError } from '../error.ts'
import { equal } from './bytes.ts'
import type { Prevout } from './prevouts.ts'
import {
  IN_FINAL_SCRIPT,
  IN_FINAL_WITNESS,
  IN_PARTIAL_SIGNATURE,
  IN_REDEEM_SCRIPT,
  IN_SIGHASH,
  IN_TAP_INTERNAL_KEY,
  IN_TAP_LEAF,
  IN_TAP_ROOT,
  IN_TAP_SCRIPT_SIGNATURE,
  IN_TAP_SIGNATURE,
  IN_WITNESS_SCRIPT,
} from './psbt-fields.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, entry, valueAt } from './psbt-maps.ts'
import { ALL, sighashName, signsOutputs } from './sighash.ts'

/** An input that this request signs. */
export type SignedInput = {
  readonly index: number
  readonly own: OwnAddress
  /** The type's number; for Taproot 0 is its default. */
  readonly sighash: number
}

const SIGNATURES = [
  IN_PARTIAL_SIGNATURE,
  IN_FINAL_SCRIPT,
  IN_FINAL_WITNESS,
  IN_TAP_SIGNATURE,
  IN_TAP_SCRIPT_SIGNATURE,
]
/** What belongs to scripts, which an address of this wallet never has. */
const SCRIPTS = [IN_REDEEM_SCRIPT, IN_WITNESS_SCRIPT, IN_TAP_LEAF, IN_TAP_ROOT]

/**
 * The inputs to be signed: those that the request names, or all of ours without a signature.
 *
 * Ownership is by output script alone; key paths in the PSBT are hints for others.
 *
 * @param indexes parts of the payload, four bytes each.
 * @throws {ChainError} `wrong-account` an input is not ours, or none is.
 */
export function signedInputs(
  psbt: Psbt,
  spent: readonly Prevout[],
  indexes: readonly Uint8Array[],
): SignedInput[] {
  const chosen = indexes.length > 0 ? named(psbt, spent, indexes) : unsigned(psbt, spent)
  const signed = chosen.flatMap(({ index, own }) =>
    own ? [{ index, own, sighash: checkInput(psbt, index, own) }] : [],
  )
  if (signed.length === 0)
    throw new ChainError('wrong-account', 'inputs', 'at least one of this account to be signed')
  return signed
}

function unsigned(psbt: Psbt, spent: readonly Prevout[]): Prevout[] {
  return spent.filter(({ index, own }) => own && !isSigned(psbt.inputs[index] ?? []))
}

function named(psbt: Psbt, spent: readonly Prevout[], indexes: readonly Uint8Array[]): Prevout[] {
  let before = -1
  return indexes.map((part) => {
    if (part.length !== 4) throw new ChainError('not-valid', 'payload.indexes', 'four bytes')
    const index = new DataView(part.buffer, part.byteOffset).getUint32(0)
    const field = `inputs[${index}]`
    const prevout = spent[index]
    if (!prevout) throw new ChainError('not-valid', 'payload.indexes', 'inputs of the transaction')
    if (index <= before)
      throw new ChainError('not-canonical', 'payload.indexes', 'ascending inputs')
    before = index
    // SECURITY: a signature for an input that is not ours is one for something that was not shown. Test: src/bitcoin/signed-inputs.test.ts "an input of somebody else cannot be named"
    if (!prevout.own) throw new ChainError('wrong-account', field, 'an output of this account')
    if (isSigned(psbt.inputs[index] ?? []))
      throw new ChainError('duplicate', field, 'an input that is not signed yet')
    return prevout
  })
}

function isSigned(map: PsbtMap): boolean {
  return SIGNATURES.some((type) => entry(map, type))
}

/** @returns the sighash type. */
function checkInput(psbt: Psbt, index: number, own: OwnAddress): number {
  const map = psbt.inputs[index] ?? []
  const field = `inputs[${index}]`
  if (SCRIPTS.some((type) => entry(map, type)))
    throw new ChainError('unsupported', field, 'an output without scripts')
  const internalKey = valueAt(map, IN_TAP_INTERNAL_KEY)
  if (internalKey && !(own.type === 'p2tr' && equal(internalKey, own.publicKey.subarray(1))))
    throw new ChainError('not-valid', `${field}.tapInternalKey`, 'the key of the address')
  return sighashOf(map, own, index, psbt.transaction.outputs.length)
}

function sighashOf(map: PsbtMap, own: OwnAddress, index: number, outputs: number): number {
  const field = `inputs[${index}].sighashType`
  const taproot = own.type === 'p2tr'
  const bytes = valueAt(map, IN_SIGHASH)
  const type = bytes ? new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true) : undefined
  const sighash = type ?? (taproot ? 0 : ALL)
  if (!sighashName(sighash) || (sighash === 0 && !taproot))
    throw new ChainError('not-valid', field, 'a sighash type of this kind of output')
  // SECURITY: without its output SINGLE signs no output at all. Test: src/bitcoin/signed-inputs.test.ts "SINGLE without its output is refused"
  if (signsOutputs(sighash) === 'single' && index >= outputs)
    throw new ChainError('not-valid', field, 'an output with the number of the input')
  return sighash
}
