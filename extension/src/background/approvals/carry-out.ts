import type { SignQuestion } from '../../messages/approval.ts'
import type { Engine, Intended, SignedView } from '../../messages/engine.ts'
import { codeOf } from '../code-of.ts'
import type { Reason } from '../provider-error.ts'

/** What came of an approved request, and what is true of the person's money. */
export type Carried =
  | { readonly ok: true; readonly signed: SignedView; readonly id?: string }
  | {
      readonly ok: false
      readonly code: string
      readonly money: 'not-signed' | 'not-sent' | 'signed-not-sent'
      readonly again: boolean
      readonly reason: Reason
      readonly signed?: SignedView
    }

/** After these the same request may be signed again: nobody did anything wrong. */
const harmless = new Set(['away', 'timeout', 'busy', 'engine-gone', 'locked'])

/** It was stopped: the page hears that its person turned it down. */
const stopped = {
  reason: 'user-rejected',
  code: 'stopped',
  money: 'not-signed',
  again: false,
} as const

/** Engines that may die under one signature before its person is asked. */
const ENGINES = 3

/**
 * Signs, and sends what is for the network. It may be called again for the same request.
 *
 * @param when `mayBeLate`: what the network takes no more is not signed; `isStopped`: its person does
 *   not want it any more.
 */
export async function carryOut(
  engine: Engine,
  question: SignQuestion,
  origin: string | undefined,
  when: { readonly mayBeLate: boolean; readonly isStopped: () => boolean },
): Promise<Carried> {
  const asked = intended(question, origin)
  const failed = { ok: false, reason: 'internal' } as const
  let signed: SignedView
  try {
    // SECURITY: what the network takes no more would be signed for nothing, and spend a budget. Test: src/background/approvals/too-old.test.ts "what is too old for its network is not signed"
    if (when.mayBeLate && !(await isCurrent(engine, asked)))
      return { ...failed, reason: 'expired', code: 'expired', money: 'not-sent', again: false }
    // SECURITY: what was stopped before it began is not begun. Test: src/background/approvals/being-signed.test.ts "what is stopped while its network is asked is not signed"
    if (when.isStopped()) return { ...failed, ...stopped }
    signed = await byAny(() => engine.sign(asked))
  } catch (cause) {
    const code = codeOf(cause)
    if (code === stopped.code) return { ...failed, ...stopped }
    return { ...failed, code, money: 'not-sent', again: harmless.has(code) }
  }
  if (question.goesTo === 'site') return { ok: true, signed }
  try {
    const id = await byAny(() => engine.submit(question.chain, signed))
    return { ok: true, signed, id }
  } catch (cause) {
    const code = codeOf(cause)
    const isRefused = code === 'rejected'
    const isLate = code === 'expired'
    const reason = isLate ? 'expired' : isRefused ? 'transaction-rejected' : 'internal'
    // What expired is never sent; everything else can be sent once more, and is the same transaction.
    const again = !isLate
    return { ...failed, code, money: 'signed-not-sent', again, reason, signed }
  }
}

/** A node that does not say is no reason to wait: the network has the last word. */
const isCurrent = (engine: Engine, asked: Intended): Promise<boolean> =>
  engine.isCurrent(asked).catch(() => true)

/** An engine that dies is made anew, and knows from its disk what was signed. */
async function byAny<T>(work: () => Promise<T>): Promise<T> {
  for (let engines = 1; ; engines += 1)
    try {
      return await work()
    } catch (error) {
      if (codeOf(error) !== 'engine-gone' || engines === ENGINES) throw error
    }
}

export function intended(question: SignQuestion, origin: string | undefined): Intended {
  const { requestId, chain, account, payload, replaces } = question
  return {
    requestId,
    chain,
    account,
    payload,
    ...(origin !== undefined && { origin }),
    ...(replaces !== undefined && { replaces }),
  }
}
