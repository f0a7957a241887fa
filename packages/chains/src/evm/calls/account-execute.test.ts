import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Read } from '../context.ts'
import { checksummed } from '../context.ts'
import { accountExecute } from './account-execute.ts'
import {
  anyAddress,
  anyUint,
  bob,
  contract,
  encode,
  hex,
  read,
  self,
  transferData,
  zero,
} from './calls.fixture.ts'
import {
  type Row,
  type Step,
  checkRows,
  claimed,
  exactValues,
  innerData,
  row,
  stepByStep,
} from './rows.fixture.ts'
import { safeRead } from './safe.fixture.ts'

const step = fc.tuple(anyAddress, anyUint(64), innerData)
const steps = fc.array(step, { maxLength: 3 })
const CALLS = 'f((address,uint256,bytes)[])'
const PLAIN = '00'.repeat(30)
const ERC7821 = `0000000078210001${'00'.repeat(22)}`

const mode = fc
  .tuple(
    fc.constantFrom('0000', '0001', '0002', '0100', '0101', '0102', '0200', 'ff00', 'ff01', 'ff02'),
    fc.constantFrom(PLAIN, ERC7821, `01${'00'.repeat(29)}`),
  )
  .map((parts) => `0x${parts.join('')}`)

describe.for([contract, self])('the account at %s', (account) => {
  checkRows(
    accountExecute.filter(({ toSelf }) => toSelf || account !== self),
    [
      row({
        signature: 'execute(address,uint256,bytes)',
        args: step,
        means: (one) => run(account, [one]),
      }),
      row({
        signature: 'execute((address,uint256,bytes))',
        args: fc.tuple(step),
        means: ([one]) => run(account, [one]),
      }),
      row({
        signature: 'executeBatch((address,uint256,bytes)[])',
        args: fc.tuple(steps),
        means: ([all]) => run(account, all),
      }),
      row({
        signature: 'executeBatch(address[],bytes[])',
        args: fc
          .tuple(steps, fc.nat({ max: 1 }))
          .map(([all, cut]) => [all.map(([to]) => to), all.map(([, , data]) => data).slice(cut)]),
        means: ([targets = [], data = []]) =>
          targets.length === data.length
            ? run(
                account,
                targets.map((to, index) => [to, 0n, data[index] ?? '']),
              )
            : undefined,
      }),
      row({
        signature: 'executeBatch(address[],uint256[],bytes[])',
        args: fc
          .tuple(steps, fc.nat({ max: 1 }), fc.nat({ max: 1 }))
          .map(
            ([all, cut, other]) =>
              [
                all.map(([to]) => to),
                all.map(([, value]) => value).slice(cut),
                all.map(([, , data]) => data).slice(other),
              ] as const,
          ),
        means: ([targets, values, data]) =>
          targets.length === data.length && targets.length === values.length
            ? run(
                account,
                targets.map((to, index) => [to, values[index] ?? 0n, data[index] ?? '']),
              )
            : undefined,
      }),
      row({
        signature: 'execute(bytes32,bytes)',
        note: 'of steps',
        args: fc.tuple(mode, steps).map(([how, all]) => [how, encoded(all)] as const),
        means: ([how, execution]) => byMode(account, how, execution),
      }),
      row({
        signature: 'execute(bytes32,bytes)',
        note: 'of one step',
        args: fc.tuple(mode, step).map(([how, one]) => [how, packed(one)] as const),
        means: ([how, execution]) => byMode(account, how, execution),
      }),
      ...(account === self ? [] : delegating),
    ].map((each) => ({ ...each, outer: { to: account } })),
  )
})

const delegating: Row[] = [
  row({
    signature: 'execute(address,uint256,bytes,uint8)',
    args: fc.tuple(anyAddress, anyUint(64), innerData, fc.constantFrom(0n, 1n, 2n, 3n)),
    means: (given) => safeRead(given, contract),
  }),
  row({
    signature: 'execute(address,bytes)',
    args: fc.tuple(anyAddress, innerData),
    means: ([to, data]) => safeRead([to, 0n, data, 1n], contract),
  }),
]

function run(account: string, all: readonly Step[], atomic = true): Read | undefined {
  if (all.some(([to]) => to === zero)) return undefined
  const through = account === self ? {} : { through: account }
  return claimed(stepByStep(all, { from: account, atomic, ...through }), account)
}

/** EIP-7579's modes, as its text has them. */
function byMode(account: string, how: string, execution: string): Read | undefined {
  const [kind, rest] = [how.slice(2, 6), how.slice(6)]
  if (rest !== PLAIN && !(kind === '0100' && rest === ERC7821)) return undefined
  if (kind === '0100' || kind === '0101') {
    const all = decoded(execution)
    return all && run(account, all, kind === '0100')
  }
  const to = execution.length < 42 ? zero : checksummed(execution.slice(0, 42))
  const [value, data] = [execution.slice(42, 106), execution.slice(106)]
  if ((kind === '0000' || kind === '0001') && value.length === 64)
    return run(account, [[to, BigInt(`0x${value}`), `0x${data}`]], kind === '0000')
  if ((kind === 'ff00' || kind === 'ff01') && execution.length >= 42)
    return safeRead([to, 0n, `0x${execution.slice(42)}`, 1n], account)
  return undefined
}

function encoded(all: readonly Step[]): string {
  return hex(encode(CALLS, [all]).subarray(4))
}

function decoded(execution: string): readonly Step[] | undefined {
  const selector = hex(encode(CALLS, [[]]).subarray(0, 4))
  const values = exactValues(CALLS, `${selector}${execution.slice(2)}`)
  return values?.[0] as readonly Step[] | undefined
}

function packed([to, value, data]: Step): string {
  return `${to.toLowerCase()}${value.toString(16).padStart(64, '0')}${data.slice(2)}`
}

test('the zero address, which some take for the account itself, is not read', () => {
  const data = (to: string): Uint8Array =>
    encode('execute(bytes32,bytes)', [`0x01${'00'.repeat(31)}`, encoded([[to, 1n, '0x']])])
  expect(read(data(zero)).intent.kind).toBe('call')
  expect(read(data(bob)).intent.kind).toBe('batch')
})

test('code that runs as the account is marked, by every way to ask for it', () => {
  const inner = hex(transferData())
  const ways = [
    encode('execute(address,bytes)', [bob, inner]),
    encode('execute(address,uint256,bytes,uint8)', [bob, 0n, inner, 1n]),
    encode('execute(bytes32,bytes)', [
      `0xff${'00'.repeat(31)}`,
      `${bob.toLowerCase()}${inner.slice(2)}`,
    ]),
  ]
  for (const data of ways)
    expect(read(data).intent).toMatchObject({
      kind: 'safe-transaction',
      operation: 'delegatecall',
      safe: contract,
      target: bob,
      inner: { kind: 'call', target: bob },
    })
})

test('one step that is too short for its mode is not read', () => {
  const kindOf = (mode: string, length: number): string =>
    read(
      encode('execute(bytes32,bytes)', [`0x${mode}${'00'.repeat(31)}`, `0x${'b0'.repeat(length)}`]),
    ).intent.kind
  for (const [mode, least, kind] of [
    ['00', 52, 'batch'],
    ['ff', 20, 'safe-transaction'],
  ] as const) {
    for (let length = 0; length < least; length += 1) expect(kindOf(mode, length)).toBe('call')
    expect(kindOf(mode, least)).toBe(kind)
  }
})
