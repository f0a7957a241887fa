/**
 * One changed message in one session between two real signers, and everything that must be so
 * afterwards. The state before the message is replayed from the session's seed.
 */
import { type AbortCode, abortClass } from '../../src/abort.ts'
import { equalBytes } from '../../src/core/bytes.ts'
import { ECDSA, type SuiteId } from '../../src/core/suite.ts'
import { encodeMessage } from '../../src/session/codec.ts'
import { requestKey } from '../../src/session/marks.ts'
import type { Message, Outcome } from '../../src/session/signer.types.ts'
import { verifies } from '../signers.ts'
import { type SimulatedParty, type Simulation, ledgerOf } from '../../src/simulate.ts'
import { changes } from './changes.ts'
import { type Name, layouts } from './layouts.ts'
import { type Side, type Verdict, senderOf, verdictOn } from './oracle.ts'
import { recorded } from './recorded.ts'
import { type Session, approve, begin, worldOf } from './sessions.ts'

export type Case = {
  readonly frozen: Frozen
  /** The message, the field and the way: `F2.rv.a[3] negated`. */
  readonly label: string
  /** What arrives instead. */
  readonly body: Uint8Array
  readonly verdict: Verdict
}

/** A session just before one of its messages arrives. */
export type Frozen = {
  readonly session: Session
  readonly name: Name
  /** The message that waits. */
  readonly message: Extract<Message, { body: Uint8Array }>
  /** The two signers as they were, again and again. */
  readonly thaw: () => Simulation
}

/**
 * Replays an honest session up to a message. For a RESULT of ECDSA, F4 is lost, and the next attempt
 * asks for what is signed already.
 */
export function freeze(session: Session, name: Name): Frozen {
  const { suite, signers } = session
  const waiting: Frozen['message'][] = []
  const again = asksAgain(suite, name)
  const run = worldOf(session, {
    tamper: (message) => {
      if (again && message.kind === 'F4') return []
      if (message.kind !== name) return [message]
      if ('body' in message) waiting.push(message)
      return []
    },
  })
  approve(run, session)
  begin(run, session)
  if (again) {
    run.expire(signers[0].me)
    run.run()
    // What follows is the second attempt's.
    for (const party of run.parties.values()) party.effects.length = 0
    begin(run, session)
  }
  const [message] = waiting
  if (!message || waiting.length > 1) throw new Error(`${name}: expected it once`)
  const copies = [...run.parties].map(([id, { signer, durable, effects }]) => ({
    id,
    signer: recorded(signer),
    durable,
    effects: effects.slice(),
  }))
  const thaw = () => {
    const again = worldOf(session)
    for (const { id, signer, durable, effects } of copies) {
      const party = again.parties.get(id)!
      party.signer = signer()
      party.durable = durable
      party.effects.push(...effects)
    }
    return again
  }
  return { session, name, message, thaw }
}

const asksAgain = (suite: SuiteId, name: Name): boolean => suite === ECDSA && name === 'RESULT'

/**
 * Every field of every message of a session, in all ways that change something. Of an array, the
 * first and the last field and `more` between.
 */
export function casesOf(session: Session, more = 0): readonly Case[] {
  return [...layouts[session.suite]].flatMap(([name, fields]) => {
    const frozen = freeze(session, name)
    const sent = frozen.message.body
    return changes(fields, sent, `${session.name}/${name}`, more).map(({ label, body }) => ({
      frozen,
      label: `${name}.${label}`,
      body,
      verdict: verdictOn(session.suite, name, sent, body),
    }))
  })
}

/** What was seen of a case: its discrepancies, and the bytes of the refusal that left. */
export type Seen = { readonly problems: readonly string[]; readonly answer: string | undefined }

/**
 * Plays cases and returns their discrepancies. The first case of every code also shows that the
 * wallet is not locked by it, and FAULT and CHEAT must have left one and the same answer.
 */
export function play(cases: readonly Case[]): readonly string[] {
  const codes = new Set<string>()
  const refusals = new Map<string, string>()
  return cases.flatMap((one) => {
    const { code } = one.verdict
    const { problems, answer } = execute(one, codes.has(code) ? undefined : 'sign')
    codes.add(code)
    if (told(code) !== 'ABORTED') return problems
    // Nothing but the session that it names may tell two refusals apart.
    const { name } = one.frozen.session
    const first = refusals.get(name) ?? answer
    if (first !== undefined) refusals.set(name, first)
    return answer === first ? problems : [...problems, `${name} ${one.label}: another refusal`]
  })
}

/** Plays a case to its end. */
export function execute({ frozen, label, body, verdict }: Case, then?: 'sign'): Seen {
  const { session, name, message } = frozen
  const run = frozen.thaw()
  run.tell(message.to, { type: 'message', message: { ...message, body } })
  run.run()
  const problems: string[] = []
  const judge: Side =
    senderOf(verdict.on, session.suite) === 'initiator' ? 'responder' : 'initiator'
  for (const side of ['initiator', 'responder'] as const)
    problems.push(...examine(run, session, name, verdict, side, side === judge))
  if (then === 'sign') problems.push(...signsAgain(run, session, verdict))
  const refusal = sentBy(run, session, judge).find((one) => one.kind === 'ABORT')
  const answer = refusal && Buffer.from(encodeMessage(refusal).body).toString('hex')
  return { problems: problems.map((one) => `${session.name} ${label}: ${one}`), answer }
}

const partyOf = (run: Simulation, { signers }: Session, side: Side): SimulatedParty =>
  run.parties.get(signers[side === 'initiator' ? 0 : 1].me)!

function sentBy(run: Simulation, session: Session, side: Side): readonly Message[] {
  return partyOf(run, session, side).effects.flatMap((effect) =>
    effect.type === 'send' ? [effect.message] : [],
  )
}

const outcomesOf = (party: SimulatedParty): readonly Outcome[] =>
  party.effects.flatMap((effect) => (effect.type === 'outcome' ? [effect.outcome] : []))

const orders = {
  ecdsa: ['F1', 'F2', 'F3', 'F4'],
  again: ['F1', 'RESULT'],
  frost: ['S1', 'S2', 'RESULT'],
} as const

/** Everything that one side said, kept and showed, against what it should have. */
function examine(
  run: Simulation,
  session: Session,
  name: Name,
  verdict: Verdict,
  side: Side,
  judges: boolean,
): string[] {
  const party = partyOf(run, session, side)
  const problems: string[] = []
  const same = (what: string, got: unknown, expected: unknown) => {
    const [a, b] = [JSON.stringify(got), JSON.stringify(expected)]
    if (a !== b) problems.push(`${side} ${what}: ${a}, expected ${b}`)
  }
  same('sent', kinds(sentBy(run, session, side)), expectedKinds(session, verdict, side, judges))

  const burned = judges && abortClass(verdict.code) === 'CHEAT'
  const ledger = ledgerOf(party)
  same('setup', ledger.pair.otState, burned ? 'BURNED' : 'FRESH')
  same('suspects', [ledger.pair.suspects, ledger.pair.pending], [0, []])
  same(
    'work left',
    [party.signer.live.size, party.signer.judging, party.signer.queue],
    [0, null, []],
  )

  const outcomes = outcomesOf(party)
  const completes = !judges && (name === 'F4' || name === 'RESULT')
  same('signature', signatures(party, session).length, completes ? 1 : 0)
  // Who answers with a RESULT of ECDSA has completed before.
  const silent = !judges && asksAgain(session.suite, name)
  if (completes)
    same(
      'outcomes',
      outcomes.map((one) => one.phase),
      silent ? [] : ['Complete'],
    )
  else same('outcomes', outcomes, [judges ? ownOutcome(session, verdict) : heard(verdict.code)])
  const spoken = sentBy(run, session, side).filter((one) => one.kind === 'ABORT')
  if (judges)
    same(
      'told',
      spoken.map((one) => one.code),
      [told(verdict.code)],
    )
  return problems
}

const kinds = (messages: readonly Message[]) => messages.map((one) => one.kind)

/** An honest run up to the message that is judged, and nothing but the refusal after it. */
function expectedKinds(session: Session, verdict: Verdict, side: Side, judges: boolean): string[] {
  const { suite } = session
  const order: readonly Name[] =
    suite !== ECDSA ? orders.frost : verdict.on === 'RESULT' ? orders.again : orders.ecdsa
  const said: string[] = order
    .slice(0, order.indexOf(verdict.on) + 1)
    .filter((one) => senderOf(one, suite) === side)
  return judges ? [...said, 'ABORT'] : said
}

/** FAULT and CHEAT sound alike. */
function told(code: AbortCode): string {
  const kind = abortClass(code)
  return kind === 'FAULT' || kind === 'CHEAT' ? 'ABORTED' : code
}

function ownOutcome({ signers }: Session, { code, culprit, field }: Verdict): unknown {
  const id = culprit && signers[culprit === 'initiator' ? 0 : 1].me
  const kind = abortClass(code)
  if (kind === 'CHEAT') return { phase: 'Recovery', code, culprit: id }
  const next = kind === 'TRANSIENT' ? 'retry' : 'ask'
  return { phase: 'Aborted', code, culprit: id, field, next }
}

function heard(code: AbortCode): unknown {
  const word = told(code)
  const next = abortClass(code) === 'TRANSIENT' ? 'retry' : 'ask'
  return { phase: 'Aborted', code: word === 'ABORTED' ? 'PEER_ABORTED' : word, next }
}

/** The signatures on a side's disk. */
function signatures({ durable }: SimulatedParty, { request }: Session): readonly Uint8Array[] {
  return durable.flatMap((mark) =>
    mark.type === 'signed' && equalBytes(mark.requestId, request.requestId) ? [mark.signature] : [],
  )
}

/** A person approves again: after anything but a burn the pair signs, after a burn it does not. */
function signsAgain(run: Simulation, session: Session, { code }: Verdict): string[] {
  approve(run, session)
  begin(run, session)
  const [{ me }] = session.signers
  const entry = session.request.entries[0]!
  const record = ledgerOf(run.parties.get(me)!).requests.get(requestKey(session.request.requestId))
  const signature = record?.entries[0]?.signature
  if (abortClass(code) === 'CHEAT') {
    const last = outcomesOf(run.parties.get(me)!).at(-1)
    if (signature) return ['a burned setup signed']
    return last?.phase === 'Recovery' ? [] : ['a burned setup does not ask for another']
  }
  if (!signature) return ['the pair does not sign any more']
  return verifies(session.signers[0], entry, signature) ? [] : ['the signature is none']
}
