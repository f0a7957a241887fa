import { bytesToHex as hex, hexToBytes } from '@noble/hashes/utils.js'
import type { Store } from '../../ports/store.ts'
import { accounts } from '../accounts.ts'
import { type Judge, readAgain } from '../read-again.ts'
import type { Decision } from '../decision.ts'
import { ClientError } from '../errors.ts'
import { firstAddresses } from '../first-addresses.ts'
import { breather } from '../log/breathe.ts'
import { explain } from '../policy/explain.ts'
import { type Before, type Judged, questionOf } from '../question.ts'
import { type Read, readRequest } from '../reading.ts'
import type { Pruned } from '../retention/pruned.ts'
import { type WalletRecord, everyWallet } from '../wallet-record.ts'
import { askedBefore } from './asked-before.ts'
import { byPrefix } from './by-prefix.ts'
import { describe } from './describe.ts'
import { OperatorError } from './errors.ts'
import type { Inside } from './inside.ts'
import type { Command, Explained } from './messages.ts'

type Own = Pick<Inside, 'parts'>
type Payload = Extract<Command, { command: 'explain-payload' }>

/** A request that was asked, judged as if it were asked now. @throws {OperatorError} */
export async function explainRequest({ parts }: Own, prefix: string): Promise<Explained> {
  const { kept, pruned } = await askedBefore(parts, prefix)
  if (kept.length === 0) requireUnknown(pruned, prefix)
  const { decision, record } = byPrefix(
    'request',
    kept,
    (one) => hex(one.decision.requestId),
    prefix,
  )
  const { message, read } = await readAgain(parts, judgeOf(record), decision)
  const { requestId: without, state, rule } = decision
  const explained = await explainedOf({ parts }, record, message, read, {
    known: decision,
    without,
  })
  return { request: hex(without), before: { state, rule }, ...explained }
}

/** @throws {OperatorError} `not-found`: a request of this id was pruned. */
function requireUnknown(found: readonly Pruned[], prefix: string): void {
  if (found.length === 0) return
  const { requestId, state } = byPrefix('request', found, (one) => hex(one.requestId), prefix)
  throw new OperatorError(
    'not-found',
    `${hex(requestId)} was ${endings[state]}, and is not kept in full any more`,
  )
}

const endings = {
  released: 'signed, or everything for it was given',
  denied: 'refused',
  cancelled: 'cancelled',
  expired: 'not signed in time',
  asks: 'asked',
  allowed: 'allowed',
} as const satisfies Record<Decision['state'], string>

/** What would be asked. @throws {OperatorError} `not-found` {@link ClientError} */
export async function explainPayload(
  { parts }: Own,
  { chain: id, account, payload, origin }: Payload,
): Promise<Explained> {
  const chain = parts.chain(id)
  if (!chain) throw new ClientError('unknown-chain', `${id} is not set up here`)
  for await (const record of likely(parts.store, id, account)) {
    const own = await accountOf(accounts(record.keys)(chain, account))
    if (!own) continue
    const message = {
      requestId: new Uint8Array(16),
      payload: hexToBytes(payload),
      chain: id,
      account,
      origin,
    }
    const read = readRequest(message, record, chain, own)
    return explainedOf({ parts }, record, message, read, {})
  }
  throw new OperatorError('not-found', `no wallet here has the account ${account}`)
}

/** First the wallets whose first address it is, as is noted beside each; then every wallet. */
async function* likely(store: Store, chain: string, account: string): AsyncGenerator<WalletRecord> {
  const rest = breather()
  const address = account.slice(chain.length + 1)
  for await (const record of everyWallet(store)) {
    const first = await firstAddresses({ store }, record)
    if (first.some((one) => one.address === address && one.chains.includes(chain))) yield record
    await rest()
  }
  for await (const record of everyWallet(store)) {
    yield record
    await rest()
  }
}

const judgeOf = (record: WalletRecord): Judge => ({
  record: () => record,
  accounts: accounts(record.keys),
})

/** Nothing where the account is none of the wallet. */
async function accountOf<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found
  } catch (error) {
    if (error instanceof ClientError) return undefined
    throw error
  }
}

async function explainedOf(
  { parts }: Own,
  { wallet }: WalletRecord,
  message: Judged,
  read: Read,
  before: Before,
): Promise<Explained> {
  const { document, policy } = parts.policy.current()
  const { asked, spent } = await questionOf(parts, policy, wallet, message, read, before)
  const { verdict, acts, rules } = explain(document, asked, spent)
  const { decision, rule, detail } = verdict
  const chain = parts.chain(message.chain)
  if (!chain) throw new ClientError('unknown-chain', `${message.chain} is not set up here`)
  const { does } = describe(read.explanation, chain.network)
  return {
    chain: message.chain,
    account: message.account,
    does: [...does],
    acts: acts.map(({ kind, asset, amount }) => ({
      kind,
      ...(asset !== undefined && { asset }),
      ...(amount !== undefined && { amount: amount.toString() }),
    })),
    rules: rules.map((one) => ({
      rule: one.rule,
      findings: one.findings.map(({ says, act, detail: { text, ...rest } }) => ({
        says,
        ...(act !== undefined && { act }),
        text,
        ...budgetOf(rest),
      })),
    })),
    decision,
    rule,
    text: detail.text,
    ...(detail.accepts && { accepts: [...detail.accepts] }),
  }
}

type Budget = Omit<Explained['rules'][number]['findings'][number], 'says' | 'act' | 'text'>

function budgetOf(detail: {
  readonly asset?: string
  readonly limit?: bigint
  readonly used?: bigint
  readonly left?: bigint
}): Budget {
  const { asset, limit, used, left } = detail
  return {
    ...(asset !== undefined && { asset }),
    ...(limit !== undefined && { limit: limit.toString() }),
    ...(used !== undefined && { used: used.toString() }),
    ...(left !== undefined && { left: left.toString() }),
  }
}
