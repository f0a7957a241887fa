import type { Accounts } from './accounts.ts'
import type { Decision } from './decision.ts'
import { ClientError } from './errors.ts'
import type { Parts } from './parts.ts'
import type { Judged } from './question.ts'
import { type Read, readRequest } from './reading.ts'
import type { WalletRecord } from './wallet-record.ts'

/** The wallet that is asked. */
export type Judge = { readonly record: () => WalletRecord; readonly accounts: Accounts }

/** A request from what was stored of it. @throws {ClientError} */
export async function readAgain(
  parts: Parts,
  open: Judge,
  known: Decision,
): Promise<{ read: Read; message: Judged }> {
  const { requestId, payload, chain: id, account, origin, replaces } = known
  const chain = parts.chain(id)
  if (!chain) throw new ClientError('unknown-chain', `${id} is not set up here`)
  const message = { requestId, payload, chain: id, account, origin, replaces }
  return {
    message,
    read: readRequest(message, open.record(), chain, await open.accounts(chain, account)),
  }
}
