import bitcore from 'bitcore-lib'
import type { Tx } from './wire.ts'
import { decodeTx } from './wire.ts'

const { Interpreter } = bitcore.Script

/** What a transaction spends, one for each input and in their order. */
export type Prevout = { readonly script: Uint8Array; readonly amount: bigint }

export type Verdict =
  | { readonly valid: true; readonly fee: bigint; readonly tx: Tx }
  | { readonly valid: false; readonly reason: string }

const CONSENSUS =
  Interpreter.SCRIPT_VERIFY_P2SH |
  Interpreter.SCRIPT_VERIFY_DERSIG |
  Interpreter.SCRIPT_VERIFY_NULLDUMMY |
  Interpreter.SCRIPT_VERIFY_CHECKLOCKTIMEVERIFY |
  Interpreter.SCRIPT_VERIFY_CHECKSEQUENCEVERIFY |
  Interpreter.SCRIPT_VERIFY_WITNESS |
  Interpreter.SCRIPT_VERIFY_TAPROOT

/** What nodes ask besides, before they pass a transaction on (BIP-146 and "standardness"). */
const POLICY =
  CONSENSUS |
  Interpreter.SCRIPT_VERIFY_STRICTENC |
  Interpreter.SCRIPT_VERIFY_LOW_S |
  Interpreter.SCRIPT_VERIFY_NULLFAIL |
  Interpreter.SCRIPT_VERIFY_MINIMALDATA |
  Interpreter.SCRIPT_VERIFY_WITNESS_PUBKEYTYPE

/**
 * Runs every input's script with bitcore's interpreter, a translation of Bitcoin Core's that shares
 * no code with the product.
 *
 * @param rules `policy`: as a node's mempool does. `consensus`: as a block does.
 */
export function execute(
  raw: Uint8Array,
  prevouts: readonly Prevout[],
  rules: 'policy' | 'consensus' = 'policy',
): Verdict {
  const bytes = Buffer.from(raw)
  let transaction
  let tx
  try {
    transaction = new bitcore.Transaction(bytes)
    tx = decodeTx(raw)
  } catch (error) {
    return { valid: false, reason: `no transaction: ${String(error)}` }
  }
  if (!transaction.toBuffer().equals(bytes))
    return { valid: false, reason: 'another encoding of the same transaction' }
  const basic = transaction.verify()
  if (basic !== true) return { valid: false, reason: basic }
  if (prevouts.length !== transaction.inputs.length)
    return { valid: false, reason: 'missing prevouts' }

  const sum = (values: readonly { amount: bigint }[]): bigint =>
    values.reduce((total, { amount }) => total + amount, 0n)
  const fee = sum(prevouts) - sum(tx.outputs)
  if (fee < 0n) return { valid: false, reason: 'spends more than there is' }

  // A Taproot signature is about the outputs of all inputs, so they are set before the first runs.
  for (const [index, prevout] of prevouts.entries()) {
    const input = transaction.inputs[index]
    if (input) input.output = outputOf(prevout)
  }
  const flags = rules === 'policy' ? POLICY : CONSENSUS
  for (const [index, input] of transaction.inputs.entries()) {
    const interpreter = new Interpreter()
    const { output } = input
    if (!output) return { valid: false, reason: 'missing prevouts' }
    try {
      const ran = interpreter.verify(
        input.script,
        output.script,
        transaction,
        index,
        flags,
        input.getWitnesses(),
        output.satoshis,
      )
      if (!ran) return { valid: false, reason: `input ${index}: ${interpreter.errstr}` }
    } catch (error) {
      return { valid: false, reason: `input ${index}: ${String(error)}` }
    }
  }
  return { valid: true, fee, tx }
}

/** bitcore's own transaction with its prevouts, for its signature hashes. */
export function withPrevouts(raw: Uint8Array, prevouts: readonly Prevout[]) {
  const transaction = new bitcore.Transaction(Buffer.from(raw))
  for (const [index, input] of transaction.inputs.entries()) {
    const prevout = prevouts[index]
    if (prevout) input.output = outputOf(prevout)
  }
  return transaction
}

function outputOf({ script, amount }: Prevout) {
  return new bitcore.Transaction.Output({ satoshis: Number(amount), script: Buffer.from(script) })
}
