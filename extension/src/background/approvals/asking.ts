import { bytesToHex } from '@noble/hashes/utils.js'
import type { Approval, Question, SiteView } from '../../messages/approval.ts'
import { ProviderError } from '../provider-error.ts'
import { siteView } from '../site-view.ts'
import type { Answer, ApprovalParts, Asked, NewQuestion } from './approvals.types.ts'
import type { Board } from './board.ts'
import { intended } from './carry-out.ts'
import { OPEN_MS } from './ending.ts'
import { type Entry, isOver, isUndecided, newEntry } from './entry.ts'

/** For whom something is asked: `page id`, for as long as the page is there. */
export type For = { readonly request?: string; readonly gone?: AbortSignal }

export type Asking = {
  ask(origin: string | undefined, asked: Asked, by?: For): Promise<Answer>
  unlocked(origin: string, by?: For): Promise<void>
}

/** Questions of one site at a time: the one that is shown, and four behind it. */
const FOR_ONE_SITE = 5

/**
 * Puts a question on the board, once however often it is asked by the same request.
 *
 * @param restored what an earlier worker left is on the board.
 */
export function asking(
  parts: Pick<ApprovalParts, 'engine' | 'now' | 'entropy' | 'show' | 'site'>,
  on: Board,
  restored: Promise<void>,
  prepare: (entry: Entry) => Promise<void>,
): Asking {
  const { engine, now, entropy } = parts
  const making = new Map<string | undefined, number>()
  const newId = () => bytesToHex(entropy(16))

  const find = ({ request }: For, asked: Asked): Entry | undefined =>
    on
      .entries()
      .find(
        (one) =>
          request !== undefined &&
          one.request === request &&
          !one.isAnswered &&
          isSame(one.approval.question, asked),
      )

  const ofSite = (origin: string): Entry[] =>
    on.entries().filter(({ approval }) => approval.site?.origin === origin)

  function requireRoom(origin: string | undefined): void {
    if (origin === undefined) return
    const open = ofSite(origin).filter(({ approval }) => !isOver(approval)).length
    // SECURITY: a site that asks without end would bury what its person wants to see. Test: src/background/approvals/pages.test.ts "a site has five questions open at once, and no sixth"
    if (open + (making.get(origin) ?? 0) >= FOR_ONE_SITE) throw new ProviderError('busy')
  }

  /** What takes building has its place among the questions of its site from before. */
  async function made(origin: string | undefined, asked: Asked): Promise<NewQuestion> {
    requireRoom(origin)
    if (!('make' in asked)) return asked
    making.set(origin, (making.get(origin) ?? 0) + 1)
    try {
      return await asked.make()
    } finally {
      making.set(origin, (making.get(origin) ?? 1) - 1)
    }
  }

  function added(site: SiteView | undefined, question: NewQuestion, { request }: For): Entry {
    requireRoom(site?.origin)
    const isConnecting = ({ approval }: Entry) =>
      isSame(approval.question, question) && isUndecided(approval)
    // A site connects once at a time.
    if (question.kind === 'connect' && site && ofSite(site.origin).some(isConnecting))
      throw new ProviderError('busy')
    const approval: Approval = {
      id: newId(),
      ...(site && { site }),
      at: now(),
      expiresAt: now() + OPEN_MS,
      question: question.kind === 'sign' ? { ...question, requestId: newId() } : question,
      state: { at: question.kind === 'unlock' ? 'locked' : 'reading' },
    }
    const entry = newEntry(approval, request)
    on.add(entry)
    return entry
  }

  async function answerOf(entry: Entry): Promise<Answer> {
    await entry.settled.promise
    const { outcome, signed } = entry
    if (!outcome) throw new Error('what is settled has an outcome')
    if (outcome.kind === 'failed') throw new ProviderError(outcome.reason)
    if (outcome.kind !== 'sign') return outcome
    const { question, site } = entry.approval
    if (question.kind !== 'sign') throw new Error('a request to sign is answered as one')
    // A worker that starts anew has it from the engine, which keeps every signature.
    return { ...outcome, signed: signed ?? (await engine.sign(intended(question, site?.origin))) }
  }

  function attach(entry: Entry): Promise<Answer> {
    if (isUndecided(entry.approval)) parts.show({ front: false }).catch(() => undefined)
    return answerOf(entry)
  }

  async function ask(origin: string | undefined, asked: Asked, by: For = {}): Promise<Answer> {
    await restored
    const known = find(by, asked)
    if (known) return attach(known)
    const question = await made(origin, asked)
    const site = origin === undefined ? undefined : siteView(origin, await parts.site(origin))
    if (by.gone?.aborted === true) throw new ProviderError('disconnected')
    // The same request may have come twice meanwhile, over two ports.
    const twin = find(by, asked)
    if (twin) return attach(twin)
    const entry = added(site, question, by)
    on.tell()
    try {
      // SECURITY: a question that a worker which starts anew knows nothing of would be asked twice. Test: src/background/approvals/next-worker.test.ts "a request that a new worker gets again finds its question, and is answered once"
      await on.save()
    } catch (error) {
      on.settle(entry, { at: 'rejected' }, { kind: 'failed', reason: 'internal' })
      throw new ProviderError('internal', error)
    }
    // Where no window opens, the badge says that something waits.
    parts.show({ front: true }).catch(() => undefined)
    void prepare(entry)
    return answerOf(entry)
  }

  return {
    ask,
    async unlocked(origin, by = {}) {
      const { lock } = await engine.state()
      if (lock === 'open') return
      if (lock === 'none') throw new ProviderError('disconnected')
      await restored
      const isOther = ({ approval, request, outcome }: Entry) =>
        approval.question.kind === 'unlock' && request !== by.request && !outcome
      // A second request of a locked site is one too many: it is asked to unlock already.
      if (ofSite(origin).some(isOther)) throw new ProviderError('busy')
      await ask(origin, { kind: 'unlock' }, by)
    },
  }
}

/** Whether a question is the one that is asked: a request may add a network and then use it. */
function isSame(question: Question, asked: Asked): boolean {
  if (question.kind === 'network')
    return asked.kind === 'network' && question.change === asked.change
  if (question.kind === 'connect')
    return asked.kind === 'connect' && question.family === asked.family
  return question.kind === asked.kind
}
