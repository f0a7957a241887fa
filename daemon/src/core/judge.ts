import type { ControlMessage } from '@tandem/protocol'
import type { Batch } from '../ports/store.ts'
import { contradiction } from './contradiction.ts'
import {
  type Decision,
  type State,
  decisionRows,
  givenBack,
  spendRows,
  useRows,
} from './decision.ts'
import { encodeEvent } from './event.ts'
import { latest } from './late.ts'
import { firstSights } from './outpoints.ts'
import type { Parts } from './parts.ts'
import type { Factor, Verdict } from './policy/policy.ts'
import { type Judged, questionOf } from './question.ts'
import type { Read } from './reading.ts'
import { releasedEvent } from './release.ts'
import { endedRows } from './retention/unsigned.ts'
import type { Keep } from './signing.ts'
import { detailOf, mayGoOn, verdictOf } from './verdict-of.ts'
import type { WalletRecord } from './wallet-record.ts'

/** How long an allowed request waits for its first round, and one that asks for its factor. */
const ALLOWED_MS = 5 * 60_000
const ASKS_MS = 15 * 60_000
/** How long a request that had to wait may be asked again after that. */
const WAITED_MS = 24 * 60 * 60_000

/** A verdict, and whether the signer may sign it now. */
export type Decided = {
  readonly verdict: Extract<ControlMessage, { type: 'verdict' }>
  readonly isApproved: boolean
  /** It was allowed before, under another policy: the signer must forget it. */
  readonly isWithdrawn?: boolean
}

/** What a policy says of a request now, made durable by `keep`. Inside `serially`. */
export async function judge(
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
