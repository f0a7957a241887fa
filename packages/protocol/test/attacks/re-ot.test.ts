import { describe, expect, test } from 'vitest'
import { ProtocolAbort, UsageError } from '../../src/abort.ts'
import { answerN1, answerN2, answerN3, answerN4, startReOt } from '../../src/dkg/re-ot.ts'
import type { WalletShare } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { D, E, type Machine, ceremony, proposalOf } from '../ceremony.ts'
import { group } from './ceremony-campaign.ts'
import { changes } from './changes.ts'
import { type Field, type Line, differences, layOut } from './layouts.ts'
import { decodes } from './oracle.ts'
import { recorded } from './recorded.ts'

const wallet = ceremony({ group, proposal: proposalOf({ suites: [1], holders: [1, 2] }) })
const input = (share: WalletShare, { sign }: Machine) => ({
  share,
  peer: 3 - share.me,
  otNo: 1,
  sign,
})
const rng = (side: string) => testRng(`re-ot/${side}`)

/** The messages of an honest run, and what either side held before each of its answers. */
const honest = (() => {
  const start = startReOt(input(wallet.e, E), rng('E'), group)
  const one = answerN1(input(wallet.d, D), start.n1, rng('D'), group)
  const [afterN1, afterN2] = [recorded(start.state), recorded(one.state)]
  const two = answerN2(afterN1(), one.n2, rng('E'))
  const three = answerN3(afterN2(), two.n3)
  const messages = { N1: start.n1, N2: one.n2, N3: two.n3, N4: three.n4 }
  return { messages, afterN1, afterN2, prepared: recorded(two.prepared) }
})()

type NName = keyof typeof honest.messages
const bots: readonly Line[] = [
  ['botA', 32, 'point', 128],
  ['botR', 32, 'point', 256],
]
const tables: Record<NName, readonly Field[]> = {
  N1: layOut('ristretto255', [['nonce', 32, 'bytes']]),
  N2: layOut('ristretto255', [['nonce', 32, 'bytes'], ...bots]),
  N3: layOut('ristretto255', [...bots, ['cert', 64, 'bytes']]),
  N4: layOut('ristretto255', [['cert', 64, 'bytes']]),
}

/** What must come of a change, as `code, culprit, field`. Nothing but a certificate proves these. */
function expected(name: NName, sent: Uint8Array, got: Uint8Array): string {
  const sender = name === 'N1' || name === 'N3' ? 1 : 2
  if (got.length !== sent.length) return `LENGTH, ${sender}, ${name}`
  const broken = differences(tables[name], sent, got).find((field) => !decodes(field, got))
  if (broken) return `POINT, ${sender}, ${name}.${broken.name}`
  return name === 'N4' ? 'CERT, 2, N4' : 'CERT, 1, N3.cert'
}

/** Where a run with one changed message ends. */
function ended(name: NName, body: Uint8Array): string {
  const take = (each: NName, otherwise: Uint8Array) => (each === name ? body : otherwise)
  try {
    let { N2, N3 } = honest.messages
    let { afterN2 } = honest
    if (name === 'N1') {
      const answer = answerN1(input(wallet.d, D), body, rng('D'), group)
      afterN2 = recorded(answer.state)
      N2 = answer.n2
    }
    if (name === 'N1' || name === 'N2') {
      const state = honest.afterN1()
      try {
        N3 = answerN2(state, take('N2', N2), rng('E')).n3
      } finally {
        expect(() => state.take()).toThrow(UsageError)
      }
    }
    if (name !== 'N4') {
      const state = afterN2()
      try {
        answerN3(state, take('N3', N3))
      } finally {
        expect(() => state.take()).toThrow(UsageError)
      }
    }
    answerN4(honest.prepared(), wallet.e.devices[1]!, take('N4', honest.messages.N4))
    return 'done'
  } catch (error) {
    if (!(error instanceof ProtocolAbort)) throw error
    return `${error.code}, ${error.culprit}, ${error.field}`
  }
}

describe('a hostile peer that remakes transfers', () => {
  test.for(['N1', 'N2', 'N3', 'N4'] as const)(
    'row 26: any changed field of %s ends with its code and leaves no new setup',
    (name) => {
      const sent = honest.messages[name]
      expect(ended(name, sent)).toBe('done')
      const cases = changes(tables[name], sent, `re-ot/${name}`)
      expect(cases.length).toBeGreaterThanOrEqual(10)
      const seen = cases.map(({ label, body }) => `${label}: ${ended(name, body)}`)
      expect(seen).toEqual(
        cases.map(({ label, body }) => `${label}: ${expected(name, sent, body)}`),
      )
    },
  )
})
