import { base58 } from '@scure/base'
import type { OwnAddress } from '../account.ts'
import type { Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import { ED25519 } from '../suite.ts'
import { type Tables, readTables } from './accounts.ts'
import { decodeAddress } from './address.ts'
import { type Reader, explainTransaction } from './explain.ts'
import { checkSignature, isSignature, single } from './signature.ts'
import { type Wire, isMissing, parseWire, signatureOffset } from './wire.ts'

/** One transaction that this account can sign now. */
export type Transaction = {
  readonly wire: Wire
  readonly said: Tables
  /** Which signer we are. */
  readonly index: number
  /** Every signature but ours is there. */
  readonly last: boolean
}

/** @param parts the wire transaction, then a part for each lookup table. */
export function parseTransaction(parts: readonly Uint8Array[], own: OwnAddress): Transaction {
  const [bytes, ...tables] = parts
  if (!bytes) throw new ChainError('missing', 'transaction', 'a wire transaction')
  const wire = parseWire(bytes)
  const { message, signatures, signed } = wire
  const signers = message.keys.slice(0, message.signers)
  const index = signers.indexOf(own.address)
  // SECURITY: a transaction that does not ask for this key is no reason to use it. Test: src/solana/transaction.test.ts "a transaction of others is refused"
  if (index < 0) throw new ChainError('wrong-account', 'transaction.signers', 'this account')
  for (const [at, signature] of signatures.entries()) {
    if (isMissing(signature)) continue
    if (at === index)
      throw new ChainError('not-valid', 'transaction.signatures', 'none of this account yet')
    const signer = decodeAddress(signers[at] ?? '')
    // SECURITY: a signature that is none makes the result invalid, whoever is told otherwise. Test: src/solana/transaction.test.ts "a wrong signature of somebody else is refused"
    if (!isSignature(signature, signed, signer))
      throw new ChainError('signature', `transaction.signatures[${at}]`, 'one by that signer')
  }
  const last = signatures.every((signature, at) => at === index || !isMissing(signature))
  return { wire, said: readTables(tables, message), index, last }
}

export function readTransaction(
  parts: readonly Uint8Array[],
  reader: Reader,
  own: OwnAddress,
): Reading {
  const transaction = parseTransaction(parts, own)
  const { wire, said } = transaction
  return {
    kind: 'transaction',
    explain: (facts = {}) => explainTransaction(wire.message, said, reader, facts),
    digests: () => [{ index: 0, suite: ED25519, path: own.path, message: wire.signed.slice() }],
    assemble(signatures) {
      const raw = withSignature(transaction, own, single(signatures))
      return transaction.last
        ? { type: 'transaction', id: idOf(raw), raw }
        : { type: 'partial', raw }
    },
  }
}

/** @throws {ChainError} `signature` */
export function withSignature(
  { wire, index }: Transaction,
  own: OwnAddress,
  signature: Uint8Array,
): Uint8Array {
  checkSignature(signature, wire.signed, own)
  const raw = Uint8Array.from(wire.bytes)
  raw.set(signature, signatureOffset(index))
  return raw
}

/** The first signature, which is the fee payer's. */
export function idOf(raw: Uint8Array): string {
  return base58.encode(raw.subarray(1, 65))
}
