import { randomBytes } from 'node:crypto'
import { expect, test, vi } from 'vitest'
import type { Approval } from '../messages/approval.ts'
import type { Engine, Explained, SignedView, VerdictView } from '../messages/engine.ts'
import { type NewQuestion, approvals } from './approvals.ts'

const origin = 'https://site.test'
const question: NewQuestion = {
  kind: 'sign',
  chain: 'eip155:1',
  account: 0,
  payload: Uint8Array.of(1),
  goesTo: 'site',
}
const explained: Explained = {
  explanation: { chain: 'eip155:1', account: 'eip155:1:0x', intents: [], claims: [], uses: [] },
  warnings: [],
  hash: 'aa',
  concerns: [],
  parties: {},
}
const verdict: VerdictView = { decision: 'allow', rule: 'everyday', detail: {}, expiresAt: 0 }
const signed: SignedView = { type: 'signature', signature: Uint8Array.of(7) }

function setting(answers: Partial<Engine> = {}) {
  const sign = vi.fn<Engine['sign']>(async () => signed)
  const cancel = vi.fn<Engine['cancel']>(async () => undefined)
  const engine = {
    read: async () => explained,
    ask: async () => verdict,
    sign,
    cancel,
    submit: async () => '0x01',
    ...answers,
  } as Engine
  let open: readonly Approval[] = []
  const made = approvals({
    engine,
    now: () => 0,
    entropy: (length) => Uint8Array.from(randomBytes(length)),
    show: async () => undefined,
    changed: (now) => (open = now),
  })
  const shown = async () => {
    await vi.waitUntil(() => {
      const [first] = open
      return first?.state.at === 'shown' && (first.state.verdict ?? first.state.trouble)
    })
    return open[0]!
  }
  return { made, sign, cancel, shown, open: () => open }
}

test('what is approved is signed once, and given to the site', async () => {
  const { made, sign, shown, open } = setting()
  const answer = made.ask(origin, question)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toEqual({ kind: 'sign', signed })
  expect(sign).toHaveBeenCalledTimes(1)
  expect(open()).toMatchObject([{ id, state: { at: 'done', signed } }])
  made.dismiss(id)
  expect(open()).toEqual([])
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(sign).toHaveBeenCalledTimes(1)
})

test('an approval of something else than what is shown is none', async () => {
  const { made, sign, shown } = setting()
  const answer = made.ask(origin, question)
  const { id } = await shown()
  await made.decide(id, { approve: true, hash: 'bb' })
  await made.decide(id, { approve: true })
  expect(sign).not.toHaveBeenCalled()
  await made.decide(id, { approve: true, hash: 'aa' })
  expect(await answer).toMatchObject({ kind: 'sign' })
})

test('nothing is signed before the co-signer has agreed', async () => {
  for (const decision of ['deny', 'needs-factor'] as const) {
    const { made, sign, shown } = setting({ ask: async () => ({ ...verdict, decision }) })
    const answer = made.ask(origin, question)
    const { id } = await shown()
    await made.decide(id, { approve: true, hash: 'aa' })
    expect(sign).not.toHaveBeenCalled()
    await Promise.all([
      expect(answer).rejects.toMatchObject({
        reason: decision === 'deny' ? 'refused' : 'user-rejected',
      }),
      made.decide(id, { approve: false }),
    ])
  }
})

test('a window that is closed rejects what is open, and its budget is given back', async () => {
  const { made, cancel, shown } = setting()
  const answer = made.ask(origin, question)
  const { question: shownQuestion } = await shown()
  if (shownQuestion.kind !== 'sign') throw new Error('expected a request to sign')
  const [rejected] = await Promise.all([
    answer.catch((error: unknown) => error),
    Promise.resolve().then(() => made.closed()),
  ])
  expect(rejected).toMatchObject({ reason: 'user-rejected' })
  expect(cancel).toHaveBeenCalledWith(shownQuestion.requestId)
})

test('a site has five questions open at once, and no sixth', async () => {
  const { made, open } = setting()
  const answers = Array.from({ length: 5 }, () => made.ask(origin, question))
  await expect(made.ask(origin, question)).rejects.toMatchObject({ reason: 'busy' })
  const other = made.ask('https://other.test', question)
  expect(open()).toHaveLength(6)
  const all = Promise.allSettled([...answers, other])
  made.closed()
  expect((await all).every(({ status }) => status === 'rejected')).toBe(true)
})
