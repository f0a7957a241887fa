import type { Claim, Facts } from '../intent.ts'
import { ChainError } from '../error.ts'
import type { Prevout } from './prevouts.ts'
import { anyoneCanPay } from './sighash.ts'
import type { SignedInput } from './signed-inputs.ts'

/**
 * What is only said of the inputs: amounts and scripts that neither a previous transaction, nor
 * `facts`, nor every signature of this request proves.
 *
 * A BIP-143 signature holds the amount and script of its own input alone, a BIP-341 signature those
 * of all inputs, unless others may add some. A signature that holds a lie is worth nothing on the
 * chain, so a lie that every signature holds does no harm. A lie about an input that some signature
 * does not hold does: two requests for one transaction, each with a lie about the other's input,
 * give two good signatures, and neither request showed what the transaction does. It can be a lie
 * about an amount (the rest goes to the miners), or about whose an input is.
 *
 * A P2WPKH input of ours is claimed even where its own signature alone would hold the lie: what is
 * shown of its fee may be wrong then, and whoever keeps amounts must not learn one from it.
 *
 * @throws {ChainError} `not-valid` the facts say otherwise.
 */
export function claims(
  spent: readonly Prevout[],
  signed: readonly SignedInput[],
  facts: Facts,
): Claim[] {
  const alone = signed.filter(({ own, sighash }) => own.type !== 'p2tr' || anyoneCanPay(sighash))
  const indexes = new Set(alone.map(({ index }) => index))
  return spent.flatMap((prevout) => {
    const { index, outpoint, amount, own, proven } = prevout
    const others = indexes.size - (indexes.has(index) ? 1 : 0)
    const known = checkFacts(prevout, facts)
    const open = others > 0 || own?.type === 'p2wpkh'
    return !open || proven || known ? [] : [{ kind: 'amount', outpoint, amount }]
  })
}

/** Whether the facts prove all that matters: an input that is not ours must also be known as such. */
function checkFacts({ index, outpoint, amount, scriptHex, own }: Prevout, facts: Facts): boolean {
  const knownAmount = facts.amounts?.get(outpoint)
  const knownScript = facts.scripts?.get(outpoint)
  // SECURITY: what the caller's own node says of an output outweighs the request. Test: src/bitcoin/claims.test.ts "a fact that contradicts the request refuses it"
  if (knownAmount !== undefined && knownAmount !== amount)
    throw new ChainError('not-valid', `inputs[${index}]`, 'the amount that the chain has')
  // SECURITY: whose an input is decides what leaves. Test: src/bitcoin/claims.test.ts "a fact that contradicts the request refuses it"
  if (knownScript !== undefined && knownScript !== scriptHex)
    throw new ChainError('not-valid', `inputs[${index}]`, 'the script that the chain has')
  return knownAmount !== undefined && (own !== undefined || knownScript !== undefined)
}
