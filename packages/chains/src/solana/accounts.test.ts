import { describe, expect, test } from 'vitest'
import type { Facts } from '../intent.ts'
import { SYSTEM } from './program-ids.ts'
import { code, messageOf, named, readWire, self, unsigned } from './solana.fixture.ts'

const table = named('table')
const inTable = ['zero', 'one', 'two'].map((name) => named(name))
/** A transfer of one lamport to the account at the table's place 2. */
const message = messageOf({
  keys: [self, SYSTEM],
  instructions: [{ program: 1, accounts: [0, 2], data: [2, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0] }],
  lookups: [{ table, writable: [2] }],
})
const said = [{ address: table, addresses: inTable }]
const facts = (addresses: readonly string[]): Facts => ({ tables: new Map([[table, addresses]]) })

describe('a lookup table', () => {
  test('is as the request says, and that is a claim', () => {
    const explanation = readWire(unsigned(message), said).explain()
    expect(explanation.intents).toMatchObject([{ kind: 'transfer', to: named('two'), amount: 1n }])
    expect(explanation.claims).toEqual([{ kind: 'lookup-table', table }])
  })

  test('is no claim when the caller has read it', () => {
    for (const tables of [said, []]) {
      const explanation = readWire(unsigned(message), tables).explain(facts(inTable))
      expect(explanation.intents).toMatchObject([{ kind: 'transfer', to: named('two') }])
      expect(explanation.claims).toEqual([])
    }
  })

  test("a table that differs from the caller's own is refused", () => {
    const own = [...inTable.slice(0, 2), named('else')]
    expect(code(() => readWire(unsigned(message), said).explain(facts(own)))).toBe('not-valid')
  })

  test('hides its accounts when nobody has read it', () => {
    const explanation = readWire(unsigned(message)).explain()
    expect(explanation.intents).toMatchObject([{ kind: 'call', target: SYSTEM, hidden: 1 }])
    const short = readWire(unsigned(message), [{ address: table, addresses: inTable.slice(0, 2) }])
    expect(short.explain().intents).toMatchObject([{ kind: 'call', hidden: 1 }])
    expect(short.explain().claims).toEqual([])
  })

  test('an account that a table brings in again is refused', () => {
    const tables = [{ address: table, addresses: [self, named('one'), self] }]
    expect(code(() => readWire(unsigned(message), tables).explain())).toBe('duplicate')
    const twice = messageOf({ lookups: [{ table, writable: [1], readonly: [1] }] })
    expect(code(() => readWire(unsigned(twice)).explain())).toBe('duplicate')
  })

  test.for([
    ['that the transaction does not use', [{ address: named('else'), addresses: inTable }]],
    [
      'with more addresses than a table has',
      [{ address: table, addresses: Array<string>(257).fill(self) }],
    ],
  ] as const)('%s is refused', ([, tables]) => {
    expect(code(() => readWire(unsigned(message), tables))).toBe('not-valid')
  })

  test('that is there twice is refused', () => {
    expect(code(() => readWire(unsigned(message), [...said, ...said]))).toBe('duplicate')
  })

  test('loads the writable accounts of all tables before the others', () => {
    const second = named('second table')
    const order = messageOf({
      keys: [self, named('program')],
      instructions: [{ program: 1, accounts: [2, 3, 4, 5] }],
      lookups: [
        { table, writable: [0], readonly: [1] },
        { table: second, writable: [0], readonly: [1] },
      ],
    })
    const owned = ['w1', 'w2', 'r1', 'r2'].map((name) => [named(name), ours] as const)
    const { intents } = readWire(unsigned(order), [
      { address: table, addresses: [named('w1'), named('r1')] },
      { address: second, addresses: [named('w2'), named('r2')] },
    ]).explain({ tokenAccounts: new Map(owned) })
    expect(intents).toMatchObject([{ kind: 'call', touches: [named('w1'), named('w2')] }])
  })
})

const ours = { mint: named('mint'), owner: self }
