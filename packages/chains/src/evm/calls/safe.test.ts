import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { warnings } from '../../risk.ts'
import type { Read } from '../context.ts'
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
  zero,
} from './calls.fixture.ts'
import { MULTI_SEND, MULTI_SEND_CALL_ONLY } from './known-contracts.ts'
import { readCall, readSafeTransaction } from './read-call.ts'
import { authority, safeRead } from './safe.fixture.ts'
import { checkRows, claimed, erc20, innerData, moved, opaque, row } from './rows.fixture.ts'
import { safe } from './safe.ts'

const operation = fc.constantFrom(0n, 1n, 2n, 255n)
const transaction = fc.tuple(anyAddress, anyUint(64), innerData, operation)
const EXEC =
  'execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)'

checkRows(safe, [
  row({
    signature: EXEC,
    args: fc
      .tuple(
        transaction,
        fc.tuple(anyUint(256), anyUint(256), anyUint(64), anyAddress, anyAddress),
        anyBytes(0, 140),
      )
      .map(([what, gas, signatures]) => [...what, ...gas, signatures] as const),
    means: ([to, value, data, how, , baseGas, gasPrice, gasToken, receiver]) => {
      const token = gasToken === zero ? 'eip155:1/slip44:60' : erc20(gasToken)
      const refund = gasPrice > 0n ? { refund: { token, to: receiver, gasPrice, baseGas } } : {}
      return safeRead([to, value, data, how], contract, refund)
    },
  }),
  ...['execTransactionFromModule', 'execTransactionFromModuleReturnData'].map((name) =>
    row({
      signature: `${name}(address,uint256,bytes,uint8)`,
      args: transaction,
      means: (given) => safeRead(given, contract),
    }),
  ),
  row({
    signature: 'swapOwner(address,address,address)',
    args: fc.tuple(anyAddress, anyAddress, anyAddress),
    means: ([, from, to]) => authority('owner', from, to),
  }),
  row({
    signature: 'addOwnerWithThreshold(address,uint256)',
    args: fc.tuple(anyAddress, anyUint(256)),
    means: ([to, threshold]) => authority('owner', contract, to, { threshold }),
  }),
  row({
    signature: 'removeOwner(address,address,uint256)',
    args: fc.tuple(anyAddress, anyAddress, anyUint(256)),
    means: ([, from, threshold]) => authority('owner', from, zero, { threshold }),
  }),
  row({
    signature: 'changeThreshold(uint256)',
    args: fc.tuple(anyUint(256)),
    means: ([threshold]) => authority('threshold', contract, zero, { threshold }),
  }),
  row({
    signature: 'disableModule(address,address)',
    args: fc.tuple(anyAddress, anyAddress),
    means: ([, from]) => authority('module', from, zero),
  }),
  ...(
    [
      ['enableModule', 'module'],
      ['setGuard', 'guard'],
      ['setModuleGuard', 'module-guard'],
      ['setFallbackHandler', 'fallback-handler'],
    ] as const
  ).map(([name, what]) =>
    row({
      signature: `${name}(address)`,
      args: fc.tuple(anyAddress),
      means: ([to]) => authority(what, contract, to),
    }),
  ),
])

/** A transaction of the Safe at `contract`. */
function execute(to: string, value: bigint, data: string, how: bigint): Uint8Array {
  return encode(EXEC, [to, value, data, how, 0n, 0n, 0n, zero, zero, '0x'])
}

type Item = readonly [how: number, to: string, value: bigint, data: Uint8Array]

function multiSend(items: readonly Item[]): string {
  const packed = items.map(([how, to, value, data]) =>
    [
      how.toString(16).padStart(2, '0'),
      to.slice(2).toLowerCase(),
      value.toString(16).padStart(64, '0'),
      data.length.toString(16).padStart(64, '0'),
      hex(data).slice(2),
    ].join(''),
  )
  return hex(encode('multiSend(bytes)', [`0x${packed.join('')}`]))
}

const [library = zero] = [...MULTI_SEND].map(checksummed)
const [callOnly = zero] = [...MULTI_SEND_CALL_ONLY].map(checksummed)

function innerOf({ intent }: Read) {
  return intent.kind === 'safe-transaction' ? intent.inner : intent
}

test.for([
  ['a token transfer', hex(transferData())],
  ['a multiSend of another contract', multiSend([[0, alice, 1n, new Uint8Array()]])],
  ['nothing', '0x'],
] as const)('code that is not known is never read when it runs as the Safe: %s', ([, data]) => {
  const { intent, claims } = read(execute(alice, 0n, data, 1n))
  expect(intent).toMatchObject({
    kind: 'safe-transaction',
    operation: 'delegatecall',
    inner: { kind: 'call', target: alice },
  })
  const explanation = { chain: 'eip155:1', account: '', uses: [], intents: [intent], claims }
  const codes = warnings(explanation).map(({ code }) => code)
  expect(codes).toEqual(expect.arrayContaining(['delegatecall', 'unknown-call']))
})

test('the same as a call is read', () => {
  const result = read(execute(alice, 0n, hex(transferData()), 0n))
  expect(result.intent).toMatchObject({ kind: 'safe-transaction', operation: 'call' })
  expect(innerOf(result)).toEqual(moved(erc20(alice), 5n, contract, bob))
})

describe('MultiSend as the Safe', () => {
  const items: readonly Item[] = [
    [0, alice, 0n, transferData()],
    [0, bob, 3n, new Uint8Array()],
  ]
  const steps = [
    moved(erc20(alice), 5n, contract, bob),
    moved('eip155:1/slip44:60', 3n, contract, bob),
  ]

  test.for([...MULTI_SEND, ...MULTI_SEND_CALL_ONLY])('%s is read step by step', (address) => {
    const result = read(execute(checksummed(address), 0n, multiSend(items), 1n))
    expect(result).toEqual(
      claimed({
        kind: 'safe-transaction',
        safe: contract,
        operation: 'delegatecall',
        target: checksummed(address),
        inner: { kind: 'batch', atomic: true, steps },
        by: 'call',
      }),
    )
  })

  test('a delegatecall inside is one of the Safe', () => {
    const hidden: readonly Item[] = [...items, [1, alice, 0n, transferData()]]
    const inner = innerOf(read(execute(library, 0n, multiSend(hidden), 1n)))
    expect(inner).toMatchObject({ kind: 'batch' })
    expect(inner).toHaveProperty('steps.2', {
      kind: 'safe-transaction',
      safe: contract,
      operation: 'delegatecall',
      target: alice,
      inner: opaque(alice, 0n, transferData()),
      by: 'call',
    })
    // The library for calls alone reverts.
    expect(innerOf(read(execute(callOnly, 0n, multiSend(hidden), 1n))).kind).toBe('call')
  })

  test('every cut, and every byte that is added, makes it unreadable', () => {
    const data = multiSend(items)
    const packed = data.slice(2 + 8 + 128)
    const whole = (85 + 68 + 85) * 2
    expect(packed.length).toBeGreaterThanOrEqual(whole)
    for (let length = 2; length < whole; length += 2) {
      const cut = hex(encode('multiSend(bytes)', [`0x${packed.slice(0, length)}`]))
      // The first item stands on its own.
      const kind = length === (85 + 68) * 2 ? 'batch' : 'call'
      expect(innerOf(read(execute(library, 0n, cut, 1n))).kind).toBe(kind)
    }
    const longer = hex(encode('multiSend(bytes)', [`0x${packed.slice(0, whole)}00`]))
    expect(innerOf(read(execute(library, 0n, longer, 1n))).kind).toBe('call')
  })

  test('another function of the library is not read, whatever it is told', () => {
    const data = multiSend(items)
    expect(innerOf(read(execute(library, 0n, data, 1n))).kind).toBe('batch')
    const other = `0x12345678${data.slice(10)}`
    expect(innerOf(read(execute(library, 0n, other, 1n))).kind).toBe('call')
  })

  test('coins that a delegatecall cannot move are shown', () => {
    const result = read(execute(library, 9n, multiSend(items), 1n))
    expect(innerOf(result)).toMatchObject({ kind: 'call', value: 9n })
  })

  test('another operation than the two is not read', () => {
    expect(
      innerOf(read(execute(library, 0n, multiSend([[2, alice, 0n, transferData()]]), 1n))),
    ).toMatchObject({ kind: 'call' })
  })

  test('by anybody else than a Safe, only the library for calls is read', () => {
    const data = Uint8Array.from(Buffer.from(multiSend(items).slice(2), 'hex'))
    const outer = { from: self, value: 3n, data }
    expect(readCall(call(data, { ...outer, to: callOnly }), context())).toEqual({
      intent: {
        kind: 'batch',
        atomic: true,
        through: callOnly,
        steps: [moved(erc20(alice), 5n, callOnly, bob), moved('eip155:1/slip44:60', 3n, self, bob)],
      },
      claims: [],
    })
    expect(readCall(call(data, { ...outer, to: library }), context()).intent.kind).toBe('call')
    expect(readCall(call(data, { ...outer, to: contract }), context()).intent.kind).toBe('call')
    const delegates = Buffer.from(multiSend([[1, alice, 0n, transferData()]]).slice(2), 'hex')
    expect(
      readCall(call(Uint8Array.from(delegates), { to: callOnly }), context()).intent.kind,
    ).toBe('call')
  })
})

test('a signed Safe transaction is read like an executed one', () => {
  const fields = {
    safe: contract,
    to: alice,
    value: 0n,
    data: transferData(),
    operation: 0n,
  } as const
  const signed = readSafeTransaction({ ...fields, by: 'signature' }, context())
  const executed = read(execute(alice, 0n, hex(transferData()), 0n))
  expect(signed).toEqual({ intent: { ...executed.intent, by: 'signature' }, claims: [] })
  expect(
    readSafeTransaction({ ...fields, operation: 2n, by: 'signature' }, context()),
  ).toBeUndefined()
})
