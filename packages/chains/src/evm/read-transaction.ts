import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Reading, Signed } from '../chain.ts'
import { ChainError } from '../error.ts'
import { authorityOf } from './authorization.ts'
import { explainTransaction } from './explain-transaction.ts'
import { onlyOne } from './only-one.ts'
import { parseTransaction } from './parse-transaction.ts'
import { serializeSigned } from './serialize-transaction.ts'
import { checkSignature } from './signature.ts'
import { type Signer, digestOf } from './signer.ts'
import type { Transaction } from './transaction.ts'

/** @param bytes unsigned, EIP-2718 or legacy; never written to afterwards. @throws {ChainError} */
export function readTransaction(
  bytes: Uint8Array,
  signer: Signer,
): { readonly transaction: Transaction; readonly reading: Reading } {
  const transaction = parseTransaction(bytes)
  // SECURITY: one key has money on every chain. Test: src/evm/evm.test.ts "a transaction for another chain is refused"
  if (transaction.chainId !== signer.chainId)
    throw new ChainError('wrong-chain', 'transaction.chainId', `${signer.chainId}`)
  const authorities = authoritiesOf(transaction)
  const digest = keccak_256(bytes)

  return {
    transaction,
    reading: {
      kind: 'transaction',
      explain: (facts = {}) => explainTransaction(transaction, authorities, signer, facts),
      digests: () => [digestOf(signer, 0, digest)],
      assemble(signatures) {
        const signature = checkSignature(onlyOne(signatures), digest, signer.publicKey)
        return signed(transaction, serializeSigned(transaction, signature))
      },
    },
  }
}

function authoritiesOf(transaction: Transaction): string[] {
  if (transaction.type !== 4) return []
  return transaction.authorizationList.map((authorization, index) =>
    authorityOf(authorization, `transaction.authorizationList[${index}]`),
  )
}

/** A blob transaction cannot be sent before somebody puts its sidecar around it. */
function signed(transaction: Transaction, raw: Uint8Array): Signed {
  if (transaction.type === 3) return { type: 'partial', raw }
  return { type: 'transaction', id: `0x${bytesToHex(keccak_256(raw))}`, raw }
}
