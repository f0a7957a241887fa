/**
 * One changed message in one ceremony, and the abort that must come of it. Both sides are the real
 * ones; what they held before the message is recorded once and made anew for every case.
 */
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { type AbortCode, ProtocolAbort, UsageError } from '../../src/abort.ts'
import { PVE_ROUNDS, ctLength } from '../../src/backup/pve.ts'
import { sodiumRistretto } from '../../src/core/ristretto-sodium.ts'
import { type SuiteId, suites } from '../../src/core/suite.ts'
import type { CeremonyInput } from '../../src/dkg/contribution.ts'
import { type AfterG3, answerG2, answerG4, startCeremony } from '../../src/dkg/initiator.ts'
import type { Proposal } from '../../src/dkg/params.ts'
import {
  type AfterG2,
  type Prepared,
  answerG1,
  answerG3,
  answerG5,
} from '../../src/dkg/responder.ts'
import type { PartyId } from '../../src/party.ts'
import { testRng } from '../../src/testing.ts'
import { type Brings, D, E } from '../ceremony.ts'
import { changes } from './changes.ts'
import { type Field, type Line, differences, layOut } from './layouts.ts'
import { decodes } from './oracle.ts'
import { recorded } from './recorded.ts'

await ready
export const group = sodiumRistretto(sodium)

export type GName = 'G1' | 'G2' | 'G3' | 'G4' | 'G5'
export const gNames: readonly GName[] = ['G1', 'G2', 'G3', 'G4', 'G5']

/** A ceremony to attack. */
export type Plan = {
  readonly name: string
  readonly proposal: Proposal
  readonly e?: Brings
  readonly d?: Brings
}

/** The messages of an honest run, and what either side held before each of its answers. */
export type Recorded = {
  readonly plan: Plan
  readonly messages: Readonly<Record<GName, Uint8Array>>
  readonly afterG1: () => ReturnType<typeof startCeremony>['state']
  readonly afterG2: () => AfterG2
  readonly afterG3: () => AfterG3
  readonly prepared: () => Prepared
}

function input({ proposal, e, d }: Plan, side: 'e' | 'd'): CeremonyInput {
  const [one, brings] = side === 'e' ? [E, e] : [D, d]
  const { half, oldShares } = brings ?? {}
  return { proposal, me: one.id, sign: one.sign, half: half?.slice(), oldShares }
}

const rngs = ({ name }: Plan) => [testRng(`${name}/E`), testRng(`${name}/D`)] as const

export function recordCeremony(plan: Plan): Recorded {
  const [rngE, rngD] = rngs(plan)
  const start = startCeremony(input(plan, 'e'), rngE, group)
  const first = answerG1(input(plan, 'd'), start.g1, rngD, group)
  const [afterG1, afterG2] = [recorded(start.state), recorded(first.state)]
  const second = answerG2(afterG1(), first.g2, rngE)
  const third = answerG3(afterG2(), second.g3, rngD)
  const afterG3 = recorded(second.state)
  const last = answerG4(afterG3(), third.g4)
  const messages = { G1: start.g1, G2: first.g2, G3: second.g3, G4: third.g4, G5: last.g5 }
  return { plan, messages, afterG1, afterG2, afterG3, prepared: recorded(third.prepared) }
}

/** The fields of a message of this ceremony; a ciphertext says itself how it is cut. */
export function fieldsOf({ plan: { proposal }, messages }: Recorded, name: GName) {
  const ids = proposal.suites
  const ot = ids.includes(1)
  const split = proposal.backup.kind === 'split'
  const { t } = proposal
  const each = (of: (id: SuiteId) => readonly Line[]) => ids.flatMap(of)
  const commitments = each((id) => [['FF', suites[id].pointLength, 'point', t, id]])
  const proofs = each((id) =>
    Array.from({ length: t }).flatMap((): Line[] => [
      ['PP', suites[id].pointLength, 'point', 1, id],
      ['PP', 32, 'scalar', 1, id],
    ]),
  )
  const half: Line[] = split ? [['pk_B', 32, 'point', 1, 'ristretto255']] : []
  const halfProof: Line[] = split
    ? [
        ['PP_B', 32, 'point', 1, 'ristretto255'],
        ['PP_B', 32, 'scalar', 1, 'ristretto255'],
      ]
    : []
  const cc: Line = ['cc', proposal.old ? 32 * ids.length : 32, 'bytes']
  const bots: Line[] = ot
    ? [
        ['botA', 32, 'point', 128, 'ristretto255'],
        ['botR', 32, 'point', 256, 'ristretto255'],
      ]
    : []
  const shares = each((id) => [['shares', 32, 'scalar', 1, id]])
  const zs: Line[] = ot ? [['zs', 32, 'bytes']] : []
  const ct = (before: readonly Line[]): Line[] => {
    if (proposal.backup.kind === 'none') return []
    const at = before.reduce((sum, [, length, , count = 1]) => sum + length * count, 0)
    return ciphertexts(messages[name].slice(at), ids.length)
  }
  const reveal = [...proofs, ...halfProof, ...bots]
  const lines = (): readonly Line[] => {
    switch (name) {
      case 'G1':
        return [
          ['nonce', 32, 'bytes'],
          ['com', 32, 'hash'],
        ]
      case 'G2':
        return [['nonce', 32, 'bytes'], ...commitments, ...half, cc, ...reveal]
      case 'G3': {
        const salt: Line = ['salt', 32, 'bytes']
        const before = [...commitments, ...half, cc, salt, ...reveal, ...shares, ...zs]
        return [...before, ...ct(before)]
      }
      case 'G4': {
        const before = [...shares, ...zs]
        return [...before, ...ct(before), ['cert', 64, 'bytes']]
      }
      case 'G5':
        return [['cert', 64, 'bytes']]
    }
  }
  return layOut(ids[0]!, lines())
}

/** `e`, then for every round a seed, the second half where e opens it, and the sealed half. */
function ciphertexts(bytes: Uint8Array, count: number): Line[] {
  let at = 0
  return Array.from({ length: count }).flatMap(() => {
    const e = bytes.slice(at, at + PVE_ROUNDS / 8)
    at += ctLength(e)
    const rounds = Array.from({ length: PVE_ROUNDS }).flatMap((_, k): Line[] => {
      const opened = (e[k >> 3]! >> (k & 7)) & 1
      const seed: Line = ['CT.seed', 32, 'bytes']
      const second: Line[] = opened ? [['CT.x1', 32, 'bytes']] : []
      return [seed, ...second, ['CT.sealed', 80, 'bytes']]
    })
    const first: Line = ['CT.e', e.length, 'bits']
    return [first, ...rounds]
  })
}

export type GVerdict = {
  readonly code: AbortCode
  /** Whoever receives this message aborts over it. */
  readonly on: GName
  readonly culprit: PartyId | undefined
  /** Absent where it depends on where the bytes run out. */
  readonly field?: string
}

/** A check, or with only `of` the decoding of its fields in this order. */
type Check = { readonly of: readonly string[] } & Partial<GVerdict>

const ciphertext = ['CT.e', 'CT.seed', 'CT.x1', 'CT.sealed']
const late = { code: 'CERT', on: 'G4', culprit: 2, field: 'G4.cert' } as const

/** PROTOCOL.md, "The ceremony": the checks of every message in their order. Contributors are 1 and 2. */
function checksOf(name: GName, reshare: boolean): readonly Check[] {
  switch (name) {
    case 'G1':
      // The two sides are in two ceremonies; nobody can say whose fault that is.
      return [{ of: ['nonce', 'com'], code: 'POK', on: 'G2', culprit: undefined, field: 'G2.PP' }]
    case 'G2':
      return [
        { of: ['FF', 'pk_B', 'PP', 'PP_B', 'botA', 'botR'] },
        { of: ['nonce', 'FF', 'PP'], code: 'POK', culprit: undefined, field: 'G2.PP' },
        { of: ['pk_B', 'PP_B'], code: 'POK_B', culprit: 2, field: 'G2.PP' },
        ...(reshare ? [{ of: ['cc'], code: 'CC', culprit: 2, field: 'G2.cc' } as const] : []),
        // Nothing in G2 proves these: the responder's certificate does.
        { of: ['cc', 'botA', 'botR'], ...late },
      ]
    case 'G3':
      return [
        { of: ['FF', 'pk_B', 'PP', 'PP_B', 'botA', 'botR', 'shares'] },
        { of: ['FF', 'pk_B', 'cc', 'salt'], code: 'OPEN', culprit: 1, field: 'G3' },
        { of: ['PP'], code: 'POK', culprit: 1, field: 'G3.PP' },
        { of: ['PP_B'], code: 'POK_B', culprit: 1, field: 'G3.PP' },
        { of: ['shares'], code: 'FELDMAN', culprit: 1, field: 'G3.shares' },
        { of: ciphertext, code: 'CT', culprit: 1, field: 'G3.CT' },
        { of: ['botA', 'botR', 'zs'], ...late },
      ]
    case 'G4':
      return [
        { of: ['shares'] },
        { of: ['shares'], code: 'FELDMAN', culprit: 2, field: 'G4.shares' },
        { of: ciphertext, code: 'CT', culprit: 2, field: 'G4.CT' },
        { of: ['zs', 'cert'], ...late },
      ]
    case 'G5':
      return [{ of: ['cert'], code: 'CERT', culprit: 1, field: 'G5' }]
  }
}

/** What must come of it when `sent` arrives as `got`; they differ. */
function verdictOn(
  name: GName,
  fields: readonly Field[],
  reshare: boolean,
  sent: Uint8Array,
  got: Uint8Array,
): GVerdict {
  const sender = name === 'G2' || name === 'G4' ? 2 : 1
  const length = { code: 'LENGTH', on: name, culprit: sender } as const
  if (got.length !== sent.length) return length
  const changed = differences(fields, sent, got)
  // Other bits of e are other lengths, and where they are as many, another cut.
  for (const e of changed.filter((one) => one.name === 'CT.e'))
    if (ctLength(got.slice(e.at, e.at + 16)) !== ctLength(sent.slice(e.at, e.at + 16)))
      return length
  for (const check of checksOf(name, reshare)) {
    const noticed = changed.filter((field) => check.of.includes(field.name))
    const [first] = noticed
    if (!first) continue
    if (check.code !== undefined) {
      const { code, on = name, culprit, field } = check
      return { code, on, culprit, ...(field === undefined ? {} : { field }) }
    }
    const broken = noticed.find((field) => !decodes(field, got))
    if (broken) {
      const code = broken.kind === 'point' ? 'POINT' : 'SCALAR'
      return {
        code,
        on: name,
        culprit: sender,
        field: `${name}.${broken.name.replace('PP_B', 'PP')}`,
      }
    }
  }
  throw new Error(`${name}: no check notices a change of ${changed.map((one) => one.name).join()}`)
}

export type GCase = {
  readonly recorded: Recorded
  readonly name: GName
  readonly label: string
  readonly body: Uint8Array
  readonly verdict: GVerdict
}

/** All ways to change the fields of a ceremony; `only` keeps the named ones. */
export function ceremonyCases(run: Recorded, only?: readonly string[]): readonly GCase[] {
  const { plan, messages } = run
  return gNames.flatMap((name) => {
    const fields = fieldsOf(run, name)
    const sent = messages[name]
    const asked = only ? fields.filter((field) => only.includes(field.name)) : fields
    return changes(asked, sent, `${plan.name}/${name}`).map(({ label, body }) => ({
      recorded: run,
      name,
      label: `${plan.name} ${name}.${label}`,
      body,
      verdict: verdictOn(name, fields, plan.proposal.old !== undefined, sent, body),
    }))
  })
}

/** Where the run ended, and how. */
type End = { readonly on: GName | undefined; readonly error: unknown }

/** Delivers the changed message, and goes on honestly for as long as both sides do. */
function endOf({ recorded: run, name, body }: GCase): End {
  const [rngE, rngD] = rngs(run.plan)
  const message = (each: GName, honest: () => Uint8Array) => (each === name ? body : honest())
  const from = gNames.indexOf(name)
  let on: GName | undefined
  try {
    let afterG2 = run.afterG2
    let g2 = run.messages.G2
    if (from === 0) {
      on = 'G1'
      const answer = answerG1(input(run.plan, 'd'), body, rngD, group)
      afterG2 = recorded(answer.state)
      g2 = answer.g2
    }
    let afterG3 = run.afterG3
    let g3 = run.messages.G3
    if (from <= 1) {
      on = 'G2'
      const answer = once(run.afterG1(), (state) =>
        answerG2(
          state,
          message('G2', () => g2),
          rngE,
        ),
      )
      afterG3 = recorded(answer.state)
      g3 = answer.g3
    }
    let g4 = run.messages.G4
    if (from <= 2) {
      on = 'G3'
      const answer = once(afterG2(), (state) =>
        answerG3(
          state,
          message('G3', () => g3),
          rngD,
        ),
      )
      g4 = answer.g4
    }
    if (from <= 3) {
      on = 'G4'
      once(afterG3(), (state) =>
        answerG4(
          state,
          message('G4', () => g4),
        ),
      )
    }
    on = 'G5'
    answerG5(
      run.prepared(),
      message('G5', () => run.messages.G5),
    )
    return { on: undefined, error: undefined }
  } catch (error) {
    return { on, error }
  }
}

/** Answers with a state, which must be spent then, whatever came of it. */
function once<S extends { take: () => unknown }, T>(state: S, answer: (state: S) => T): T {
  let ok: T
  try {
    ok = answer(state)
  } catch (error) {
    mustBeSpent(state)
    throw error
  }
  mustBeSpent(state)
  return ok
}

function mustBeSpent(state: { take: () => unknown }): void {
  try {
    state.take()
  } catch (error) {
    if (error instanceof UsageError) return
    throw error
  }
  throw new Error('the state can be used again')
}

/** The discrepancies of a case; none is good. */
export function playCeremony(one: GCase): readonly string[] {
  const { verdict, label } = one
  const { on, error } = endOf(one)
  if (!(error instanceof ProtocolAbort)) return [`${label}: ${String(error)} on ${on}`]
  const { code, culprit, field } = error
  const got = { code, on, culprit, ...(verdict.field === undefined ? {} : { field }) }
  const same = JSON.stringify(got) === JSON.stringify(verdict)
  return same ? [] : [`${label}: ${JSON.stringify(got)}, expected ${JSON.stringify(verdict)}`]
}
