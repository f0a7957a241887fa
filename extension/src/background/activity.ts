import { browser } from 'wxt/browser'
import type { Approval } from '../messages/approval.ts'
import { type Engine, EngineError } from '../messages/engine.ts'
import { isWaiting } from '../messages/is-waiting.ts'
import type { Decided } from '../messages/stored.ts'
import type { WalletCalls } from '../messages/wallet.ts'
import type { Approvals } from './approvals/approvals.types.ts'
import { recordOf, settled, together, withReplaced } from './activity-records.ts'
import { activity, keep, keepNew } from './state/activity.ts'

type Calls = Pick<WalletCalls, 'follow' | 'sendAgain' | 'replace'>

const ALARM = 'follow'
/** As often as the browser lets a worker be woken. */
const EVERY_MINUTES = 0.5

/** What was decided here, and what the networks say of it since. */
export function followActivity(
  engine: Engine,
  approvals: () => Approvals,
  now: () => number,
): {
  readonly calls: Calls
  /** Keeps what is over. */
  saw(open: readonly Approval[]): void
} {
  /** What was shown of each last: a rejection alone says nothing of what was rejected. */
  const shown = new Map<string, Pick<Decided, 'explained'> & { readonly isRefused: boolean }>()

  async function watch(): Promise<void> {
    await browser.alarms.create(ALARM, { periodInMinutes: EVERY_MINUTES })
  }

  async function note(record: Decided): Promise<void> {
    await keepNew(record)
    if (record.outcome === 'sent') await watch()
  }

  async function look({ id, chain, sent, several }: Decided): Promise<void> {
    if (sent === undefined) return
    const { ids, of } = several ?? { ids: [sent], of: 1 }
    try {
      const fate = together(await Promise.all(ids.map((one) => engine.status(chain, one))), of)
      const askedAt = now()
      await activity.change((all) =>
        withReplaced(
          // Another answer may have settled it meanwhile.
          all.map((one) =>
            one.id === id && isWaiting(one) ? settled({ ...one, fate, askedAt }) : one,
          ),
        ),
      )
    } catch {
      // Nobody answered: what was known stays, with its time.
    }
  }

  async function follow(): Promise<void> {
    const waiting = (await activity.get()).filter(isWaiting)
    if (waiting.length === 0) await browser.alarms.clear(ALARM)
    await Promise.all(waiting.map(look))
  }

  browser.alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) void follow()
  })

  async function find(id: string): Promise<Decided> {
    const found = (await activity.get()).find((one) => one.id === id)
    if (!found) throw new EngineError('unknown', 'there is no such request')
    return found
  }

  return {
    saw(open) {
      for (const approval of open) {
        const { id, state } = approval
        if (state.at === 'shown' && state.explained)
          shown.set(id, {
            explained: state.explained,
            isRefused: state.verdict?.decision === 'deny',
          })
        const record = recordOf(approval, now())
        if (!record) continue
        const { isRefused = false, ...before } = shown.get(id) ?? {}
        shown.delete(id)
        const isTurnedDown = record.outcome === 'rejected' && isRefused
        const whole = { ...before, ...record, ...(isTurnedDown && { outcome: 'refused' as const }) }
        // The list is long, and a site waits for what is kept beside it: that goes first.
        setTimeout(() => void note(whole))
      }
    },

    calls: {
      follow,

      async sendAgain(id) {
        const record = await find(id)
        if (!record.signed) throw new EngineError('unknown', 'there is nothing signed to send')
        const sent = await engine.submit(record.chain, record.signed)
        const { code: _, ...rest } = record
        await keep({ ...rest, outcome: 'sent', sent, fate: { state: 'pending' } })
        await watch()
      },

      async replace(id, how) {
        const { chain, account, payload, sent, requestId } = await find(id)
        if (!payload || sent === undefined)
          throw new EngineError('unknown', 'it cannot be replaced')
        const build = chain.startsWith('bip122:')
          ? ({ kind: 'bump', id: sent, how } as const)
          : ({ kind: 'instead', of: payload, how } as const)
        const question = {
          kind: 'sign',
          chain,
          account,
          payload: await engine.build(chain, account, build),
          build,
          replaces: requestId,
          goesTo: 'network',
        } as const
        void approvals()
          .ask(undefined, question)
          .catch(() => undefined)
      },
    },
  }
}
