import { isP2pkh, isP2tr, isP2wpkh } from './address.ts'
import { compactSize } from './bytes.ts'
import type { Prevout } from './prevouts.ts'
import { IN_FINAL_SCRIPT, IN_FINAL_WITNESS, IN_SIGHASH } from './psbt-fields.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, valueAt } from './psbt-maps.ts'

/** Weight of a count and the longest signature with its sighash byte, then a public key. */
const P2WPKH = 1 + (1 + 72) + (1 + 33)
const P2TR = 1 + (1 + 64)
/** Four times the bytes of a script that pushes a signature and a public key; its witness is empty. */
const P2PKH = 4 * (1 + 72 + (1 + 33)) + 1

/**
 * Virtual bytes of the finished transaction (BIP-141), for signatures of the longest form.
 *
 * @returns undefined when an input's size cannot be known before it is signed.
 */
export function virtualSize(psbt: Psbt, spent: readonly Prevout[]): number | undefined {
  const weights = spent.map(({ index, script }) => inputWeight(psbt.inputs[index] ?? [], script))
  // Marker and flag of BIP-144.
  let weight = 4 * psbt.unsigned.length + 2
  for (const input of weights) {
    if (input === undefined) return undefined
    weight += input
  }
  return Math.ceil(weight / 4)
}

/** Of script and witness, less the empty script that is counted already. */
function inputWeight(map: PsbtMap, script: Uint8Array): number | undefined {
  const finalScript = valueAt(map, IN_FINAL_SCRIPT)
  const finalWitness = valueAt(map, IN_FINAL_WITNESS)
  if (finalScript || finalWitness)
    return 4 * (lengthOf(finalScript) - 1) + (finalWitness?.length ?? 1)
  if (isP2wpkh(script)) return P2WPKH
  if (isP2tr(script)) return P2TR + (hasSighashByte(map) ? 1 : 0)
  return isP2pkh(script) ? P2PKH : undefined
}

function lengthOf(script: Uint8Array = new Uint8Array()): number {
  return compactSize(script.length).length + script.length
}

function hasSighashByte(map: PsbtMap): boolean {
  return valueAt(map, IN_SIGHASH)?.some((byte) => byte !== 0) === true
}
