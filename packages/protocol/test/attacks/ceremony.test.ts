import { describe, expect, test } from 'vitest'
import { oldEpochOfShare, oldSharesOf } from '../../src/dkg/verify-record.ts'
import { ceremony, proposalOf } from '../ceremony.ts'
import {
  type Plan,
  ceremonyCases,
  fieldsOf,
  gNames,
  group,
  playCeremony,
  recordCeremony,
} from './ceremony-campaign.ts'
import { lengthOf } from './layouts.ts'

const slim = { suites: [2, 3] as const, holders: [1, 2] }
const epoch0 = ceremony({ group, proposal: proposalOf(slim), seed: 'epoch 0' })
const half = (fill: number) => group.reduce(new Uint8Array(64).fill(fill))

const plans: readonly (Plan & { readonly only?: readonly string[] })[] = [
  { name: 'taproot', proposal: proposalOf({ suites: [2], holders: [1, 2] }) },
  { name: 'ed25519', proposal: proposalOf({ suites: [3], holders: [1, 2] }) },
  {
    name: 'ecdsa',
    proposal: proposalOf({ suites: [1], holders: [1, 2] }),
    // The other fields are those of taproot, and every case here makes base transfers.
    only: ['botA', 'botR', 'zs'],
  },
  {
    name: 'backup',
    proposal: proposalOf({ suites: [3], backup: { kind: 'split' } }),
    e: { half: half(1) },
    d: { half: half(2) },
  },
  {
    name: 'reshare',
    proposal: proposalOf({ ...slim, old: oldEpochOfShare(epoch0.e) }),
    e: { oldShares: oldSharesOf(epoch0.e) },
    d: { oldShares: oldSharesOf(epoch0.d) },
  },
]
const runs = plans.map((plan) => ({ plan, run: recordCeremony(plan) }))
const cases = runs.flatMap(({ plan, run }) => ceremonyCases(run, plan.only))

describe('a hostile peer in a ceremony', () => {
  test('has at least 1,500 ways to change one field', () => {
    expect(cases.length).toBeGreaterThanOrEqual(1500)
  })

  test('cannot hide a byte from the tables', () => {
    for (const { run } of runs)
      for (const name of gNames)
        expect(lengthOf(fieldsOf(run, name))).toBe(run.messages[name].length)
  })

  test('is found out in every code that a message of a ceremony can end with', () => {
    const codes = new Set(cases.map((one) => one.verdict.code))
    const all = ['CC', 'CERT', 'CT', 'FELDMAN', 'LENGTH', 'OPEN', 'POINT', 'POK', 'POK_B', 'SCALAR']
    expect([...codes].toSorted()).toEqual(all)
  })

  test.for(plans.map(({ name }) => name))(
    'any changed field of the %s ceremony ends with its code and gives nobody a key',
    (name) => {
      const mine = cases.filter((one) => one.recorded.plan.name === name)
      expect(mine.flatMap(playCeremony)).toEqual([])
    },
  )

  test('is reported where the campaign expects something else', () => {
    for (const one of cases.filter((_, at) => at % 97 === 0)) {
      const { recorded, name, verdict } = one
      expect(playCeremony({ ...one, body: recorded.messages[name] })).toHaveLength(1)
      expect(playCeremony({ ...one, verdict: { ...verdict, code: 'RECORD' } })).toHaveLength(1)
    }
  })
})
