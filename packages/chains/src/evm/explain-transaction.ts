import { type Explanation, type Facts, type Intent } from '../intent.ts'
import { contractAddress } from './address.ts'
import { explainAuthorization } from './explain-authorization.ts'
import { readCall } from './calls/read-call.ts'
import { type Context, type Read, checksummed, isSelf } from './context.ts'
import { type Signer, contextOf } from './signer.ts'
import type { Transaction } from './transaction.ts'

/** EIP-4844: what one blob costs. */
const GAS_PER_BLOB = 131_072n

/** @param authorities who signed the authorizations of a type 4 transaction, in their order */
export function explainTransaction(
  transaction: Transaction,
  authorities: readonly string[],
  signer: Signer,
  facts: Facts,
): Explanation {
  const context = contextOf(signer, facts)
  const authorizations = transaction.type === 4 ? transaction.authorizationList : []
  const delegates = authorities.flatMap((authority, index) => {
    const authorization = authorizations[index]
    return authorization ? [explainAuthorization(authorization, authority, 'call', context)] : []
  })
  const { intent, claims } = readIntent(transaction, context)
  return {
    chain: context.chain,
    account: signer.id,
    // EIP-7702: delegations are set before the call runs.
    intents: [...delegates, intent],
    fee: { asset: context.native, max: maxFee(transaction), payer: context.self, own: true },
    claims,
    uses: [{ kind: 'nonce', account: signer.id, nonce: transaction.nonce }],
  }
}

function readIntent(transaction: Transaction, context: Context): Read {
  const { value, data, nonce } = transaction
  if (transaction.to === undefined) {
    const address = contractAddress(context.self, nonce)
    return { intent: { kind: 'create', value, codeLength: data.length, address }, claims: [] }
  }
  const to = checksummed(transaction.to)
  if (data.length === 0) {
    const intent: Intent = {
      kind: 'transfer',
      asset: context.native,
      amount: value,
      from: context.self,
      to,
      fromOwn: true,
      toOwn: isSelf(context, to),
    }
    return { intent, claims: [] }
  }
  return readCall({ from: context.self, to, value, data }, context)
}

/** Of the chain's gas. Chains that post to another one may add its fee, which nothing here bounds. */
function maxFee(transaction: Transaction): bigint {
  switch (transaction.type) {
    case 0:
    case 1:
      return transaction.gasLimit * transaction.gasPrice
    case 2:
    case 4:
      return transaction.gasLimit * transaction.maxFeePerGas
    case 3: {
      const blobGas = GAS_PER_BLOB * BigInt(transaction.blobVersionedHashes.length)
      return (
        transaction.gasLimit * transaction.maxFeePerGas + blobGas * transaction.maxFeePerBlobGas
      )
    }
  }
}
