import type { Account } from '@tandem/chains'
import {
  batchPayload,
  messagePayload,
  outline,
  signInText,
  transactionPayload,
} from '@tandem/chains/solana'
import { utf8ToBytes } from '@noble/hashes/utils.js'
import { EngineError, type SignInInput } from '../messages/engine.ts'
import type { LookupTables } from './lookup-tables.ts'

/**
 * A transaction that a site made, with what its lookup tables hold.
 *
 * @param sends it goes to the network: nobody else's signature may be missing.
 */
export async function solanaTransaction(
  tables: LookupTables,
  chain: string,
  account: Account,
  { bytes, sends = false }: { readonly bytes: Uint8Array; readonly sends?: boolean },
): Promise<Uint8Array> {
  const { tables: used, unsigned } = outline(bytes)
  if (sends && unsigned.some((signer) => !account.own.has(signer)))
    throw new EngineError('incomplete', 'somebody else has to sign first')
  return transactionPayload(bytes, await tables.read(chain, used))
}

/** Several, which are approved at once. */
export async function solanaBatch(
  tables: LookupTables,
  chain: string,
  account: Account,
  transactions: readonly Uint8Array[],
): Promise<Uint8Array> {
  const [only, ...others] = transactions
  if (only && others.length === 0) return solanaTransaction(tables, chain, account, { bytes: only })
  const payloads = transactions.map((bytes) =>
    solanaTransaction(tables, chain, account, { bytes, sends: true }),
  )
  return batchPayload(await Promise.all(payloads))
}

/** A login, written by the wallet. */
export function solanaSignIn(input: SignInInput): Uint8Array {
  return messagePayload(utf8ToBytes(signInText(input)))
}
