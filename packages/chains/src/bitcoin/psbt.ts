import { ChainError } from '../error.ts'
import { compare, equal } from './bytes.ts'
import { IN_FINAL_SCRIPT, IN_FINAL_WITNESS } from './psbt-fields.ts'
import {
  type Entry,
  type PsbtMap,
  type PsbtMaps,
  encodeMaps,
  entry,
  parseMaps,
} from './psbt-maps.ts'
import { reader } from './reader.ts'
import { MAX_MONEY, type Transaction } from './transaction.ts'

/** A PSBT of version 0 (BIP-174) whose transaction can be valid. */
export type Psbt = PsbtMaps

/** Longer ones can never be spent, other than data, which never is. */
const MAX_SCRIPT = 10_000
const OP_RETURN = 0x6a

/**
 * Reads a PSBT in its one canonical encoding: {@link normalizePsbt} makes it.
 *
 * @throws {ChainError}
 */
export function parsePsbt(bytes: Uint8Array): Psbt {
  const psbt = parseMaps(bytes, (entries) => entries)
  checkTransaction(psbt.transaction)
  for (const [index, map] of psbt.inputs.entries())
    checkWitness(map, `inputs[${index}].finalWitness`)
  return psbt
}

/**
 * What a site gave, with the keys of each map in ascending order, as `read` wants it. BIP-174 knows
 * no order; no value changes.
 *
 * @throws {ChainError}
 */
export function normalizePsbt(bytes: Uint8Array): Uint8Array {
  const byKey = (a: Entry, b: Entry): number => compare(a.key, b.key)
  const psbt = parseMaps(bytes, (entries) => entries.toSorted(byKey))
  checkTransaction(psbt.transaction)
  return encodeMaps(psbt)
}

/** The inputs that are not final yet, whoever signs them. @param bytes as {@link parsePsbt} reads them. */
export function openInputs(bytes: Uint8Array): number[] {
  return parsePsbt(bytes).inputs.flatMap((map, index) =>
    (entry(map, IN_FINAL_SCRIPT) ?? entry(map, IN_FINAL_WITNESS)) ? [] : [index],
  )
}

/** What consensus asks of an unsigned transaction, and BIP-174. */
function checkTransaction({ version, inputs, outputs, witnesses }: Transaction): void {
  if (witnesses) throw new ChainError('not-valid', 'transaction', 'no witnesses')
  if (inputs.length === 0) throw new ChainError('not-valid', 'transaction', 'at least one input')
  if (outputs.length === 0) throw new ChainError('not-valid', 'transaction', 'at least one output')
  if (version < 1 || version > 3)
    throw new ChainError('unsupported', 'transaction.version', '1, 2 or 3')
  checkInputs(inputs)
  checkOutputs(outputs)
}

function checkInputs(inputs: Transaction['inputs']): void {
  const seen = new Set<string>()
  for (const [index, { outpointText, vout, script }] of inputs.entries()) {
    const field = `transaction.inputs[${index}]`
    if (script.length > 0) throw new ChainError('not-valid', field, 'an empty script')
    if (vout === 0xffff_ffff) throw new ChainError('not-valid', field, 'an output that exists')
    // SECURITY: an amount that is counted twice hides what leaves. Test: src/bitcoin/psbt.test.ts "an output that is spent twice is refused"
    if (seen.has(outpointText)) throw new ChainError('duplicate', field, 'every output once')
    seen.add(outpointText)
  }
}

function checkOutputs(outputs: Transaction['outputs']): void {
  let sum = 0n
  for (const [index, { amount, script }] of outputs.entries()) {
    sum += amount
    if (sum > MAX_MONEY)
      throw new ChainError(
        'not-valid',
        `transaction.outputs[${index}]`,
        '21 million bitcoin in all',
      )
    if (script.length > MAX_SCRIPT && script[0] !== OP_RETURN)
      throw new ChainError('limit', `transaction.outputs[${index}]`, `at most ${MAX_SCRIPT} bytes`)
  }
  // SECURITY: BIP-322 signs such a transaction, so signing it here would sign a message. Test: src/bitcoin/psbt.test.ts "a transaction that proves a message is refused"
  if (outputs.length === 1 && isMessageProof(outputs[0]))
    throw new ChainError('wrong-domain', 'transaction', 'a payment, not the proof of a message')
}

/** What goes into the transaction as it is must be one stack of items. */
function checkWitness(map: PsbtMap, field: string): void {
  const found = entry(map, IN_FINAL_WITNESS)
  if (!found) return
  const from = reader(found.value, found.offset)
  const count = from.size(field)
  for (let item = 0; item < count; item++) from.sized(field)
  from.end(field)
}

/** The output of BIP-322's `to_sign`. */
function isMessageProof(output: Transaction['outputs'][number] | undefined): boolean {
  return output !== undefined && equal(output.script, Uint8Array.of(OP_RETURN))
}
