/** Every message in every state of a signer: right, early, late, twice, after an abort, after success. */
import { describe, expect, test } from 'vitest'
import { ECDSA, ED25519, type SuiteId, TAPROOT } from '../../src/core/suite.ts'
import { openSigner, step } from '../../src/session/signer.ts'
import type { Effect, Event, Message, Signer } from '../../src/session/signer.types.ts'
import { flip } from '../deal.ts'
import { recorded } from './recorded.ts'
import { type Session, replayable, sessionOf, signersOf } from './sessions.ts'

type Role = 'initiator' | 'responder'
/** A signer in one state, named for what it waits for; a star means that it waits for the disk. */
type State = { readonly name: string; readonly thaw: () => Signer }
type Kind = Message['kind']
type Trace = {
  readonly session: Session
  readonly states: Record<Role, readonly State[]>
  readonly messages: ReadonlyMap<Kind, Message>
}

const kinds = ['F1', 'F2', 'F3', 'F4', 'S1', 'S2', 'RESULT', 'ABORT', 'QUERY', 'CANCEL'] as const

function nameOf({ live, ledger }: Signer): string {
  for (const { stage, commit } of live.values())
    return commit === undefined ? stage.at : `${stage.at}*`
  for (const { entries } of ledger.requests.values())
    return entries[0]!.signature ? 'signed' : 'approved'
  return 'blank'
}

const told = (message: Message): Event => ({ type: 'message', message })

/** An honest run, event by event, with every state that either side is ever in. */
function traceOf(session: Session): Trace {
  const { signers, request } = session
  const hedged = replayable(session.name)
  const states: Record<Role, State[]> = { initiator: [], responder: [] }
  const messages = new Map<Kind, Message>()
  const side = (id: number): Role => (id === signers[0].me ? 'initiator' : 'responder')
  const now = new Map(signers.map((one, at) => [one.me, openSigner(one, signers[1 - at]!.me)]))
  const pending: { to: number; event: Event }[] = []

  const keep = (to: number, name: string, signer: Signer): Signer => {
    const known = states[side(to)]
    const thaw = recorded(signer)
    if (known.every((one) => one.name !== name)) known.push({ name, thaw })
    return thaw()
  }
  const give = (to: number, event: Event) => {
    const before = keep(to, nameOf(now.get(to)!), now.get(to)!)
    const { signer, effects } = step(before, event, hedged(to))
    now.set(to, signer)
    for (const effect of effects) {
      if (effect.type === 'commit')
        pending.push({ to, event: { type: 'committed', commit: effect.commit } })
      if (effect.type !== 'send') continue
      messages.set(effect.message.kind, effect.message)
      pending.push({ to: effect.message.to, event: told(effect.message) })
    }
  }
  const settle = () => {
    for (let next = pending.shift(); next; next = pending.shift()) give(next.to, next.event)
  }
  for (const { me } of signers) give(me, { type: 'approve', request })
  settle()
  give(signers[0].me, { type: 'begin', requestId: request.requestId, index: 0 })
  settle()
  for (const { me } of signers) keep(me, nameOf(now.get(me)!), now.get(me)!)

  const ends = (role: Role, at: string, name: string, message: Message) => {
    const to = signers.find((one) => side(one.me) === role)
    const state = states[role].find((one) => one.name === at)!
    const { signer } = act(session, state.thaw(), to!.me, message)
    keep(to!.me, name, signer)
  }
  const abort = { ...[...messages.values()][0]!, kind: 'ABORT', code: 'TIMEOUT' } as const
  const turn = (role: Role) => ({
    ...abort,
    from: signers[role === 'initiator' ? 1 : 0].me,
    to: signers[role === 'initiator' ? 0 : 1].me,
  })
  const [waits, answers] =
    session.suite === ECDSA ? (['F2', 'F3'] as const) : (['S2', 'confirm'] as const)
  ends('initiator', waits, 'aborted', turn('initiator'))
  ends('responder', answers, 'aborted', turn('responder'))
  if (session.suite === ECDSA)
    for (const [role, at, kind] of [
      ['initiator', 'F2', 'F2'],
      ['responder', 'approved', 'F1'],
    ] as const) {
      const message = messages.get(kind)!
      if (!('body' in message)) throw new Error('expected a flow')
      ends(role, at, 'burned', { ...message, body: flip(message.body, 8 * 5000) })
    }
  return { session, states, messages }
}

/** Gives one message, and confirms the commits that it asks for; older ones stay unconfirmed. */
function act(session: Session, before: Signer, me: number, message: Message) {
  const hedged = replayable(session.name)(me)
  const effects: Effect[] = []
  let signer = before
  const events: Event[] = [told(message)]
  for (let event = events.shift(); event; event = events.shift()) {
    const done = step(signer, event, hedged)
    signer = done.signer
    effects.push(...done.effects)
    for (const one of done.effects)
      if (one.type === 'commit') events.push({ type: 'committed', commit: one.commit })
  }
  return { signer, effects }
}

/** What a message did, in words. */
function described(effects: readonly Effect[]): string {
  const words: string[] = []
  const marks = effects.flatMap((one) => (one.type === 'commit' ? one.marks : []))
  const outcomes = effects.flatMap((one) => (one.type === 'outcome' ? [one.outcome] : []))
  for (const one of outcomes) words.push('code' in one ? `ends ${one.code}` : 'completes')
  for (const one of effects) if (one.type === 'refused') words.push(`refused ${one.code}`)
  if (marks.some((one) => one.type === 'cancelled')) words.push('cancelled')
  const sent = effects.flatMap((one) => (one.type === 'send' ? [one.message.kind] : []))
  for (const kind of sent) words.push(kind === 'ABORT' ? 'told' : `sends ${kind}`)
  return words.join(', ') || 'nothing'
}

/** The law, as PROTOCOL.md has it. */
function expected(role: Role, suite: SuiteId, state: string, kind: Kind): string {
  const ecdsa = suite === ECDSA
  const disk = state.endsWith('*')
  const waits = ['F2', 'F3', 'F4', 'S2', 'confirm'].includes(state)
  /** A signature that is asked to be durable, or is. */
  const known = ['signed', 'finish*', 'send F4*'].includes(state)
  /** From here on the peer may be able to finish. */
  const released =
    known ||
    ['send F3*', 'F4', 'send S2*', 'confirm'].includes(state) ||
    (!ecdsa && role === 'responder' && state === 'aborted')
  switch (kind) {
    case 'F1':
    case 'S1':
      if (state === 'blank') return 'refused UNKNOWN_SESSION, told'
      if (role === 'initiator' || (kind === 'F1') !== ecdsa) return 'refused WRONG_STATE, told'
      if (disk) return 'refused BUSY, told'
      if (state === 'signed') return 'sends RESULT'
      if (state === 'approved') return ecdsa ? 'sends F2' : 'sends S2'
      // FROST repeats the answer that it gave to these very bytes.
      if (!ecdsa) return 'sends S2'
      return waits ? 'ends WRONG_STATE, told' : 'refused WRONG_STATE, told'
    case 'F2':
    case 'F3':
    case 'F4':
    case 'S2':
      if (disk) return 'refused WRONG_STATE, told'
      if (!waits) return 'refused UNKNOWN_SESSION, told'
      if (kind !== state) return 'ends WRONG_STATE, told'
      return {
        F2: 'sends F3',
        F3: 'completes, sends F4',
        F4: 'completes',
        S2: 'completes, sends RESULT',
      }[kind]
    case 'ABORT':
      if (disk) return 'refused WRONG_STATE'
      return waits ? 'ends TIMEOUT' : 'refused UNKNOWN_SESSION'
    case 'RESULT':
      if (state === 'blank') return 'refused UNKNOWN_SESSION'
      if (disk) return 'refused BUSY'
      return known ? 'nothing' : 'completes'
    case 'QUERY':
      if (disk) return 'refused BUSY, told'
      return known ? 'sends RESULT' : 'refused UNKNOWN_SESSION, told'
    case 'CANCEL':
      if (state === 'blank' || released) return 'refused WRONG_STATE'
      return waits ? 'ends CANCELLED, cancelled' : 'cancelled'
  }
}

const suitesOf = [ECDSA, TAPROOT, ED25519] as const
const traces = new Map(
  suitesOf.map((suite) => [suite, traceOf(sessionOf(`order/${suite}`, suite, signersOf('order')))]),
)

/** A message of this kind about this session, for this side: the honest one where there is one. */
function messageFor({ session, messages }: Trace, role: Role, kind: Kind): Message {
  const { signers, request } = session
  const [me, peer] =
    role === 'initiator' ? [signers[0].me, signers[1].me] : [signers[1].me, signers[0].me]
  const { requestId, entries } = request
  const about = {
    requestId,
    index: 0,
    attempt: 1,
    keyId: entries[0]!.keyId,
    epoch: 0,
    from: peer,
    to: me,
  }
  const honest = messages.get(kind)
  if (honest && 'body' in honest) return { ...honest, ...about }
  if (kind === 'ABORT') return { ...about, kind, code: 'TIMEOUT' }
  if (kind === 'QUERY' || kind === 'CANCEL') return { ...about, kind }
  // A flow of the other family, or the signature that F4 carries.
  const body = messages.get('F4') ?? messages.get('RESULT')
  if (!body || !('body' in body)) throw new Error('expected a signature')
  return { ...about, kind, body: kind === 'RESULT' ? body.body : new Uint8Array(96) }
}

describe('a signer', () => {
  test('is seen in every state that it has', () => {
    const names = (suite: SuiteId, role: Role) =>
      traces.get(suite as 1)!.states[role].map((one) => one.name)
    expect(names(ECDSA, 'initiator')).toEqual(
      'blank approved start* F2 judge F2* send F3* F4 finish* signed aborted burned'.split(
        / (?!F[23]\*)/,
      ),
    )
    expect(names(ECDSA, 'responder')).toEqual(
      'blank approved judge F1* send F2* F3 judge F3* send F4* signed aborted burned'.split(
        / (?!F[1-4]\*)/,
      ),
    )
    for (const suite of [TAPROOT, ED25519] as const) {
      expect(names(suite, 'initiator')).toEqual([
        'blank',
        'approved',
        'start*',
        'S2',
        'finish*',
        'signed',
        'aborted',
      ])
      expect(names(suite, 'responder')).toEqual([
        'blank',
        'approved',
        'send S2*',
        'confirm',
        'finish*',
        'signed',
        'aborted',
      ])
    }
  })

  test.for(suitesOf)('takes each message in its place and no other (suite %i)', (suite) => {
    const trace = traces.get(suite)!
    const cells = (['initiator', 'responder'] as const).flatMap((role) =>
      trace.states[role].flatMap(({ name, thaw }) =>
        kinds.map((kind) => {
          const message = messageFor(trace, role, kind)
          const { effects } = act(trace.session, thaw(), message.to, message)
          return [
            `${role} at ${name}, ${kind}: ${described(effects)}`,
            `${role} at ${name}, ${kind}: ${expected(role, suite, name, kind)}`,
          ]
        }),
      ),
    )
    expect(cells.map(([seen]) => seen)).toEqual(cells.map(([, law]) => law))
    expect(cells.length).toBeGreaterThanOrEqual(140)
  })

  test('goes on undisturbed after a message that it refused', () => {
    for (const trace of traces.values())
      for (const role of ['initiator', 'responder'] as const)
        for (const { name, thaw } of trace.states[role])
          for (const kind of kinds) {
            if (!expected(role, trace.session.suite, name, kind).startsWith('refused')) continue
            const message = messageFor(trace, role, kind)
            const before = thaw()
            const { signer } = act(trace.session, before, message.to, message)
            expect([...signer.live]).toEqual([...before.live])
            expect(signer.ledger).toEqual(before.ledger)
            expect([signer.judging, signer.queue]).toEqual([before.judging, before.queue])
          }
  })

  test('does not call a signature complete before it is durable', () => {
    for (const { session, states } of traces.values()) {
      const { thaw } = states.initiator.find(({ name }) => name === 'finish*')!
      const { requestId } = session.request
      const begin: Event = { type: 'begin', requestId, index: 0 }
      expect(() => step(thaw(), begin, replayable(session.name)(1))).toThrow('under way')
    }
  })
})
