/**
 * From a request to a verdict, and from a verdict to its end.
 *
 * The durable decision is the only authority: there is no token that a device could keep. What is
 * reserved is reserved in the transaction of the decision, and given back only while nothing left.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Use } from '@tandem/chains'
import type { ControlMessage, Mark } from '@tandem/protocol'
import type { Batch, Store } from '../ports/store.ts'
import type { Accounts } from './accounts.ts'
import {
  type Decision,
  decisionRows,
  givenBack,
  holderOf,
  isFree,
  loadDecision,
  overdue,
  sameId,
  spendRows,
  type State,
  useRows,
} from './decision.ts'
import { bigint, decodeRow, encodeRow } from './encoding.ts'
import { ClientError } from './errors.ts'
import { type Event, encodeEvent } from './event.ts'
import { commitTogether } from './log/together.ts'
import type { Parts } from './parts.ts'
import type { Factor, Verdict } from './policy/policy.ts'
import { type Judged, questionOf } from './question.ts'
import { type Read, readRequest } from './reading.ts'
import { loadPruned } from './retention/pruned.ts'
import { endedRows } from './retention/unsigned.ts'
import { serially } from './serially.ts'
import type { Keep, Signing } from './signing.ts'
import type { Takeover } from './takeover.ts'
import type { WalletRecord } from './wallet-record.ts'
import * as z from 'zod'

type Request = Extract<ControlMessage, { type: 'request' }>
type VerdictMessage = Extract<ControlMessage, { type: 'verdict' }>

/** How long an allowed request waits for its first round, and one that asks for its factor. */
const ALLOWED_MS = 5 * 60_000
const ASKS_MS = 15 * 60_000
/** How long a request that had to wait may be asked again after that. */
const WAITED_MS = 24 * 60 * 60_000

/** The wallet that is asked. */
export type Judge = { readonly record: () => WalletRecord; readonly accounts: Accounts }

/** A verdict, and whether the signer may sign it now. */
export type Decided = {
  readonly verdict: VerdictMessage
  readonly isApproved: boolean
  /** It was allowed before, under another policy: the signer must forget it. */
  readonly isWithdrawn?: boolean
}

/** Decides on a request, or answers one that was decided before. @throws {ClientError} */
export async function decide(
  parts: Parts,
  open: Judge,
  message: Request,
  keep: Keep,
): Promise<Decided> {
  const record = open.record()
  const chain = parts.chain(message.chain)
  if (!chain) throw new ClientError('unknown-chain', `${message.chain} is not set up here`)
  const account = await open.accounts(chain, message.account)
  const read = readRequest(message, record, chain, account)
  // SECURITY: a request in its own place would be counted and kept twice in one commit, which ends the process. Test: test/ended.test.ts "a request does not replace itself"
  if (sameId(message.requestId, message.replaces))
    throw new ClientError('conflict', 'a request does not replace itself')
  // SECURITY: two requests at once must not both fit under what is left. Test: test/policy-parallel.test.ts "of 100 requests at once, each for 60 percent of a limit, one passes: SQLite"
  return serially(parts.store, record.wallet, async () => {
    const known = await loadDecision(parts.store, record.wallet, message.requestId)
    // SECURITY: an id that stands for one request must never get the approval of another. Test: test/signing.test.ts "a request id that stands for another request is refused"
    if (known && bytesToHex(known.hash) !== bytesToHex(read.hash))
      throw new ClientError('conflict', 'this request id stands for another request')
    if (!known) await requireNew(parts.store, record.wallet, message.requestId)
    if (!known || isOver(known)) return judge(parts, record, message, read, keep)
    if (hasWaited(known, parts.now()) || isOutdated(parts, known))
      return judge(parts, record, message, read, keep, known)
    const isApproved = mayGoOn(known)
    if (isApproved) await keep({}, read.request)
    return { verdict: verdictOf(known, read), isApproved }
  })
}

/** So many requests of a wallet wait or are allowed at once. */
const MOST_OPEN = 256

/** Whether there may be one more request, of this id. @throws {ClientError} `conflict`, `busy` */
async function requireNew(store: Store, wallet: Uint8Array, requestId: Uint8Array): Promise<void> {
  // SECURITY: a request that was signed would be signed once more when it is not kept any more. Test: test/retention.test.ts "a request that was pruned is not signed again"
  if (await loadPruned(store, wallet, requestId))
    throw new ClientError('conflict', 'this request was over long ago')
  const open = await store.list('expiry', { prefix: wallet, limit: MOST_OPEN })
  // SECURITY: what waits is kept in full, and a device must not fill the disk with it. Test: test/retention.test.ts "no more requests wait at once than may"
  if (open.length >= MOST_OPEN)
    throw new ClientError('busy', 'too many requests of this wallet wait already')
}

/** Judges once more, with a factor that was shown for exactly this request. */
export async function decideWith(
  parts: Parts,
  open: Judge,
  requestId: Uint8Array,
  factor: Factor,
  keep: Keep,
): Promise<Decided> {
  const record = open.record()
  return serially(parts.store, record.wallet, async () => {
    const known = await loadDecision(parts.store, record.wallet, requestId)
    // SECURITY: what is shown after its time was shown for something that is not wanted any more. Test: test/ended.test.ts "a factor that comes after the time of its request is not taken"
    if (known && isLate(parts, known)) throw new ClientError('conflict', 'this request is over')
    if (known?.state !== 'asks')
      throw new ClientError('conflict', 'no request asks for a factor under this id')
    const { read, message } = await readAgain(parts, open, known)
    return judge(parts, record, message, read, keep, known, [factor])
  })
}

/**
 * Judges a request once more that another policy allowed, before anything leaves.
 *
 * @returns the verdict, where it is allowed no more.
 */
export async function decideAnew(
  parts: Parts,
  open: Judge,
  requestId: Uint8Array,
): Promise<VerdictMessage | undefined> {
  const record = open.record()
  const before = await loadDecision(parts.store, record.wallet, requestId)
  if (!before || !isOutdated(parts, before)) return undefined
  return serially(parts.store, record.wallet, async () => {
    const known = await loadDecision(parts.store, record.wallet, requestId)
    if (!known || !isOutdated(parts, known)) return undefined
    const { read, message } = await readAgain(parts, open, known)
    // What is allowed still was approved before.
    const keep: Keep = (decided) => commitTogether(parts.store, decided)
    const { verdict, isApproved } = await judge(parts, record, message, read, keep, known)
    return isApproved ? undefined : verdict
  })
}

/** Allowed under a policy that another has followed, and nothing has left. */
const isOutdated = ({ policy }: Parts, { state, policy: version }: Decision): boolean =>
  state === 'allowed' && version !== policy.current().version

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

async function judge(
  parts: Parts,
  record: WalletRecord,
  message: Judged,
  read: Read,
  keep: Keep,
  known?: Decision,
  proven: readonly Factor[] = [],
): Promise<Decided> {
  const { store } = parts
  const { version, policy } = parts.policy.current()
  const { wallet } = record
  const at = parts.now()
  const reserved = known?.state === 'allowed' ? known : undefined
  const before = { known, proven, without: reserved?.requestId }
  const question = await questionOf(parts, policy, wallet, message, read, before)
  const { asked, spent, uses, whole, taken } = question
  const slot = taken?.slot
  const verdict =
    (await contradiction(parts, wallet, message, uses, taken)) ?? policy.evaluate(asked, spent)
  const state: State =
    verdict.decision === 'allow' ? 'allowed' : verdict.decision === 'deny' ? 'denied' : 'asks'
  const decision: Decision = {
    wallet,
    requestId: message.requestId,
    hash: read.hash,
    payload: message.payload,
    chain: message.chain,
    account: message.account,
    ...(message.origin !== undefined && { origin: message.origin }),
    ...(message.replaces && { replaces: message.replaces }),
    state,
    policy: version,
    rule: verdict.rule,
    detail: detailOf(verdict),
    shown: [...asked.shown],
    spends: verdict.spends.map(({ asset, amount }) => ({ asset, amount })),
    uses: uses.map(({ id }) => id),
    ...(whole && { whole }),
    ...(slot && { slot }),
    at: state === 'allowed' && reserved ? reserved.at : latest(parts),
    firstAt: asked.firstAt?.getTime() ?? at.getTime(),
    ...(verdict.waitsUntil && { waitsUntil: verdict.waitsUntil.getTime() }),
    expiresAt:
      state === 'allowed' && reserved ? reserved.expiresAt : expiryOf(verdict, latest(parts)),
  }
  const isApproved = mayGoOn(decision)
  const decided: Batch = {
    rows: [
      ...decisionRows(decision, known),
      ...(await endedRows(store, wallet, state === 'denied' ? [decision] : [])),
      ...(state !== 'allowed' && reserved ? await givenBack(store, reserved) : []),
      ...(state === 'allowed'
        ? [
            ...(taken?.rows ?? []),
            ...spendRows(decision),
            ...useRows(
              decision,
              uses.map(({ use }) => use),
            ),
            // What was refused has signed nothing, and may have said what it likes.
            ...(await firstSights(parts, message.chain, read.explanation.uses)),
          ]
        : []),
    ],
    events: [
      ...(reserved ? [encodeEvent(releasedEvent(reserved, 'judged-anew', at))] : []),
      encodeEvent({
        type: 'decided',
        at: at.getTime(),
        wallet,
        requestId: message.requestId,
        chain: message.chain,
        account: message.account,
        payload: read.payload,
        decision: verdict.decision,
        rule: verdict.rule,
        spends: taken?.beside(decision.spends) ?? decision.spends,
        expiresAt: decision.expiresAt,
      }),
    ],
  }
  await keep(decided, isApproved ? read.request : undefined)
  return {
    verdict: verdictOf(decision, read),
    isApproved,
    isWithdrawn: reserved !== undefined && !isApproved,
  }
}

function expiryOf({ decision, waitsUntil }: Verdict, at: number): number {
  if (waitsUntil) return waitsUntil.getTime() + WAITED_MS
  return at + (decision === 'needs-factor' ? ASKS_MS : ALLOWED_MS)
}

/** Whether a request has waited as long as its policy wanted, and is to be judged once more. */
const hasWaited = ({ state, waitsUntil }: Decision, now: Date): boolean =>
  state === 'asks' && waitsUntil !== undefined && now.getTime() >= waitsUntil

/** What no policy can allow: a nonce or coin that was given away, an amount that changed. */
async function contradiction(
  { store }: Parts,
  wallet: Uint8Array,
  message: Judged,
  uses: readonly { use: Use; id: Uint8Array }[],
  taken: Takeover | undefined,
): Promise<Verdict | undefined> {
  for (const { use, id } of uses) {
    const holder = await holderOf(store, wallet, id)
    const isOther = holder && !sameId(holder.decision.requestId, message.requestId)
    // SECURITY: two payments with one nonce or coin, and nobody said that one replaces the other. Test: test/signing.test.ts "a nonce is given to one request, unless the next says that it replaces it"
    if (isOther && !sameId(holder.decision.requestId, message.replaces))
      return deny('used-twice', `Another request has this ${use.kind} already.`)
    if (use.kind !== 'outpoint') continue
    const seen = await store.get('outpoint', outpointKey(message.chain, use.outpoint))
    // SECURITY: a coin whose amount changes between requests hides a fee. Test: test/bitcoin.test.ts "a coin that had another amount before is refused"
    if (seen && decodeRow(OutpointRow, seen).amount !== use.amount)
      return deny('amount-changed', 'This coin had another amount in an earlier request.')
  }
  // SECURITY: what is said to replace a request and leaves it valid spends beside it. Test: test/replacing.test.ts "what shares no nonce with the request that it names is refused"
  if (message.replaces && !taken)
    return deny('replaces-nothing', 'It has no nonce or coin of the request that it replaces.')
  return undefined
}

const deny = (rule: string, text: string): Verdict => ({
  decision: 'deny',
  rule,
  detail: { text },
  spends: [],
})

const OutpointRow = z.strictObject({ amount: bigint })
const outpointKey = (chain: string, outpoint: string): Uint8Array =>
  sha256(utf8ToBytes(`${chain} ${outpoint}`))

/** Rows for the coins that no request has named before: the first amount stays. */
async function firstSights(
  { store }: Parts,
  chain: string,
  uses: readonly Use[],
): Promise<NonNullable<Batch['rows']>> {
  const rows: NonNullable<Batch['rows']>[number][] = []
  for (const use of uses) {
    if (use.kind !== 'outpoint') continue
    const key = outpointKey(chain, use.outpoint)
    if (await store.get('outpoint', key)) continue
    rows.push({ table: 'outpoint', key, value: encodeRow(OutpointRow, { amount: use.amount }) })
  }
  return rows
}

/** Ends a request that nothing left of, and gives its budget back. */
export async function release(
  parts: Parts,
  { wallet, requestId }: Pick<Decision, 'wallet' | 'requestId'>,
  why: 'cancelled' | 'expired',
): Promise<boolean> {
  return serially(parts.store, wallet, async () => {
    const known = await loadDecision(parts.store, wallet, requestId)
    const now = parts.now()
    if (!known) return false
    // SECURITY: a budget is not given back by what was known before something left. Test: test/policy-parallel.test.ts "a cancelled request whose signature left keeps its budget"
    if (known.state !== 'allowed' && known.state !== 'asks') return false
    if (why === 'expired' && !isLate(parts, known)) return false
    const { rows, event } = await releasing(parts.store, known, why, now)
    const ended = await endedRows(parts.store, wallet, [known])
    await parts.store.commit({ rows: [...rows, ...ended], events: [encodeEvent(event)] })
    return true
  })
}

/** What ends a request that nothing left of, for a transaction with more in it; beside {@link endedRows}. */
export async function releasing(
  store: Store,
  decision: Decision,
  why: 'cancelled' | 'expired',
  at: Date,
): Promise<{ readonly rows: NonNullable<Batch['rows']>; readonly event: Event }> {
  const { state } = decision
  return {
    rows: [
      ...decisionRows({ ...decision, state: why }),
      ...(state === 'allowed' ? await givenBack(store, decision) : []),
    ],
    event: releasedEvent(decision, why, at),
  }
}

function releasedEvent(
  { wallet, requestId }: Decision,
  why: Extract<Event, { type: 'released' }>['why'],
  at: Date,
): Event {
  return { type: 'released', at: at.getTime(), wallet, requestId, why }
}

/** Ends what waited too long, in the signer and then here. @returns the requests. */
export async function expire(
  parts: Parts,
  {
    record,
    signing,
  }: { readonly record: () => WalletRecord; readonly signing: Pick<Signing, 'ledger' | 'tell'> },
): Promise<readonly Uint8Array[]> {
  const { wallet } = record()
  const ended: Uint8Array[] = []
  for (const { requestId } of await overdue(parts.store, wallet, new Date(latest(parts)))) {
    const isKnown = signing.ledger().requests.has(bytesToHex(requestId))
    // SECURITY: a budget that is given back while its last message is read is signed for and not counted. Test: test/deadlines.test.ts "the budget of what is being signed is not given back meanwhile"
    if (isKnown) await signing.tell({ type: 'cancel', requestId })
    if (await release(parts, { wallet, requestId }, 'expired')) ended.push(requestId)
  }
  return ended
}

/** Now, by the later of the clocks: who sets one back keeps nothing open by it. */
const latest = ({ span, now }: Pick<Parts, 'span' | 'now'>): number =>
  (span?.().latest ?? now()).getTime()

/** Whether the time of a request is over. */
const isLate = (parts: Parts, { expiresAt }: Decision): boolean => expiresAt <= latest(parts)

/**
 * Whether nothing is signed for a request any more. What left already may be finished. The signer's own
 * test is no request.
 */
export async function isEnded(
  parts: Parts,
  wallet: Uint8Array,
  requestId: Uint8Array,
): Promise<boolean> {
  const known = await loadDecision(parts.store, wallet, requestId)
  if (!known || known.state === 'released') return false
  return known.state !== 'allowed' || isLate(parts, known)
}

/** What ended without a signature may be asked again, and is decided anew. */
const isOver = ({ state }: Decision): boolean => state === 'cancelled' || state === 'expired'

/** What marks do to decisions: from the first thing that leaves, a budget is spent for good. */
export async function onMarks(
  { store }: Pick<Parts, 'store'>,
  wallet: Uint8Array,
  marks: readonly Mark[],
): Promise<NonNullable<Batch['rows']>> {
  const rows: NonNullable<Batch['rows']>[number][] = []
  const seen = new Set<string>()
  for (const mark of marks) {
    if (mark.type !== 'released' && mark.type !== 'answered' && mark.type !== 'signed') continue
    const name = bytesToHex(mark.requestId)
    if (seen.has(name)) continue
    seen.add(name)
    const decision = await loadDecision(store, wallet, mark.requestId)
    if (!decision || decision.state === 'released') continue
    rows.push(...decisionRows({ ...decision, state: 'released' }))
    // However it came to leave: what left is counted.
    if (isFree(decision)) rows.push(...spendRows(decision))
  }
  return rows
}

const mayGoOn = ({ state }: Decision): boolean => state === 'allowed' || state === 'released'

const decisions = {
  allowed: 'allow',
  released: 'allow',
  asks: 'needs-factor',
  denied: 'deny',
  cancelled: 'deny',
  expired: 'deny',
} as const satisfies Record<State, VerdictMessage['decision']>

function verdictOf(decision: Decision, { payload }: Read): VerdictMessage {
  const { state, requestId, hash, rule, detail, expiresAt } = decision
  return {
    type: 'verdict',
    requestId,
    hash,
    payload,
    decision: decisions[state],
    rule,
    detail: utf8ToBytes(detail),
    expiresAt: BigInt(expiresAt),
  }
}

/** What a device shows of a verdict, as JSON; amounts are text, times milliseconds. */
function detailOf({ detail: { until, ...detail } }: Verdict): string {
  const times = until && { until: until.getTime() }
  return JSON.stringify({ ...detail, ...times }, (_key, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  )
}
