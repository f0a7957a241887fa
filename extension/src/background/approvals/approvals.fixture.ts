import { randomBytes } from 'node:crypto'
import { vi } from 'vitest'
import type { Approval, ApprovalState, SignQuestion } from '../../messages/approval.ts'
import { using } from '../../messages/decided.fixture.ts'
import type { Engine, SignedView, VerdictView } from '../../messages/engine.ts'
import { approvals } from '../approvals.ts'
import type { Kept } from './entry.ts'

/** What it asks is numbered when it is asked. */
type NewRequest = Omit<SignQuestion, 'requestId'>

export const origin = 'https://site.test'
export const question: NewRequest = {
  kind: 'sign',
  chain: 'eip155:1',
  account: 0,
  payload: Uint8Array.of(1),
  goesTo: 'site',
}
const transfer = {
  kind: 'transfer',
  asset: 'eip155:1/slip44:60',
  to: '0x',
  amount: 1n,
  tier: 'normal',
} as const
export const editable: NewRequest = { ...question, build: transfer, goesTo: 'network' }
const explained = using([])
/** It names a blockhash, so its network takes it for a while only. */
export const aging = using([{ kind: 'blockhash', blockhash: 'b' }])
export const verdict: VerdictView = {
  decision: 'allow',
  rule: 'everyday',
  detail: {},
  expiresAt: 300_000,
}
export const signed: SignedView = { type: 'signature', signature: Uint8Array.of(7) }

/** What outlives a worker: what it kept, and the engine with what it signed. */
export function world(answers: Partial<Engine> = {}) {
  let kept: readonly Kept[] = []
  let time = 0
  let writes = 0
  const timers = new Set<{ readonly at: number; readonly work: () => void }>()
  const engine = {
    state: vi.fn<Engine['state']>(),
    isOpen: async () => true,
    isCurrent: async () => true,
    read: vi.fn<Engine['read']>(async ({ payload }) => ({ ...explained, hash: hashOf(payload) })),
    ask: vi.fn<Engine['ask']>(async () => verdict),
    sign: vi.fn<Engine['sign']>(async () => signed),
    cancel: vi.fn<Engine['cancel']>(async () => undefined),
    stop: vi.fn<Engine['stop']>(async () => false),
    submit: vi.fn<Engine['submit']>(async () => '0x01'),
    build: vi.fn<Engine['build']>(async () => Uint8Array.of(2)),
    ...(answers as object),
  }

  /** A worker: its predecessor is dead as soon as there is another one. */
  function worker() {
    let open: readonly Approval[] = []
    let times = 0
    const show = vi.fn(async () => undefined)
    const made = approvals({
      engine: engine as never,
      now: () => time,
      after(ms, work) {
        const timer = { at: time + ms, work }
        timers.add(timer)
        return () => timers.delete(timer)
      },
      entropy: (length) => Uint8Array.from(randomBytes(length)),
      show,
      site: async () => ({}),
      known: async () => ({ contacts: [], paid: [] }),
      changed(now) {
        open = now
        times += 1
      },
      keep: async (now) => {
        kept = structuredClone(now)
        writes += 1
      },
      kept: async () => structuredClone(kept),
    })
    async function state<At extends ApprovalState['at']>(
      at: At,
      isIt: (one: Approval) => unknown = () => true,
    ) {
      const found = () => open.find((one) => one.state.at === at && isIt(one))
      await vi.waitUntil(found)
      return found()! as Approval & { state: Extract<ApprovalState, { at: At }> }
    }
    const shown = () =>
      state('shown', ({ state: one }) => one.at === 'shown' && !!(one.verdict ?? one.trouble))
    return { made, shown, state, show, open: () => open, told: () => times }
  }

  return {
    engine,
    worker,
    kept: () => kept,
    writes: () => writes,
    /** The machine sleeps: no timer fires. */
    sleep: (ms: number) => void (time += ms),
    pass(ms: number) {
      time += ms
      for (const timer of [...timers].filter(({ at }) => at <= time)) {
        timers.delete(timer)
        timer.work()
      }
    },
  }
}

export const hashOf = (payload: Uint8Array) => (payload[0] === 1 ? 'aa' : 'bb')
export const requestOf = ({ question: of }: Approval) => (of.kind === 'sign' ? of.requestId : '')
export const failureOf = (answer: Promise<unknown>) => answer.catch((error: unknown) => error)
const here = new AbortController().signal
export const page = (id: number, name = 'https://site.test aa') => ({ page: name, id, gone: here })
