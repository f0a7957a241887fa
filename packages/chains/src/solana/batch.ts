import type { OwnAddress } from '../account.ts'
import type { Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import type { Claim, Explanation, Facts, Fee, Intent } from '../intent.ts'
import { decodePayload } from '../payload.ts'
import { ED25519 } from '../suite.ts'
import { type Reader, explainTransaction } from './explain.ts'
import { type Transaction, idOf, parseTransaction, withSignature } from './transaction.ts'

/**
 * Several transactions that are approved at once (`solana:signAndSendAllTransactions`). Each is valid
 * by itself, so any of them may be the only one that happens, or the one that does not.
 */
export function readBatch(parts: readonly Uint8Array[], reader: Reader, own: OwnAddress): Reading {
  const transactions = parts.map((part, index) => parsePart(part, index, own))
  if (transactions.length === 0)
    throw new ChainError('missing', 'transactions', 'at least one transaction')
  const ids = new Set(transactions.map(({ wire }) => String.fromCodePoint(...wire.signed)))
  if (ids.size !== transactions.length)
    throw new ChainError('duplicate', 'transactions', 'every transaction once')
  return {
    kind: 'transactions',
    explain: (facts = {}) => explain(transactions, reader, own, facts),
    digests: () =>
      transactions.map(({ wire }, index) => ({
        index,
        suite: ED25519,
        path: own.path,
        message: wire.signed.slice(),
      })),
    assemble(signatures) {
      if (signatures.length !== transactions.length)
        throw new ChainError('signature', 'signatures', 'one for each transaction')
      return {
        type: 'transactions',
        transactions: transactions.map((transaction, index) => {
          const raw = withSignature(transaction, own, signatures[index] ?? new Uint8Array())
          return { id: idOf(raw), raw }
        }),
      }
    },
  }
}

function parsePart(part: Uint8Array, index: number, own: OwnAddress): Transaction {
  const field = `transactions[${index}]`
  const { kind, parts } = decodePayload(part)
  if (kind !== 'transaction') throw new ChainError('unsupported', field, 'a single transaction')
  const transaction = parseTransaction(parts, own)
  if (!transaction.last) throw new ChainError('missing', field, 'the signatures of all others')
  return transaction
}

function explain(
  transactions: readonly Transaction[],
  reader: Reader,
  own: OwnAddress,
  facts: Facts,
): Explanation {
  const each = transactions.map(({ wire, said }) =>
    explainTransaction(wire.message, said, reader, facts),
  )
  return {
    chain: reader.network.id,
    account: reader.account.id,
    intents: [{ kind: 'batch', atomic: false, steps: each.map(({ intents }) => stepOf(intents)) }],
    fee: feeOf(
      each.flatMap(({ fee }) => (fee ? [fee] : [])),
      reader,
      own,
    ),
    claims: distinct(each.flatMap(({ claims }) => claims)),
    uses: each.flatMap(({ uses }) => uses),
  }
}

/** One transaction happens in full or not at all. */
function stepOf(intents: readonly Intent[]): Intent {
  const [only, ...others] = intents
  return only && others.length === 0 ? only : { kind: 'batch', atomic: true, steps: intents }
}

/** What this account pays; if it pays for none, what all others pay. */
function feeOf(fees: readonly Fee[], { network }: Reader, { address }: OwnAddress): Fee {
  const ours = fees.filter((fee) => fee.own)
  const counted = ours.length > 0 ? ours : fees
  return {
    asset: network.native.asset,
    max: counted.reduce((sum, { max }) => sum + max, 0n),
    payer: ours.length > 0 ? address : (fees[0]?.payer ?? address),
    own: ours.length > 0,
  }
}

function distinct(claims: readonly Claim[]): Claim[] {
  const tables = claims.flatMap((claim) => (claim.kind === 'lookup-table' ? [claim.table] : []))
  return [...new Set(tables)].map((table) => ({ kind: 'lookup-table', table }))
}
