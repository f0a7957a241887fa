import type { Complete, Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Explanation, Facts } from '../intent.ts'
import { decodePayload } from '../payload.ts'
import { MAX_AUTHORIZATIONS } from './authorization.ts'
import { onlyPart } from './only-one.ts'
import { readTransaction } from './read-transaction.ts'
import { type Signer, contextOf } from './signer.ts'

/**
 * Transactions that are approved as one and executed one after another, in order. A step may need
 * what an earlier one did, and any may fail alone.
 *
 * @throws {ChainError}
 */
export function readTransactions(parts: readonly Uint8Array[], signer: Signer): Reading {
  let authorizations = 0
  const steps = parts.map((part, index) => {
    const payload = decodePayload(part)
    if (payload.kind !== 'transaction')
      throw new ChainError('unsupported', `transactions[${index}]`, 'a transaction')
    const step = readTransaction(onlyPart(payload), signer)
    if (step.transaction.type === 4) authorizations += step.transaction.authorizationList.length
    // SECURITY: each costs a recovery, so a request full of them would stop the wallet. Test: src/evm/batch.test.ts "a batch has no more authorizations than a transaction"
    if (authorizations > MAX_AUTHORIZATIONS)
      throw new ChainError('limit', 'transactions', `at most ${MAX_AUTHORIZATIONS} authorizations`)
    return step
  })
  const [first] = steps
  if (!first) throw new ChainError('missing', 'transactions', 'at least one transaction')
  for (const [index, { transaction }] of steps.entries()) {
    const field = `transactions[${index}]`
    // SECURITY: with a gap or a repeat, not all of what was approved together can happen. Test: src/evm/batch.test.ts "a batch with other than consecutive nonces is refused"
    if (transaction.nonce !== first.transaction.nonce + BigInt(index))
      throw new ChainError('not-valid', `${field}.nonce`, 'the nonce after the one before')
    if (transaction.type === 3)
      throw new ChainError('unsupported', field, 'a transaction that can be sent without sidecar')
  }
  const readings = steps.map(({ reading }) => reading)

  return {
    kind: 'transactions',
    explain: (facts = {}) => explainBatch(readings, signer, facts),
    digests: () =>
      readings
        .flatMap((reading) => reading.digests())
        .map((digest, index) => ({ ...digest, index })),
    assemble(signatures) {
      // SECURITY: a batch that lacks a step is not the batch that was approved. Test: src/evm/batch.test.ts "a batch takes one signature for each transaction"
      if (signatures.length !== readings.length)
        throw new ChainError('signature', 'signatures', `${readings.length} of them`)
      const transactions = readings.map((reading, index) =>
        complete(reading, signatures.slice(index, index + 1)),
      )
      return { type: 'transactions', transactions }
    },
  }
}

function explainBatch(readings: readonly Reading[], signer: Signer, facts: Facts): Explanation {
  const { chain, native, self } = contextOf(signer, facts)
  const explained = readings.map((reading) => reading.explain(facts))
  const max = explained.reduce((sum, { fee }) => sum + (fee?.max ?? 0n), 0n)
  return {
    chain,
    account: signer.id,
    intents: [{ kind: 'batch', atomic: false, steps: explained.flatMap(({ intents }) => intents) }],
    fee: { asset: native, max, payer: self, own: true },
    claims: explained.flatMap(({ claims }) => claims),
    uses: explained.flatMap(({ uses }) => uses),
  }
}

function complete(reading: Reading, signatures: readonly Uint8Array[]): Complete {
  const signed = reading.assemble(signatures)
  if (signed.type !== 'transaction')
    throw new ChainError('unsupported', 'transactions', 'transactions that can be sent')
  return { id: signed.id, raw: signed.raw }
}
