/** Verdicts: asked for, and those that come later by themselves. */
import {
  type ControlMessage,
  type Entry,
  decodeControl,
  equalBytes,
  payloadHash,
  requestHash,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { BudgetView, WaitingView } from '../../messages/cosigner.ts'
import type { Clock } from '../ports/clock.ts'
import { withBudget } from './budgets.ts'
import { inTime, type Patience } from './patience.ts'
import type { Control, Talk } from './talk.ts'
import { requireSame } from './verdict.ts'

/** What is asked of the co-signer: the request itself, and what both must find in it. */
export type Asked = {
  /** 16 bytes, of one intent of one person. */
  readonly requestId: Uint8Array
  readonly payload: Uint8Array
  /** CAIP-2. */
  readonly chain: string
  /** CAIP-10. */
  readonly account: string
  readonly entries: readonly Entry[]
  readonly origin?: string
  readonly replaces?: Uint8Array
}

export type Verdict = Control<'verdict'>

export type Asking = {
  /** @throws {CosignerError} */
  ask(talk: Talk, asked: Asked): Promise<Verdict>
  /** Shows a second factor. @throws {CosignerError} */
  prove(talk: Talk, asked: Asked, proof: Control<'factor'>['proof']): Promise<Verdict>
  /** One that nobody waited for. @returns it, if it is about something that was asked. */
  heard(verdict: Verdict): Verdict | undefined
  /** It is over: nothing more is expected. */
  over(requestId: Uint8Array): void
  budgets(): readonly BudgetView[]
  waiting(): readonly WaitingView[]
}

/** How long a verdict may take: policies read, they do not ponder. */
const VERDICT_MS = 15_000

/** Requests that may still hear something unasked. */
const MOST_OPEN = 64

export function asking({
  clock,
  patience,
  took,
  late,
}: {
  readonly clock: Clock
  readonly patience: Patience
  /** How long a verdict took, in milliseconds. */
  readonly took: (ms: number) => void
  /** A verdict that came when nobody waited for it any more. */
  readonly late: (message: ControlMessage) => Promise<void>
}): Asking {
  type About = { readonly hash: Uint8Array; readonly payload: Uint8Array }
  const open = new Map<string, About>()
  let budgets: readonly BudgetView[] = []
  let waiting: readonly WaitingView[] = []

  function note(verdict: Verdict): void {
    const requestId = bytesToHex(verdict.requestId)
    const { rule, decision, expiresAt } = verdict
    budgets = withBudget(budgets, verdict, clock.now())
    waiting = waiting.filter((one) => one.requestId !== requestId)
    if (decision === 'needs-factor')
      waiting = [...waiting, { requestId, rule, expiresAt: Number(expiresAt) }]
  }

  function remember({ requestId, payload, entries }: Asked): About {
    const about = { hash: requestHash(entries), payload: payloadHash(payload) }
    open.set(bytesToHex(requestId), about)
    const [oldest] = open.keys()
    if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest)
    return about
  }

  const verdictOn = (talk: Talk, asked: Asked, say: (about: About) => void): Promise<Verdict> =>
    patience.ask(async () => {
      const start = clock.now()
      const about = remember(asked)
      const answer = talk.next(
        ({ header }) => header.type === 'verdict' && equalBytes(header.requestId, asked.requestId),
      )
      say(about)
      const verdict = await inTime(clock, VERDICT_MS, 'verdict', answer).then(
        ({ header, body }) => decodeControl(header, body),
        (error: unknown) => {
          answer
            .then(({ header, body }) => late(decodeControl(header, body)))
            .catch(() => undefined)
          throw error
        },
      )
      requireSame(verdict, about.hash, about.payload)
      took(clock.now() - start)
      note(verdict)
      return verdict
    })

  return {
    ask: (talk, asked) =>
      verdictOn(talk, asked, ({ hash }) => {
        const { requestId, payload, chain, account, entries, origin, replaces } = asked
        talk.say(
          {
            type: 'request',
            requestId,
            payload,
            chain,
            account,
            entries: entries.map(({ index, suite, keyId, path }) => ({
              index,
              suite,
              keyId,
              path: [...path],
            })),
            hash,
            ...(origin !== undefined && { origin }),
            ...(replaces && { replaces }),
          },
          requestId,
        )
      }),

    prove: (talk, asked, proof) =>
      verdictOn(talk, asked, () =>
        talk.say({ type: 'factor', requestId: asked.requestId, proof }, asked.requestId),
      ),

    heard(verdict) {
      const about = open.get(bytesToHex(verdict.requestId))
      if (!about) return undefined
      requireSame(verdict, about.hash, about.payload)
      note(verdict)
      return verdict
    },

    over(requestId) {
      const name = bytesToHex(requestId)
      open.delete(name)
      waiting = waiting.filter((one) => one.requestId !== name)
    },
    budgets: () => budgets,
    waiting: () => waiting.filter(({ expiresAt }) => expiresAt > clock.now()),
  }
}
