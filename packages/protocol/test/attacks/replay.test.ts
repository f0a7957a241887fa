/**
 * Messages that were right somewhere else: of another session, attempt, path, message, key, family,
 * pair, epoch or OT setup, of another round, or one's own. Each in every place of a session.
 */
import { describe, expect, test } from 'vitest'
import { ECDSA, ED25519, type SuiteId, TAPROOT } from '../../src/core/suite.ts'
import type { Message, Outcome } from '../../src/session/signer.types.ts'
import { verifies } from '../signers.ts'
import { type Case, execute, freeze } from './campaign.ts'
import { type Name, layouts } from './layouts.ts'
import { verdictOn } from './oracle.ts'
import {
  type Session,
  type Signers,
  approve,
  begin,
  refreshed,
  rekeyed,
  sessionOf,
  signersOf,
  worldOf,
} from './sessions.ts'

const families = [ECDSA, TAPROOT, ED25519] as const
const signers = signersOf('replay')
const later = refreshed(signers, 'the next epoch')
const renewed = rekeyed(signers, 'the next setup')

type Entry = Session['request']['entries'][number]
/** A session with something else in its request. */
function changed(session: Session, name: string, change: Partial<Entry>, id?: Uint8Array): Session {
  const [entry] = session.request.entries
  const { requestId } = session.request
  const request = { requestId: id ?? requestId, entries: [{ ...entry!, ...change }] }
  return { ...session, name, request }
}
const on = (session: Session, name: string, other: Signers): Session => ({
  ...session,
  name,
  signers: other,
})

/** Where a message comes from, and the session in which it arrives. */
type Transplant = {
  readonly from: string
  readonly target: Session
  readonly bodies: ReadonlyMap<Name, Uint8Array>
}

/** The messages of a whole signature, and for ECDSA the RESULT as well. */
function bodiesOf(session: Session, attempt = 1): ReadonlyMap<Name, Uint8Array> {
  const bodies = new Map<Name, Uint8Array>()
  const run = worldOf(session, {
    tamper: (message) => {
      if (message.attempt < attempt) return []
      if ('body' in message) bodies.set(message.kind, message.body)
      return [message]
    },
  })
  approve(run, session)
  begin(run, session)
  for (let at = 1; at < attempt; at++) {
    run.expire(session.signers[0].me)
    run.run()
    begin(run, session)
  }
  const signature = bodies.get('F4')
  if (signature) bodies.set('RESULT', signature)
  return bodies
}

function transplants(suite: SuiteId): readonly Transplant[] {
  const target = sessionOf(`replay/${suite}`, suite, signers)
  const { path, message } = target.request.entries[0]!
  const of = (from: string, foreign: Session, into = target): Transplant => ({
    from,
    target: into,
    bodies: bodiesOf(foreign),
  })
  const strangers = signersOf('strangers')
  const keyId = strangers[0].keys.find((key) => key.suite === suite)!.keyId
  const old = on(target, `replay/${suite}/old`, signers)
  return [
    of('another session', sessionOf(`replay/${suite}/other`, suite, signers)),
    of('another request', changed(target, 'id', {}, new Uint8Array(16))),
    of('another path', changed(target, 'path', { path: [...path, 7] })),
    of('another message', changed(target, 'message', { message: message.map((byte) => ~byte) })),
    of('another key', on(changed(target, 'key', { keyId }), 'key', strangers)),
    of('another pair', on(target, 'pair', signersOf('replay', 1, 3))),
    of('the epoch before', old, on(target, `replay/${suite}/later`, later)),
    of('the OT setup before', old, on(target, `replay/${suite}/renewed`, renewed)),
    of('the same request, drawn again', { ...target, name: 'again' }),
    { from: 'another attempt', target, bodies: bodiesOf(target, 2) },
    ...families
      .filter((other) => other !== suite)
      .map((other) => of(`suite ${other}`, sessionOf(`replay/${other}`, other, signers))),
    // Its own messages come back: what one side sent, in the place of what it waits for.
    of('this very session', target),
  ]
}

/** A message of one kind in the place of another. `undefined` where it is the right one. */
function casesOf({ from, target, bodies }: Transplant): readonly Case[] {
  const { suite } = target
  return [...layouts[suite].keys()].flatMap((slot) => {
    const frozen = freeze(target, slot)
    const sent = frozen.message.body
    return [...bodies].flatMap(([name, body]) => {
      // The very bytes that were meant, under whatever name.
      if (Buffer.compare(body, sent) === 0) return []
      const label = `${name} of ${from} as ${slot}`
      const [entry] = target.request.entries
      // A signature of this message under this key is what was asked for, wherever it was made.
      if (
        slot === 'RESULT' &&
        body.length === sent.length &&
        verifies(target.signers[0], entry!, body)
      )
        return []
      const honest = from.endsWith('drawn again') && name === slot && slot === 'F1'
      const verdict = honest
        ? // Nothing in it is wrong: the initiator sees that it is not the session that it is in.
          ({ code: 'SID_MISMATCH', on: 'F2', culprit: undefined, field: 'F2.sid' } as const)
        : verdictOn(suite, slot, sent, body)
      return [{ frozen, label, body, verdict }]
    })
  })
}

const all = families.flatMap((suite) => transplants(suite).flatMap(casesOf))

describe('a message from elsewhere', () => {
  test('comes from at least 200 places', () => {
    expect(all.length).toBeGreaterThanOrEqual(200)
    const codes = new Set(all.map((one) => one.verdict.code))
    for (const code of ['HDR_MISMATCH', 'SID_MISMATCH', 'SIG_INVALID', 'FROST_SHARE', 'LENGTH'])
      expect(codes).toContain(code)
  })

  test.for(families)('row 30: in the place of another ends with its code (suite %i)', (suite) => {
    const mine = all.filter((one) => one.frozen.session.suite === suite)
    expect(mine.flatMap((one) => execute(one).problems)).toEqual([])
  })

  test('row 30: only another OT setup burns, and only for who uses it', () => {
    const burning = all.filter((one) => one.verdict.code === 'OTE_CHECK_FAIL')
    expect(burning.map((one) => one.label)).toEqual(['F1 of the OT setup before as F1'])
  })
})

/** A header that says something else, and what the receiver makes of it. */
type Relabelled = readonly [
  what: string,
  change: (message: Message) => Partial<Message>,
  code: (kind: Name) => string | undefined,
  told: boolean,
]
const first = (kind: Name) => kind === 'F1' || kind === 'S1'
const unknown = () => 'UNKNOWN_SESSION'
const relabelled: readonly Relabelled[] = [
  ['from party 0', () => ({ from: 0 }), unknown, false],
  ['from party 3', () => ({ from: 3 }), unknown, false],
  ['from party 256', () => ({ from: 256 }), unknown, false],
  ['from the receiver', ({ to }) => ({ from: to }), unknown, false],
  ['to party 3', () => ({ to: 3 }), unknown, false],
  ['to the sender', ({ from }) => ({ to: from }), unknown, false],
  ['of the next epoch', () => ({ epoch: 1 }), () => 'EPOCH_MISMATCH', true],
  ['of a far epoch', () => ({ epoch: 2 ** 32 - 1 }), () => 'EPOCH_MISMATCH', true],
  ['of another request', () => ({ requestId: new Uint8Array(16) }), unknown, true],
  ['of another entry', () => ({ index: 1 }), unknown, true],
  [
    'of attempt 0',
    () => ({ attempt: 0 }),
    (kind) => (first(kind) ? 'WRONG_STATE' : unknown()),
    true,
  ],
  [
    'of a later attempt',
    () => ({ attempt: 9 }),
    (kind) => (first(kind) ? undefined : unknown()),
    true,
  ],
  [
    'of another key',
    () => ({ keyId: new Uint8Array(32) }),
    (kind) => (first(kind) ? 'HDR_MISMATCH' : undefined),
    true,
  ],
]

describe('a right message under another header', () => {
  test.for(relabelled)(
    'row 30: %s is refused, and the session goes on',
    ([, change, code, told]) => {
      let cases = 0
      for (const suite of families) {
        const session = sessionOf(`header/${suite}`, suite, signers)
        for (const slot of layouts[suite].keys()) {
          const expected = code(slot)
          if (slot === 'RESULT' || expected === undefined) continue
          cases += 1
          const { thaw, message } = freeze(session, slot)
          const run = thaw()
          const { effects, signer: was } = run.parties.get(message.to)!
          const before = effects.length
          const changedMessage: Message = { ...message, ...change(message) } as typeof message
          run.tell(message.to, { type: 'message', message: changedMessage })
          const made = effects.slice(before)
          expect(made[0]).toMatchObject({ type: 'refused', code: expected, kind: slot })
          expect(made.slice(1).map((one) => one.type === 'send' && one.message.kind)).toEqual(
            told ? ['ABORT'] : [],
          )
          const { live, ledger } = run.parties.get(message.to)!.signer
          expect([...live]).toEqual([...was.live])
          expect(ledger).toEqual(was.ledger)
        }
      }
      expect(cases).toBeGreaterThanOrEqual(3)
    },
  )

  test('a first message that claims a later attempt is another reading of the request', () => {
    for (const suite of families) {
      const session = sessionOf(`header/${suite}`, suite, signers)
      const { thaw, message } = freeze(session, suite === ECDSA ? 'F1' : 'S1')
      const run = thaw()
      run.tell(message.to, { type: 'message', message: { ...message, attempt: 9 } })
      run.run()
      const [outcome] = run.parties
        .get(message.to)!
        .effects.flatMap((one): Outcome[] => (one.type === 'outcome' ? [one.outcome] : []))
      expect(outcome).toMatchObject({ code: 'HDR_MISMATCH', culprit: message.from })
    }
  })
})
