import { hex } from '@scure/base'
import { hash160 } from '@scure/btc-signer/utils.js'
import type { Account, OwnAddress } from '../account.ts'
import { ChainError } from '../error.ts'
import { isP2sh, witnessProgram } from './address.ts'
import { equal } from './bytes.ts'
import { IN_FINAL_SCRIPT, IN_OUTPUT, IN_REDEEM_SCRIPT, IN_TRANSACTION } from './psbt-fields.ts'
import type { Psbt } from './psbt.ts'
import { type PsbtMap, entry, valueAt } from './psbt-maps.ts'
import { reader } from './reader.ts'
import { MAX_MONEY, type TransactionInput, parseTransaction, transactionId } from './transaction.ts'

/** What an input spends. */
export type Prevout = {
  readonly index: number
  /** `txid:vout` */
  readonly outpoint: string
  readonly amount: bigint
  readonly script: Uint8Array
  readonly scriptHex: string
  /** Whose it is, if it is ours. */
  readonly own?: OwnAddress
  /** The transaction that made it is here, and its id is in the outpoint. */
  readonly proven: boolean
}

type Output = { readonly amount: bigint; readonly script: Uint8Array }

/**
 * What every input spends, also those of others: without them nobody knows what leaves.
 *
 * @throws {ChainError} `missing` an amount would be a guess; `not-valid` it contradicts itself.
 */
export function prevouts(psbt: Psbt, { own }: Account): Prevout[] {
  let sum = 0n
  return psbt.transaction.inputs.map((input, index) => {
    const map = psbt.inputs[index] ?? []
    const field = `inputs[${index}]`
    const proof = provenOutput(map, input, field)
    const claim = claimedOutput(map, field)
    const output = proof ?? claim
    // SECURITY: an unknown amount hides the fee. Test: src/bitcoin/prevouts.test.ts "an input without its output is refused"
    if (!output) throw new ChainError('missing', field, 'witnessUtxo or nonWitnessUtxo')
    // SECURITY: BIP-341 signs all outputs that are spent, so a second opinion on one must be refused. Test: src/bitcoin/prevouts.test.ts "two descriptions of one output that differ are refused: %s"
    if (proof && claim && !agree(proof, claim))
      throw new ChainError('not-valid', `${field}.witnessUtxo`, 'the output of nonWitnessUtxo')
    // SECURITY: a signature of before BIP-141 does not hold the amount, so nothing else proves it. Test: src/bitcoin/prevouts.test.ts "a legacy input needs its whole transaction"
    if (!proof && !isSegwit(output.script, map))
      throw new ChainError(
        'missing',
        `${field}.nonWitnessUtxo`,
        'the transaction of a legacy output',
      )

    sum += output.amount
    if (sum > MAX_MONEY) throw new ChainError('not-valid', field, '21 million bitcoin in all')
    const scriptHex = hex.encode(output.script)
    const address = own.get(scriptHex)
    return {
      index,
      outpoint: input.outpointText,
      amount: output.amount,
      script: output.script,
      scriptHex,
      ...(address ? { own: address } : {}),
      proven: proof !== undefined,
    }
  })
}

function provenOutput(map: PsbtMap, input: TransactionInput, at: string): Output | undefined {
  const found = entry(map, IN_TRANSACTION)
  if (!found) return undefined
  const field = `${at}.nonWitnessUtxo`
  const transaction = parseTransaction(found.value, field, found.offset)
  const id = transactionId(found.value, transaction)
  // SECURITY: another transaction proves nothing about this output. Test: src/bitcoin/prevouts.test.ts "a previous transaction with another id is refused"
  if (!equal(id, input.outpoint.subarray(0, 32)))
    throw new ChainError('not-valid', field, 'the transaction that the input names')
  const output = transaction.outputs[input.vout]
  if (!output) throw new ChainError('not-valid', field, 'the output that the input names')
  return output
}

function claimedOutput(map: PsbtMap, at: string): Output | undefined {
  const found = entry(map, IN_OUTPUT)
  if (!found) return undefined
  const field = `${at}.witnessUtxo`
  const from = reader(found.value, found.offset)
  const amount = from.u64(field)
  if (amount > MAX_MONEY) throw new ChainError('not-valid', field, 'at most 21 million bitcoin')
  const script = from.sized(field)
  from.end(field)
  return { amount, script }
}

function agree(a: Output, b: Output): boolean {
  return a.amount === b.amount && equal(a.script, b.script)
}

/** Whether an output is spent by a witness, directly or inside P2SH. */
function isSegwit(script: Uint8Array, map: PsbtMap): boolean {
  if (witnessProgram(script)) return true
  const redeem = valueAt(map, IN_REDEEM_SCRIPT) ?? valueAt(map, IN_FINAL_SCRIPT)?.subarray(1)
  if (!isP2sh(script) || !redeem || !witnessProgram(redeem)) return false
  return equal(hash160(redeem), script.subarray(2, 22))
}
