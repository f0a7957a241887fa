import { base64 } from '@scure/base'
import * as z from 'zod'
import type { Build } from '../../messages/engine.ts'
import type { Answer } from '../approvals/approvals.types.ts'
import { accountWith } from '../connected.ts'
import type { Background } from '../method.ts'
import { ProviderError } from '../provider-error.ts'
import { sign } from '../signed.ts'

/**
 * Inputs of one Wallet Standard call that one approval is for: each of them can happen without the
 * others, and the screen says so. The transactions are Base64, `chain` is CAIP-2. As many as fit
 * into one look at a screen.
 */
export const Transactions = z.strictObject({
  address: z.string(),
  chain: z.string().optional(),
  transactions: z.array(z.base64().max(4096)).min(1).max(20),
})
type Transactions = z.infer<typeof Transactions>

/** @returns each of them signed, Base64; one that others have to sign, too, with what is there. */
export async function signTransactions(
  wanted: Transactions,
  origin: string,
  background: Background,
): Promise<string[]> {
  const { signed } = await approved(wanted, 'site', origin, background)
  if (signed.type === 'signature') throw new Error('a transaction is answered as one')
  const all = signed.type === 'transactions' ? signed.transactions : [signed]
  return all.map(({ raw }) => base64.encode(raw))
}

/**
 * The wallet's own node tries each of them before it sends it, whatever the site wishes, and what it
 * took is answered for: it may still fail.
 *
 * @returns the id of each. @throws {ProviderError} `transaction-rejected`: not all of them were sent.
 */
export async function sendTransactions(
  wanted: Transactions,
  origin: string,
  background: Background,
): Promise<string[]> {
  const { signed, id } = await approved(wanted, 'network', origin, background)
  if (signed.type !== 'transactions' && signed.type !== 'transaction')
    throw new Error('what is sent is complete')
  const ids =
    signed.type === 'transactions' ? signed.transactions.map((one) => one.id) : [signed.id]
  // They are sent in order, up to the first that is not taken.
  if (ids.at(-1) !== id) throw new ProviderError('transaction-rejected')
  return ids
}

async function approved(
  { address, chain, transactions }: Transactions,
  goesTo: 'site' | 'network',
  origin: string,
  background: Background,
): Promise<Extract<Answer, { kind: 'sign' }>> {
  const { chain: own } = await accountWith(address, origin, 'solana', background)
  // SECURITY: a signature holds on every cluster, so what is meant for one is not signed while the screen names another. Test: src/background/site-guards.test.ts "has nobody asked about a transaction for another Solana cluster than it is on"
  if (chain !== undefined && chain !== own) throw new ProviderError('chain-disconnected')
  const [bytes = new Uint8Array(), ...others] = transactions.map((text) => base64.decode(text))
  const what: Build =
    others.length > 0
      ? { kind: 'transactions', transactions: [bytes, ...others] }
      : { kind: 'transaction', bytes, sends: goesTo === 'network' }
  return sign({ origin, family: 'solana', address, what, goesTo }, background)
}
