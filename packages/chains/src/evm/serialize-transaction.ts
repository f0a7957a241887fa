import { addressBytes } from './address.ts'
import { authorizationFields } from './authorization.ts'
import { parseTransaction } from './parse-transaction.ts'
import { integerBytes } from './rlp-field.ts'
import { type RlpInput, encodeRlp } from './rlp.ts'
import type { RecoverableSignature } from './signature.ts'
import type { AccessListEntry, SignedAuthorization, Transaction } from './transaction.ts'

/**
 * The bytes that are hashed to sign a transaction. What comes out is what `read` takes.
 *
 * @throws {ChainError} no valid transaction has these fields
 */
export function serializeUnsigned(transaction: Transaction): Uint8Array {
  const bytes = serialize(transaction, [])
  // SECURITY: whoever builds a transaction learns here, and not from a chain, that it is none. Test: src/evm/serialize-transaction.test.ts "a transaction that would be refused is not written"
  parseTransaction(bytes)
  return bytes
}

/**
 * The bytes that go to the chain. A blob transaction's lack the sidecar (blobs, commitments and
 * proofs), which nodes want around them (EIP-4844, "Networking").
 */
export function serializeSigned(
  transaction: Transaction,
  { r, s, yParity }: RecoverableSignature,
): Uint8Array {
  // EIP-155: the parity and the chain id in one number.
  const v = transaction.type === 0 ? transaction.chainId * 2n + 35n + yParity : yParity
  const signature = [integerBytes(v, 'v'), integerBytes(r, 'r'), integerBytes(s, 's')]
  return serialize(transaction, signature)
}

function serialize(transaction: Transaction, signature: readonly RlpInput[]): Uint8Array {
  if (transaction.type === 0) {
    const nothing = new Uint8Array()
    // EIP-155: what is signed has the chain id in v's place, and no r and s.
    const unsigned = [integerBytes(transaction.chainId, 'transaction.chainId'), nothing, nothing]
    const end = signature.length === 0 ? unsigned : signature
    return encodeRlp([...fieldsOf(transaction), ...end])
  }
  const list = encodeRlp([...fieldsOf(transaction), ...signature])
  const bytes = new Uint8Array(1 + list.length)
  bytes[0] = transaction.type
  bytes.set(list, 1)
  return bytes
}

function fieldsOf(transaction: Transaction): RlpInput[] {
  const write = (value: bigint, name: string) => integerBytes(value, `transaction.${name}`)
  const { type, to, data } = transaction
  const chainId = write(transaction.chainId, 'chainId')
  const nonce = write(transaction.nonce, 'nonce')
  const gasLimit = write(transaction.gasLimit, 'gasLimit')
  const call = [
    to === undefined ? new Uint8Array() : addressBytes(to, 'transaction.to'),
    write(transaction.value, 'value'),
    data,
  ]
  if (type === 0) return [nonce, write(transaction.gasPrice, 'gasPrice'), gasLimit, ...call]

  const accessList = writeAccessList(transaction.accessList)
  if (type === 1) {
    const gasPrice = write(transaction.gasPrice, 'gasPrice')
    return [chainId, nonce, gasPrice, gasLimit, ...call, accessList]
  }
  const fees = [
    write(transaction.maxPriorityFeePerGas, 'maxPriorityFeePerGas'),
    write(transaction.maxFeePerGas, 'maxFeePerGas'),
  ]
  const fields = [chainId, nonce, ...fees, gasLimit, ...call, accessList]
  if (type === 2) return fields
  if (type === 4) return [...fields, writeAuthorizationList(transaction.authorizationList)]
  return [
    ...fields,
    write(transaction.maxFeePerBlobGas, 'maxFeePerBlobGas'),
    transaction.blobVersionedHashes,
  ]
}

function writeAccessList(accessList: readonly AccessListEntry[]): RlpInput {
  return accessList.map(({ address, storageKeys }) => [
    addressBytes(address, 'transaction.accessList.address'),
    storageKeys,
  ])
}

function writeAuthorizationList(authorizations: readonly SignedAuthorization[]): RlpInput {
  return authorizations.map((authorization) => [
    ...authorizationFields(authorization),
    integerBytes(authorization.yParity, 'authorization.yParity'),
    integerBytes(authorization.r, 'authorization.r'),
    integerBytes(authorization.s, 'authorization.s'),
  ])
}
