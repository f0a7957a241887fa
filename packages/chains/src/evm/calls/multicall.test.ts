import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checksummed } from '../context.ts'
import {
  alice,
  anyAddress,
  anyBytes,
  anyUint,
  bob,
  call,
  context,
  contract,
  encode,
  hex,
  read,
  self,
  transferData,
} from './calls.fixture.ts'
import { MULTICALL3 } from './known-contracts.ts'
import { multicall } from './multicall.ts'
import { readCall } from './read-call.ts'
import {
  type Step,
  checkRows,
  claimed,
  erc20,
  fromHex,
  innerData,
  moved,
  opaque,
  row,
  stepByStep,
} from './rows.fixture.ts'

const many = fc.array(innerData, { maxLength: 3 })

/** Calls of the contract itself, with the sender that it has. */
function ownSteps(all: readonly string[]) {
  if (all.length === 0) return undefined
  const reads = all.map((data) =>
    data === '0x'
      ? { intent: opaque(contract, 0n, fromHex(data)), claims: [] }
      : readCall(call(fromHex(data)), context()),
  )
  return claimed({
    intent: {
      kind: 'batch',
      atomic: true,
      through: contract,
      steps: reads.map(({ intent }) => intent),
    },
    claims: reads.flatMap(({ claims }) => claims),
  })
}

const shared = checksummed(MULTICALL3)

/** Calls that the contract makes as itself. */
function otherSteps(all: readonly Step[], atomic: boolean) {
  return claimed(stepByStep(all, { from: contract, payer: self, atomic, through: contract }))
}

/** Calls that Multicall3 makes as itself, with the coins of the account. */
function sharedSteps(all: readonly Step[], atomic: boolean) {
  return stepByStep(all, { from: shared, payer: self, atomic, through: shared })
}

const plain = fc.array(fc.tuple(anyAddress, innerData), { maxLength: 3 })
const withoutCoins = (all: readonly (readonly [string, string])[]): Step[] =>
  all.map(([to, data]) => [to, 0n, data])

checkRows(
  multicall.filter(({ signature }) => signature !== 'multiSend(bytes)'),
  [
    row({
      signature: 'multicall(bytes[])',
      args: fc.tuple(many),
      means: ([all]) => ownSteps(all),
    }),
    row({
      signature: 'multicall(uint256,bytes[])',
      args: fc.tuple(anyUint(256), many),
      means: ([, all]) => ownSteps(all),
    }),
    row({
      signature: 'multicall(bytes32,bytes[])',
      args: fc.tuple(anyBytes(32), many),
      means: ([, all]) => ownSteps(all),
    }),
    ...['aggregate', 'blockAndAggregate'].map((name) =>
      row({
        signature: `${name}((address,bytes)[])`,
        args: fc.tuple(plain),
        means: ([all]) => otherSteps(withoutCoins(all), true),
      }),
    ),
    ...['tryAggregate', 'tryBlockAndAggregate'].map((name) =>
      row({
        signature: `${name}(bool,(address,bytes)[])`,
        args: fc.tuple(fc.boolean(), plain),
        means: ([atomic, all]) => otherSteps(withoutCoins(all), atomic),
      }),
    ),
    row({
      signature: 'aggregate3((address,bool,bytes)[])',
      args: fc.tuple(fc.array(fc.tuple(anyAddress, fc.boolean(), innerData), { maxLength: 3 })),
      means: ([all]) =>
        otherSteps(
          all.map(([to, , data]) => [to, 0n, data]),
          all.every(([, mayFail]) => !mayFail),
        ),
    }),
    row({
      signature: 'aggregate3Value((address,bool,uint256,bytes)[])',
      outer: { value: 7n, to: shared },
      args: fc.tuple(
        fc
          .array(fc.tuple(anyAddress, fc.boolean(), fc.constantFrom(0n, 3n), innerData), {
            maxLength: 2,
          })
          .map((all) => [...all, [bob, false, 4n, '0x'] as const]),
      ),
      means: ([all]) => {
        if (all.reduce((sum, [, , value]) => sum + value, 0n) !== 7n) return undefined
        return sharedSteps(
          all.map(([to, , value, data]) => [to, value, data]),
          all.every(([, mayFail]) => !mayFail),
        )
      },
    }),
  ],
)

const VALUES = 'aggregate3Value((address,bool,uint256,bytes)[])'

test('coins that stay behind are not read', () => {
  const data = encode(VALUES, [
    [
      [alice, false, 3n, '0x'],
      [bob, false, 4n, '0x'],
    ],
  ])
  const kindWith = (value: bigint): string => read(data, { value, to: shared }).intent.kind
  expect([6n, 7n, 8n].map(kindWith)).toEqual(['call', 'batch', 'call'])
})

test('coins that are passed on leave the account', () => {
  const data = encode(VALUES, [[[bob, false, 4n, '0x']]])
  expect(read(data, { value: 4n, to: shared }).intent).toMatchObject({
    steps: [{ kind: 'transfer', amount: 4n, from: self, fromOwn: true, to: bob }],
  })
})

test('coins for a contract that is not known are not read', () => {
  const data = encode(VALUES, [[[self, false, 4n, '0x']]])
  expect(read(data, { value: 4n }).intent).toMatchObject({ kind: 'call', value: 4n })
  expect(read(data, { value: 4n, to: shared }).intent).toMatchObject({ kind: 'batch' })
  const nothing = encode(VALUES, [[[self, false, 0n, '0x']]])
  expect(read(nothing).intent).toMatchObject({ kind: 'batch' })
})

describe('who loses', () => {
  const aggregate = (data: Uint8Array): Uint8Array =>
    encode('aggregate((address,bytes)[])', [[[alice, hex(data)]]])
  const first = (data: Uint8Array): unknown => {
    const { intent } = read(data)
    return intent.kind === 'batch' ? intent.steps[0] : intent
  }

  test('a transfer by Multicall3 is of its own tokens', () => {
    expect(first(aggregate(transferData()))).toEqual(moved(erc20(alice), 5n, contract, bob))
  })

  test('a transfer from the account by Multicall3 is of the account', () => {
    const data = encode('transferFrom(address,address,uint256)', [self, bob, 5n])
    expect(first(aggregate(data))).toEqual(moved(erc20(alice), 5n, self, bob))
  })

  test('a transfer in a multicall of the token itself is of the account', () => {
    const data = encode('multicall(bytes[])', [[hex(transferData())]])
    expect(first(data)).toEqual(moved(erc20(contract), 5n, self, bob))
  })
})

test('the contract that all share is no claim', () => {
  const data = encode('aggregate((address,bytes)[])', [[[alice, hex(transferData())]]])
  expect(read(data, { to: shared }).claims).toEqual([])
  expect(read(data).claims).toEqual([{ kind: 'standard', contract }])
})

test('coins for a multicall, which each step would count again, are not read', () => {
  const data = encode('multicall(bytes[])', [[hex(transferData())]])
  expect(read(data, { value: 1n }).intent).toMatchObject({ kind: 'call', value: 1n })
})
