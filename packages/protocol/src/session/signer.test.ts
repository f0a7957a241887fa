import { sha256 } from '@noble/hashes/sha2.js'
import { afterEach, describe, expect, test } from 'vitest'
import { ascii, isZero } from '../core/bytes.ts'
import type { SuiteId } from '../core/suite.ts'
import { DEVICE, COSIGNER, type PartyId } from '../party.ts'
import {
  type SimulatedParty,
  type Simulation,
  type World,
  ledgerOf,
  simulate,
} from '../simulate.ts'
import { testRng } from '../testing.ts'
import {
  type AttemptId,
  type Mark,
  applyMark,
  emptyLedger,
  mayBeSigned,
  requestKey,
} from './marks.ts'
import type { Entry, SigningRequest } from './request.ts'
import type { Effect, Message, Outcome } from './signer.types.ts'
import { openSigner, phaseOf } from './signer.ts'
import { dealtWallet, verifies, violations } from '../../test/signers.ts'

const wallet = dealtWallet('signer')
const device = wallet.get(DEVICE)!
const cosigner = wallet.get(COSIGNER)!
const all = [1, 2, 3] as const satisfies readonly SuiteId[]

/** Fresh randomness for every answer, the same in every run. */
function randomness() {
  let draws = 0
  return (party: PartyId) => (bind: Uint8Array) => testRng(`${party}/${draws++}/${bind.join()}`)
}

function entry(suite: SuiteId, index = 0, text = 'message'): Entry {
  const key = device.keys.find((one) => one.suite === suite)!
  return { index, suite, keyId: key.keyId, path: [44, 7, suite], message: sha256(ascii(text)) }
}

function request(name: string, entries: readonly Entry[]): SigningRequest {
  return { requestId: sha256(ascii(name)).slice(0, 16), entries }
}

let runs: Simulation[] = []

function world(rules: World = {}): Simulation {
  const run = simulate([device, cosigner], randomness(), rules)
  runs.push(run)
  return run
}

/** Whatever a test is about: nothing leaves and nothing is decided before its mark is durable. */
afterEach(() => {
  const seen = runs
  runs = []
  for (const run of seen)
    for (const party of run.parties.values()) expect(violations(party)).toEqual([])
})

/** Both sides approve the same list. */
function approve(
  run: Simulation,
  asked: SigningRequest,
  at: readonly PartyId[] = [DEVICE, COSIGNER],
): void {
  for (const id of at) run.tell(id, { type: 'approve', request: asked })
  run.run()
}

function begin(run: Simulation, { requestId }: SigningRequest, index = 0): void {
  run.tell(DEVICE, { type: 'begin', requestId, index })
}

function sign(run: Simulation, asked: SigningRequest): void {
  approve(run, asked)
  for (const { index } of asked.entries) begin(run, asked, index)
  run.run()
}

const effectsOf = (run: Simulation, id: PartyId) => run.parties.get(id)!.effects
const sent = (run: Simulation, id: PartyId): Message[] =>
  effectsOf(run, id).flatMap((effect) => (effect.type === 'send' ? [effect.message] : []))
const outcomes = (run: Simulation, id: PartyId): Outcome[] =>
  effectsOf(run, id).flatMap((effect) => (effect.type === 'outcome' ? [effect.outcome] : []))
const marks = (effects: readonly Effect[]): Mark[] =>
  effects.flatMap((effect) => (effect.type === 'commit' ? [...effect.marks] : []))

const commits = (type: Mark['type']) => (effect: Effect) =>
  effect.type === 'commit' && effect.marks.some((mark) => mark.type === type)
const sends = (kind: Message['kind']) => (effect: Effect) =>
  effect.type === 'send' && effect.message.kind === kind

/** What was on a party's disk when something was first asked for. */
function diskAt(party: SimulatedParty, happens: (effect: Effect) => boolean): readonly Mark[] {
  const first = party.log.find(({ effect }) => happens(effect))
  if (!first) throw new Error('expected it to happen')
  return party.durable.slice(0, first.marks)
}

/** Changes one byte of one kind of message on its way. */
function flip(kind: Message['kind'], at: number): NonNullable<World['tamper']> {
  return (message) => {
    if (message.kind !== kind || !('body' in message)) return [message]
    const body = message.body.slice()
    body[at]! ^= 1
    return [{ ...message, body }]
  }
}

describe('two signers', () => {
  test.for(all)('sign with suite %i through every phase', (suite) => {
    const run = world()
    const asked = request('a', [entry(suite)])
    sign(run, asked)
    const [mine] = outcomes(run, DEVICE)
    if (mine?.phase !== 'Complete' || !mine.signature) throw new Error('expected a signature')
    expect(verifies(device, asked.entries[0]!, mine.signature)).toBe(true)
    const [theirs] = outcomes(run, COSIGNER)
    expect(theirs).toEqual({ phase: 'Complete', signature: mine.signature })
    const phases = effectsOf(run, DEVICE).flatMap((one) =>
      one.type === 'phase' ? [one.phase] : [],
    )
    expect(phases).toEqual(
      suite === 1
        ? ['PrepareSign', 'SignRound1', 'SignRound2', 'Verify']
        : ['PrepareSign', 'SignRound1', 'Verify'],
    )
  })

  test('sign every entry of a request, all three suites at once', () => {
    const run = world()
    const asked = request('b', [entry(1, 0), entry(2, 1), entry(3, 2), entry(1, 3, 'other')])
    sign(run, asked)
    const ledger = ledgerOf(run.parties.get(DEVICE)!)
    const record = ledger.requests.get(requestKey(asked.requestId))!
    for (const [at, one] of record.entries.entries())
      expect(verifies(device, asked.entries[at]!, one.signature!)).toBe(true)
  })

  test('nothing starts without an approval', () => {
    const run = world()
    const asked = request('c', [entry(1)])
    approve(run, asked, [DEVICE])
    begin(run, asked)
    run.run()
    expect(sent(run, COSIGNER).map((one) => one.kind)).toEqual(['ABORT'])
    expect(marks(effectsOf(run, COSIGNER))).toEqual([])
    expect(outcomes(run, DEVICE)).toMatchObject([{ phase: 'Aborted', code: 'UNKNOWN_SESSION' }])
  })

  test('a request id with another list is refused', () => {
    const run = world()
    approve(run, request('d', [entry(1)]))
    const other = request('d', [entry(1, 0, 'another message')])
    expect(() => approve(run, other)).toThrow('bound to another list')
  })

  test('two readings of one request end as HDR_MISMATCH and burn nothing', () => {
    const run = world()
    const asked = request('e', [entry(1)])
    approve(run, asked, [DEVICE])
    approve(run, request('e', [entry(1, 0, 'read differently')]), [COSIGNER])
    begin(run, asked)
    run.run()
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'HDR_MISMATCH', next: 'ask' }])
    expect(marks(effectsOf(run, COSIGNER)).map((one) => one.type)).toEqual(['approved', 'ask'])
  })

  test('a request that is signed is answered from the ledger, and not signed again', () => {
    const run = world()
    const asked = request('f', [entry(1)])
    sign(run, asked)
    const [first] = outcomes(run, DEVICE)
    begin(run, asked)
    run.run()
    expect(outcomes(run, DEVICE)).toEqual([first, first])
    expect(sent(run, DEVICE).filter((one) => one.kind === 'F1')).toHaveLength(1)
  })

  test('a signature that was lost on the way is answered from the ledger of the co-signer', () => {
    const run = world({ tamper: (message) => (message.kind === 'F4' ? [] : [message]) })
    const asked = request('g', [entry(1)])
    sign(run, asked)
    expect(outcomes(run, DEVICE)).toEqual([])
    run.restart(DEVICE)
    run.tell(DEVICE, { type: 'query', requestId: asked.requestId, index: 0 })
    run.run()
    const record = ledgerOf(run.parties.get(DEVICE)!).requests.get(requestKey(asked.requestId))!
    expect(verifies(device, asked.entries[0]!, record.entries[0]!.signature!)).toBe(true)
  })
})

describe('marks', () => {
  test('row 49: the mark is asked for before the verdict is computed', () => {
    const run = world({ tamper: flip('F1', 200) })
    sign(run, request('h', [entry(1)]))
    const party = run.parties.get(COSIGNER)!
    expect(diskAt(party, commits('burned')).map(({ type }) => type)).toEqual([
      'approved',
      'started',
      'pending',
    ])
    expect(diskAt(party, sends('ABORT')).at(-1)).toMatchObject({ type: 'burned' })
  })

  test('row 53: RELEASED is durable before F3 leaves', () => {
    const run = world()
    sign(run, request('j', [entry(1)]))
    expect(diskAt(run.parties.get(DEVICE)!, sends('F3')).map(({ type }) => type)).toEqual([
      'approved',
      'started',
      'pending',
      'pass',
      'released',
    ])
  })

  test('a caller that says committed too early is noticed by these laws', () => {
    const run = simulate([device, cosigner], randomness(), { impatient: true })
    sign(run, request('i', [entry(1), entry(3, 1)]))
    const found = [...run.parties.values()].flatMap((party) => violations(party))
    for (const one of [
      'F1 before started',
      'F2 before pass',
      'F3 before released',
      'F4 before signed',
    ])
      expect(found).toContain(one)
    for (const one of ['pass before pending', 'S1 before started', 'S2 before answered'])
      expect(found).toContain(one)
  })

  test('row 53: after a crash behind F3 the entry may be signed, until the peer has said', () => {
    const run = world({
      crash: (party, pending) =>
        party === DEVICE && 'message' in pending && pending.message.kind === 'F4',
    })
    const asked = request('released', [entry(1)])
    sign(run, asked)
    const record = () =>
      ledgerOf(run.parties.get(DEVICE)!).requests.get(requestKey(asked.requestId))!.entries[0]!
    expect(record().signature).toBeUndefined()
    expect(mayBeSigned(record())).toBe(true)
    run.tell(DEVICE, { type: 'cancel', requestId: asked.requestId })
    expect(effectsOf(run, DEVICE).at(-1)).toMatchObject({ type: 'refused', kind: 'CANCEL' })
    run.tell(DEVICE, { type: 'query', requestId: asked.requestId, index: 0 })
    run.run()
    expect(verifies(device, asked.entries[0]!, record().signature!)).toBe(true)
  })

  test('row 49: 128 crashes between check and commit give two verdicts at most', () => {
    const run = world({
      tamper: flip('F1', 200),
      crash: (party, pending) =>
        party === COSIGNER &&
        'commit' in pending &&
        pending.marks.some(({ type }) => type === 'pass' || type === 'burned'),
    })
    for (let attempt = 0; attempt < 128; attempt++)
      sign(run, request(`crash ${attempt}`, [entry(1)]))
    const { durable } = run.parties.get(COSIGNER)!
    expect(durable.filter(({ type }) => type === 'pending')).toHaveLength(2)
    expect(durable.filter(({ type }) => type === 'suspected')).toHaveLength(2)
    expect(ledgerOf(run.parties.get(COSIGNER)!).pair.otState).toBe('BURNED')
  })

  test('row 49: parallel messages give one verdict at a time', () => {
    const run = world()
    const asked = [0, 1, 2, 3].map((at) => request(`k${at}`, [entry(1, 0, `k${at}`)]))
    for (const one of asked) approve(run, one)
    for (const one of asked) begin(run, one)
    run.run()
    let open = 0
    for (const mark of marks(effectsOf(run, COSIGNER))) {
      if (mark.type === 'pending') open += 1
      if (mark.type === 'pass') open -= 1
      expect(open).toBeLessThanOrEqual(1)
    }
    expect(outcomes(run, DEVICE).map((one) => one.phase)).toEqual(Array(4).fill('Complete'))
    // Nothing is put up for judgement before the last verdict is on the disk.
    for (const { log, durable } of run.parties.values())
      for (const { effect, marks: count } of log.filter((one) => commits('pending')(one.effect))) {
        const disk = durable.slice(0, count)
        const of = (type: Mark['type']) => disk.filter((mark) => mark.type === type).length
        expect({ effect: effect.type, open: of('pending') - of('pass') }).toEqual({
          effect: 'commit',
          open: 0,
        })
      }
  })

  test('row 18: the same S1 gets the identical S2, also after a restart', () => {
    const repeated: Message[] = []
    const run = world({
      tamper: (message) => {
        if (message.kind === 'S1') repeated.push(message)
        // The device never confirms, as far as the co-signer's disk knows.
        return message.kind === 'RESULT' ? [] : [message]
      },
    })
    const asked = request('l', [entry(3)])
    approve(run, asked)
    begin(run, asked)
    run.run()
    run.restart(COSIGNER)
    run.tell(COSIGNER, { type: 'message', message: repeated[0]! })
    const answers = sent(run, COSIGNER).flatMap((one) => (one.kind === 'S2' ? [one.body] : []))
    expect(answers).toHaveLength(2)
    expect(answers[1]).toEqual(answers[0])
  })
})

describe('a peer that cheats', () => {
  test('row 1: after one failed OT check every further F1 is refused, also after a restart', () => {
    let cheat = true
    const run = world({ tamper: (message) => (cheat ? flip('F1', 200)(message) : [message]) })
    sign(run, request('m', [entry(1)]))
    expect(outcomes(run, COSIGNER)).toMatchObject([
      { phase: 'Recovery', code: 'OTE_CHECK_FAIL', culprit: DEVICE },
    ])
    cheat = false
    for (const name of ['m1', 'm2']) {
      const asked = request(name, [entry(1)])
      sign(run, asked)
      expect(sent(run, COSIGNER).at(-1)).toMatchObject({ kind: 'ABORT', code: 'PAIR_REKEY' })
      run.restart(COSIGNER)
    }
    expect(sent(run, COSIGNER).filter((one) => one.kind === 'F2')).toEqual([])
  })

  test('row 3: a cheat in one session ends the other three, which say nothing more', () => {
    const asked = [0, 1, 2, 3].map((at) => request(`n${at}`, [entry(1, 0, `n${at}`)]))
    const guilty = asked[3]!.requestId
    const run = world({
      tamper: (message) =>
        message.kind === 'F3' && requestKey(message.requestId) === requestKey(guilty)
          ? flip('F3', 40)(message)
          : message.kind === 'F3'
            ? []
            : [message],
    })
    for (const one of asked) approve(run, one)
    for (const one of asked) begin(run, one)
    run.run()
    const ended = outcomes(run, COSIGNER)
    expect(ended).toHaveLength(4)
    expect(ended.every((one) => one.phase === 'Recovery')).toBe(true)
    const all = effectsOf(run, COSIGNER)
    const after = all.slice(all.findIndex((effect) => commits('burned')(effect)))
    expect(after.filter((one) => one.type === 'send')).toHaveLength(1)
    expect(sent(run, COSIGNER).filter((one) => one.kind === 'F4')).toEqual([])
  })

  test('the peer cannot tell a FAULT from a CHEAT', () => {
    const answers = [flip('F1', 200), truncate('F1')].map((tamper) => {
      const run = world({ tamper })
      sign(run, request('o', [entry(1)]))
      return sent(run, COSIGNER)
    })
    expect(answers[0]).toMatchObject([{ kind: 'ABORT', code: 'ABORTED' }])
    expect(answers[1]).toEqual(answers[0])
  })

  test('row 31: a changed commitment is SID_MISMATCH and the setup stays fresh', () => {
    const run = world({ tamper: flip('F1', 32) })
    sign(run, request('p', [entry(1)]))
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'SID_MISMATCH', next: 'retry' }])
    for (const party of run.parties.values())
      expect(ledgerOf(party).pair).toMatchObject({ otState: 'FRESH', suspects: 0 })
  })

  test('a RESULT that does not verify is refused', () => {
    const run = world({
      tamper: (message) =>
        message.kind === 'F4'
          ? [{ ...message, kind: 'RESULT', body: new Uint8Array(65).fill(1) }]
          : [message],
    })
    sign(run, request('q', [entry(1)]))
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'SIG_INVALID', culprit: COSIGNER }])
    expect(marks(effectsOf(run, DEVICE)).filter((one) => one.type === 'signed')).toEqual([])
  })

  test('row 36: a message of another epoch is EPOCH_MISMATCH', () => {
    const run = world({
      tamper: (message) => [message.kind === 'F1' ? { ...message, epoch: 1 } : message],
    })
    sign(run, request('r', [entry(1)]))
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'EPOCH_MISMATCH', next: 'retry' }])
    expect(marks(effectsOf(run, COSIGNER)).map((one) => one.type)).toEqual(['approved'])
  })

  test.for(all)('row 36: two sides in different epochs say so once, suite %i', (suite) => {
    const run = simulate([{ ...device, epoch: 1 }, cosigner], randomness())
    sign(run, request('epochs', [entry(suite)]))
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'EPOCH_MISMATCH', next: 'retry' }])
    expect(sent(run, DEVICE)).toHaveLength(1)
    expect(sent(run, COSIGNER)).toMatchObject([{ kind: 'ABORT', code: 'EPOCH_MISMATCH' }])
  })

  test('row 2: after a DEVIATION neither side goes on before a person approves', () => {
    // A changed psi shows only in the signature, at the responder; a changed s at the initiator.
    for (const [tamper, judge] of [
      [flip('F3', 40_195), COSIGNER],
      [flip('F4', 40), DEVICE],
    ] as const) {
      let lies = true
      const run = world({ tamper: (message) => (lies ? tamper(message) : [message]) })
      const asked = request(`deviation ${judge}`, [entry(1)])
      sign(run, asked)
      expect(outcomes(run, judge)).toMatchObject([{ code: 'SIG_INVALID', next: 'ask' }])
      lies = false
      run.restart(DEVICE)
      run.restart(COSIGNER)
      if (judge === DEVICE) {
        expect(() => begin(run, asked)).toThrow('a person must approve again')
        continue
      }
      approve(run, asked, [DEVICE])
      begin(run, asked)
      run.run()
      expect(sent(run, COSIGNER).at(-1)).toMatchObject({ kind: 'ABORT', code: 'NOT_APPROVED' })
      approve(run, asked)
      begin(run, asked)
      run.run()
      expect(outcomes(run, COSIGNER).at(-1)).toMatchObject({ phase: 'Complete' })
    }
  })

  test('a burn destroys the setup', () => {
    const run = world({ tamper: flip('F1', 200) })
    sign(run, request('destroyed', [entry(1)]))
    const { signer, effects } = run.parties.get(COSIGNER)!
    const { asReceiver, asSender } = signer.share.peers[0]!.ot
    for (const secret of [asReceiver.k0, asReceiver.k1, asSender.delta, asSender.k])
      expect(isZero(secret)).toBe(true)
    expect(effects).toContainEqual({ type: 'destroy-ot' })
    expect(run.parties.get(DEVICE)!.effects).not.toContainEqual({ type: 'destroy-ot' })
  })

  test('a valid RESULT for a message that waits to be judged does not stop the judging', () => {
    const run = world()
    const first = request('y0', [entry(1)])
    sign(run, first)
    const [done] = outcomes(run, DEVICE)
    if (done?.phase !== 'Complete' || !done.signature) throw new Error('expected a signature')
    const body = done.signature

    const asked = [request('y1', [entry(1, 0, 'another')]), request('y2', [entry(1)])] as const
    const again = simulate([device, cosigner], randomness(), {
      // Messages before commits: both F1 are there before the first is judged.
      pick: (_waiting, pending) =>
        Math.max(
          0,
          pending.findIndex((one) => 'message' in one),
        ),
      tamper: (message) =>
        message.kind === 'F1' && requestKey(message.requestId) === requestKey(asked[1].requestId)
          ? [message, { ...message, kind: 'RESULT', body }]
          : [message],
    })
    for (const one of asked) approve(again, one)
    for (const one of asked) begin(again, one)
    again.run()
    expect(outcomes(again, COSIGNER).map(({ phase }) => phase)).toEqual(['Complete', 'Complete'])
    for (const party of again.parties.values()) expect(violations(party)).toEqual([])
  })
})

describe('a signature that the peer sends by itself', () => {
  /** What a RESULT with these changes comes to, before and while an attempt is under way. */
  function given(change: Partial<Message>, underWay: boolean) {
    const asked = request('unasked', [entry(1)])
    const done = world()
    sign(done, asked)
    const [outcome] = outcomes(done, DEVICE)
    if (outcome?.phase !== 'Complete' || !outcome.signature) throw new Error('expected a signature')
    const run = world({ tamper: (message) => (message.kind === 'F2' ? [] : [message]) })
    if (underWay) sign(run, asked)
    else approve(run, asked)
    const about = { requestId: asked.requestId, index: 0, attempt: 1, from: COSIGNER, to: DEVICE }
    const { keyId } = asked.entries[0]!
    const result = { ...about, epoch: 0, keyId, kind: 'RESULT', body: outcome.signature } as const
    run.tell(DEVICE, { type: 'message', message: { ...result, ...change } as Message })
    run.run()
    return { last: effectsOf(run, DEVICE).at(-1), live: run.parties.get(DEVICE)!.signer.live.size }
  }

  test.for([false, true])('is kept, with an attempt under way: %s', (underWay) => {
    const { last } = given({}, underWay)
    expect(last).toMatchObject({ type: 'outcome', outcome: { phase: 'Complete' } })
  })

  test('under another key is refused', () => {
    const { last } = given({ keyId: entry(2).keyId }, false)
    expect(last).toMatchObject({ type: 'refused', code: 'UNKNOWN_SESSION' })
  })

  test('of another attempt leaves the one under way alone', () => {
    const { last, live } = given({ attempt: 9 }, true)
    expect(last).toMatchObject({ type: 'refused', code: 'WRONG_STATE' })
    expect(live).toBe(1)
  })
})

describe('while the disk is busy', () => {
  test.for<[string, SuiteId, World['tamper'], Outcome['phase']]>([
    ['a FROST signature', 3, undefined, 'Complete'],
    ['an ECDSA signature', 1, undefined, 'Complete'],
    ['a cheat', 1, flip('F1', 200), 'Recovery'],
    ['a deviation', 1, flip('F3', 40_195), 'Aborted'],
  ])('a RESULT while the disk is busy changes nothing: %s', ([, suite, tamper, phase]) => {
    const asked = request('busy', [entry(suite)])
    let junk = 0
    const run: Simulation = world({
      ...(tamper ? { tamper } : {}),
      crash: (to, pending) => {
        if (!('commit' in pending)) return false
        const live = [...run.parties.get(to)!.signer.live.values()].find(
          ({ commit }) => commit === pending.commit,
        )
        if (!live) return false
        junk += 1
        const { id, entry: own } = live
        const message: Message = {
          ...id,
          kind: 'RESULT',
          body: new Uint8Array(suite === 1 ? 65 : 64).fill(7),
          keyId: own.keyId,
          from: 3 - to,
          to,
          epoch: 0,
        }
        run.tell(to, { type: 'message', message })
        expect(run.parties.get(to)!.effects.at(-1)).toMatchObject({ type: 'refused', code: 'BUSY' })
        return false
      },
    })
    sign(run, asked)
    expect(junk).toBeGreaterThan(1)
    expect(outcomes(run, COSIGNER)).toMatchObject([{ phase }])
    expect(ledgerOf(run.parties.get(COSIGNER)!).pair.pending).toEqual([])
  })

  test('a RESULT while the disk is busy changes nothing', () => {
    const run: Simulation = world({
      crash: (to, pending) => {
        if (to !== COSIGNER || !('commit' in pending)) return false
        const [live] = run.parties.get(COSIGNER)!.signer.live.values()
        if (!live) return false
        const message: Message = {
          ...live.id,
          kind: 'RESULT',
          body: new Uint8Array(64),
          keyId: live.entry.keyId,
          from: DEVICE,
          to: COSIGNER,
          epoch: 0,
        }
        run.tell(COSIGNER, { type: 'message', message })
        return false
      },
    })
    sign(run, request('busy', [entry(3)]))
    expect(outcomes(run, COSIGNER)).toMatchObject([{ phase: 'Complete' }])
  })

  test('what a person must look at is durable before the peer hears of it', () => {
    const run = world({ tamper: flip('F3', 40_195) })
    sign(run, request('asks', [entry(1)]))
    expect(diskAt(run.parties.get(COSIGNER)!, sends('ABORT')).slice(-2)).toMatchObject([
      { type: 'pass' },
      { type: 'ask' },
    ])
  })

  test('nine Ed25519 entries in a row are not too many', () => {
    const run = world({
      pick: (_waiting, pending) =>
        Math.max(
          0,
          pending.findIndex((one) => 'message' in one),
        ),
    })
    const asked = request(
      'nine',
      Array.from({ length: 9 }, (_, at) => entry(3, at, `nine ${at}`)),
    )
    approve(run, asked)
    for (const { index } of asked.entries) {
      begin(run, asked, index)
      run.run()
    }
    expect(outcomes(run, DEVICE).map(({ phase }) => phase)).toEqual(Array(9).fill('Complete'))
  })
})

describe('the OT setup that a ledger speaks of', () => {
  test('a setup of zeros counts as burned whatever the ledger says', () => {
    const [peer] = device.peers
    const zeros = { k0: new Uint8Array(4096), k1: new Uint8Array(4096) }
    const asSender = { delta: new Uint8Array(16), k: new Uint8Array(4096) }
    const share = { ...device, peers: [{ ...peer!, ot: { otNo: 0, asReceiver: zeros, asSender } }] }
    expect(openSigner(share, COSIGNER, emptyLedger(0)).ledger.pair.otState).toBe('BURNED')
  })

  test('a burn that the last process did not live to carry out is carried out on load', () => {
    const [peer] = device.peers
    const delta = peer!.ot.asSender.delta.slice()
    const ot = { ...peer!.ot, asSender: { delta, k: new Uint8Array(4096).fill(1) } }
    const own = { ...ot, asReceiver: { k0: new Uint8Array(4096), k1: new Uint8Array(4096) } }
    const share = { ...device, peers: [{ ...peer!, ot: own }] }
    const burned = applyMark(emptyLedger(0), { type: 'burned', code: 'SUSPECTED' })
    openSigner(share, COSIGNER, burned)
    expect(isZero(delta)).toBe(true)
  })

  test('a ledger with open judgements is refused', () => {
    const pending: Mark = { type: 'pending', requestId: new Uint8Array(16), index: 0, attempt: 1 }
    const ledger = applyMark(emptyLedger(0), pending)
    expect(() => openSigner(device, COSIGNER, ledger)).toThrow('marksOnLoad')
  })

  test('a ledger of another OT setup counts as burned', () => {
    for (const ledger of [emptyLedger(1), emptyLedger(0, 1)]) {
      const { pair } = openSigner(device, COSIGNER, ledger).ledger
      expect(pair.otState).toBe('BURNED')
    }
    expect(openSigner(device, COSIGNER, emptyLedger(0)).ledger.pair.otState).toBe('FRESH')
  })

  test('a peer that holds another setup gets no F1, and its F1 no answer', () => {
    const run = world()
    run.tell(DEVICE, { type: 'connected', otNo: 1 })
    const asked = request('z', [entry(1), entry(3, 1)])
    sign(run, asked)
    expect(outcomes(run, DEVICE)).toMatchObject([
      { phase: 'Recovery', code: 'PAIR_REKEY' },
      { phase: 'Complete' },
    ])
    const other = world()
    other.tell(COSIGNER, { type: 'connected', otNo: 1 })
    sign(other, request('z', [entry(1)]))
    expect(sent(other, COSIGNER)).toMatchObject([{ kind: 'ABORT', code: 'PAIR_REKEY' }])
    expect(marks(effectsOf(other, COSIGNER)).map(({ type }) => type)).toEqual(['approved'])
  })
})

describe('attempts', () => {
  test('row 4: an attempt number works once', () => {
    const firsts: Message[] = []
    const run = world({
      tamper: (message) => {
        if (message.kind === 'F1') firsts.push(message)
        return message.kind === 'F2' ? [] : [message]
      },
    })
    sign(run, request('s', [entry(1)]))
    const again = firsts[0]!
    run.tell(COSIGNER, { type: 'message', message: again })
    expect(sent(run, COSIGNER).at(-1)).toMatchObject({ kind: 'ABORT', code: 'WRONG_STATE' })
    run.tell(COSIGNER, { type: 'message', message: again })
    run.run()
    expect(sent(run, COSIGNER).filter((one) => one.kind === 'F2')).toHaveLength(1)
  })

  test('a fourth attempt needs a person', () => {
    const run = world({ tamper: (message) => (message.kind === 'F1' ? [] : [message]) })
    const asked = request('t', [entry(1)])
    approve(run, asked)
    const nexts: string[] = []
    for (let tries = 1; tries <= 3; tries++) {
      begin(run, asked)
      run.run()
      run.expire(DEVICE)
      run.run()
      const last = outcomes(run, DEVICE).at(-1)
      nexts.push(last?.phase === 'Aborted' ? last.next : 'other')
    }
    expect(nexts).toEqual(['retry', 'retry', 'ask'])
    expect(() => begin(run, asked)).toThrow('a person must approve again')
    approve(run, asked)
    expect(() => begin(run, asked)).not.toThrow()
  })

  test('an approval that is taken back starts nothing, and one that left a part is not taken back', () => {
    const run = world()
    const asked = request('u', [entry(1)])
    approve(run, asked)
    run.tell(DEVICE, { type: 'cancel', requestId: asked.requestId })
    run.run()
    for (const party of run.parties.values())
      expect(ledgerOf(party).requests.get(requestKey(asked.requestId))!.cancelled).toBe(true)
    expect(() => begin(run, asked)).toThrow('approved entry')

    const signed = request('v', [entry(1)])
    sign(run, signed)
    run.tell(DEVICE, { type: 'cancel', requestId: signed.requestId })
    run.run()
    expect(
      ledgerOf(run.parties.get(COSIGNER)!).requests.get(requestKey(signed.requestId))!.cancelled,
    ).toBe(false)
  })

  test.for(all)(
    'a request that is cancelled while the disk is busy goes no further, suite %i',
    (suite) => {
      const run = world()
      const asked = request('cancelled', [entry(suite)])
      approve(run, asked)
      begin(run, asked)
      run.tell(DEVICE, { type: 'cancel', requestId: asked.requestId })
      run.run()
      expect(sent(run, DEVICE).map(({ kind }) => kind)).toEqual(['CANCEL'])
      expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'CANCELLED' }])
    },
  )

  test('a request that is cancelled while the disk is busy goes no further', () => {
    for (const [party, kind] of [
      [COSIGNER, 'F1'],
      [DEVICE, 'F2'],
      [DEVICE, undefined],
    ] as const) {
      const asked = request(`cancelled ${party} ${kind}`, [entry(1)])
      let judged = kind === undefined
      const run: Simulation = world({
        crash: (to, pending) => {
          const marked = kind === undefined ? 'started' : 'pending'
          if (to !== party || !('commit' in pending)) return false
          if (!pending.marks.some(({ type }) => type === marked)) return false
          run.tell(party, { type: 'cancel', requestId: asked.requestId })
          judged = true
          return false
        },
      })
      sign(run, asked)
      expect(judged).toBe(true)
      expect(outcomes(run, party).at(-1)).toMatchObject({ code: 'CANCELLED' })
      const said = sent(run, party).map((one) => one.kind)
      expect(said).not.toContain(kind === 'F2' ? 'F3' : kind === 'F1' ? 'F2' : 'F1')
      expect(ledgerOf(run.parties.get(party)!).pair).toMatchObject({
        otState: 'FRESH',
        pending: [],
      })
    }
  })

  test('an approval of the responder serves eight attempts', () => {
    const run = world({ tamper: (message) => (message.kind === 'S2' ? [] : [message]) })
    const asked = request('eight', [entry(3)])
    approve(run, asked)
    for (let at = 0; at < 10; at++) {
      approve(run, asked, [DEVICE])
      begin(run, asked)
      run.run()
      run.expire(DEVICE)
      run.run()
    }
    expect(sent(run, COSIGNER).filter(({ kind }) => kind === 'S2')).toHaveLength(8)
    expect(sent(run, COSIGNER).at(-1)).toMatchObject({ code: 'NOT_APPROVED' })
  })

  test('a person is shown where an entry stands', () => {
    const run = world({ tamper: (message) => (message.kind === 'F2' ? [] : [message]) })
    const asked = request('phases', [entry(1), entry(2, 1)])
    const phase = (index: number) =>
      phaseOf(run.parties.get(DEVICE)!.signer, { requestId: asked.requestId, index })
    expect(phase(0)).toBe('KeyShare')
    sign(run, asked)
    expect([phase(0), phase(1)]).toEqual(['SignRound1', 'Complete'])
    run.expire(DEVICE)
    expect(phase(0)).toBe('Aborted')
    run.tell(DEVICE, { type: 'forget', requestId: asked.requestId })
    run.run()
    expect(phase(1)).toBe('KeyShare')
  })

  test('more than four ECDSA sessions with one peer are BUSY', () => {
    const run = world({ tamper: (message) => (message.kind === 'F2' ? [] : [message]) })
    const asked = [0, 1, 2, 3, 4].map((at) => request(`w${at}`, [entry(1)]))
    for (const one of asked) approve(run, one)
    for (const one of asked.slice(0, 4)) begin(run, one)
    run.run()
    expect(() => begin(run, asked[4]!)).toThrow('too many sessions')
    const id: AttemptId = { requestId: asked[4]!.requestId, index: 0, attempt: 1 }
    const first = sent(run, DEVICE).find((one) => one.kind === 'F1')!
    run.tell(COSIGNER, { type: 'message', message: { ...first, ...id } as Message })
    expect(sent(run, COSIGNER).at(-1)).toMatchObject({ code: 'BUSY' })
  })

  test('a channel that breaks ends what waits for the peer, and says nothing into it', () => {
    const run = world({ tamper: (message) => (message.kind === 'F2' ? [] : [message]) })
    sign(run, request('x', [entry(1), entry(2, 1)].slice(0, 1)))
    const before = sent(run, DEVICE).length
    run.tell(DEVICE, { type: 'disconnected' })
    expect(outcomes(run, DEVICE)).toMatchObject([{ code: 'NETWORK', next: 'retry' }])
    expect(sent(run, DEVICE)).toHaveLength(before)
  })
})

function truncate(kind: Message['kind']): NonNullable<World['tamper']> {
  return (message) =>
    message.kind === kind && 'body' in message
      ? [{ ...message, body: message.body.slice(0, -1) }]
      : [message]
}
