/**
 * From a request to a verdict; `release` ends what nothing came of.
 *
 * The durable decision is the only authority: there is no token that a device could keep. What is
 * reserved is reserved in the transaction of the decision, and given back only while nothing left.
 */
import { bytesToHex } from '@noble/hashes/utils.js'
import type { ControlMessage } from '@tandem/protocol'
import type { Store } from '../ports/store.ts'
import { type Decision, loadDecision, sameId } from './decision.ts'
import { ClientError } from './errors.ts'
import { type Decided, judge } from './judge.ts'
import { isLate } from './late.ts'
import { commitTogether } from './log/together.ts'
import type { Parts } from './parts.ts'
import type { Factor } from './policy/policy.ts'
import { type Judge, readAgain } from './read-again.ts'
import { readRequest } from './reading.ts'
import { loadPruned } from './retention/pruned.ts'
import { serially } from './serially.ts'
import type { Keep } from './signing.ts'
import { mayGoOn, verdictOf } from './verdict-of.ts'

type Request = Extract<ControlMessage, { type: 'request' }>
type VerdictMessage = Extract<ControlMessage, { type: 'verdict' }>

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

/** Whether a request has waited as long as its policy wanted, and is to be judged once more. */
const hasWaited = ({ state, waitsUntil }: Decision, now: Date): boolean =>
  state === 'asks' && waitsUntil !== undefined && now.getTime() >= waitsUntil

/** What ended without a signature may be asked again, and is decided anew. */
const isOver = ({ state }: Decision): boolean => state === 'cancelled' || state === 'expired'
