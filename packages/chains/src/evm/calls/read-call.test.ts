import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { allIntents } from '../../intent.ts'
import {
  alice,
  anyAddress,
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
import { allMethods, methods } from './methods.ts'
import { names } from './names.ts'
import { readCall } from './read-call.ts'
import { erc20, moved, unread } from './rows.fixture.ts'
import { unlimited } from './unlimited.ts'

test('no two functions share a selector', () => {
  expect(methods.size).toBe(allMethods.length)
  const both = [...names.keys()].filter((number) => methods.has(number))
  expect(both).toEqual([])
})

/** As published with the standards and by explorers. */
test.for([
  ['a9059cbb', 'transfer(address,uint256)'],
  ['23b872dd', 'transferFrom(address,address,uint256)'],
  ['095ea7b3', 'approve(address,uint256)'],
  ['39509351', 'increaseAllowance(address,uint256)'],
  ['a22cb465', 'setApprovalForAll(address,bool)'],
  ['d505accf', 'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)'],
  ['8fcbaf0c', 'permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)'],
  [
    '6a761202',
    'execTransaction(address,uint256,bytes,uint8,uint256,uint256,uint256,address,address,bytes)',
  ],
  ['8d80ff0a', 'multiSend(bytes)'],
  ['82ad56cb', 'aggregate3((address,bool,bytes)[])'],
  ['ac9650d8', 'multicall(bytes[])'],
  ['5ae401dc', 'multicall(uint256,bytes[])'],
  ['3659cfe6', 'upgradeTo(address)'],
  ['4f1ef286', 'upgradeToAndCall(address,bytes)'],
  ['f2fde38b', 'transferOwnership(address)'],
  ['1f931c1c', 'diamondCut((address,uint8,bytes4[])[],address,bytes)'],
  ['e9ae5c53', 'execute(bytes32,bytes)'],
  ['b61d27f6', 'execute(address,uint256,bytes)'],
  ['1cff79cd', 'execute(address,bytes)'],
  ['d0e30db0', 'deposit()'],
  ['2e1a7d4d', 'withdraw(uint256)'],
  [
    '414bf389',
    'exactInputSingle((address,address,uint24,address,uint256,uint256,uint256,uint160))',
  ],
  ['04e45aaf', 'exactInputSingle((address,address,uint24,address,uint256,uint256,uint160))'],
  ['3593564c', 'execute(bytes,bytes[],uint256)'],
  ['38ed1739', 'swapExactTokensForTokens(uint256,uint256,address[],address,uint256)'],
  ['d4d9bdcd', 'approveHash(bytes32)'],
] as const)('0x%s is called %s', ([selector, name]) => {
  const { intent } = read(Uint8Array.from(Buffer.from(`${selector}ff`, 'hex')))
  expect(intent).toEqual({
    kind: 'call',
    target: contract,
    value: 0n,
    selector: `0x${selector}`,
    name,
    dataLength: 5,
  })
})

test.for([
  ['fb0f3ee1', 'fulfillBasicOrder'],
  ['b3a34c4c', 'fulfillOrder'],
  ['e7acab24', 'fulfillAdvancedOrder'],
  ['fd9f1e10', 'cancel'],
  ['5b34b966', 'incrementCounter'],
] as const)('0x%s is Seaport’s %s', ([selector, name]) => {
  expect(names.get(Number.parseInt(selector, 16))?.split('(')[0]).toBe(name)
})

test('without data it is a transfer of coins', () => {
  const none = new Uint8Array()
  expect(read(none, { value: 5n, to: bob })).toEqual({
    intent: moved('eip155:1/slip44:60', 5n, self, bob),
    claims: [],
  })
  expect(read(none, { value: 0n, to: self }).intent).toMatchObject({ amount: 0n, toOwn: true })
})

test('too little data for a function has no selector', () => {
  for (const length of [1, 2, 3])
    expect(read(new Uint8Array(length), { value: 9n }).intent).toEqual({
      kind: 'call',
      target: contract,
      value: 9n,
      dataLength: length,
    })
})

test('coins that a function does not take make the call unreadable', () => {
  expect(read(transferData()).intent.kind).toBe('transfer')
  expect(read(transferData(), { value: 1n }).intent).toMatchObject({
    kind: 'call',
    value: 1n,
    name: 'transfer(address,uint256)',
  })
})

test('few functions take coins', () => {
  const found = allMethods.filter((method) => method.payable)
  expect(found.map(({ signature }) => signature)).toEqual([
    'upgradeToAndCall(address,bytes)',
    'upgradeAndCall(address,address,bytes)',
    'aggregate3Value((address,bool,uint256,bytes)[])',
    'multiSend(bytes)',
  ])
})

test('a call to the own account is read only where accounts have the function', () => {
  const transfer = transferData()
  expect(read(transfer, { to: self }).intent).toMatchObject({ kind: 'call', target: self })
  expect(read(transfer, { to: self.toLowerCase() }).intent.kind).toBe('call')
  expect(read(transfer).intent.kind).toBe('transfer')
})

test('the steps of the own account are read when it asks itself', () => {
  const execute = encode('execute(address,uint256,bytes)', [bob, 1n, '0x'])
  expect(read(execute, { to: self }).intent).toEqual({
    kind: 'batch',
    atomic: true,
    steps: [moved('eip155:1/slip44:60', 1n, self, bob)],
  })
  expect(read(execute, { to: self, from: contract }).intent.kind).toBe('call')
})

test.for([
  ['multicall(bytes[])', [[]]],
  ['aggregate((address,bytes)[])', [[]]],
  ['executeBatch((address,uint256,bytes)[])', [[]]],
  ['safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)', [self, bob, [], [], '0x']],
  ['transferFrom((address,address,uint160,address)[])', [[]]],
  ['lockdown((address,address)[])', [[]]],
  ['diamondCut((address,uint8,bytes4[])[],address,bytes)', [[], zero, '0x']],
] as const)('a batch of nothing is not read: %s', ([signature, values]) => {
  expect(read(encode(signature, values)).intent).toMatchObject({ kind: 'call', name: signature })
})

test('a claim that several steps rest on is made once', () => {
  const approval = hex(encode('approve(address,uint256)', [bob, 5n]))
  const { intent, claims } = read(encode('multicall(bytes[])', [[approval, approval]]))
  expect(allIntents([intent])).toHaveLength(3)
  expect(claims).toEqual([{ kind: 'standard', contract }])
})

test('what is not read in the end claims nothing', () => {
  const inner = hex(encode('approve(address,uint256)', [bob, 5n]))
  const data = encode('upgradeToAndCall(address,bytes)', [alice, inner])
  expect(read(data).claims).toHaveLength(1)
  expect(read(new Uint8Array([...data, 0])).claims).toEqual([])
})

test('any data at all is read or is a call, with its selector first', () => {
  const selectors = [...methods.keys()].map((number) => number.toString(16).padStart(8, '0'))
  fc.assert(
    fc.property(
      fc.constantFrom(...selectors),
      fc.uint8Array({ maxLength: 300 }),
      anyAddress,
      (selector, rest, to) => {
        const data = Uint8Array.from([...Buffer.from(selector, 'hex'), ...rest])
        const { intent } = readCall(call(data, { to }), context())
        if (intent.kind === 'call') expect(intent.dataLength).toBe(data.length)
        else expect(methods.get(Number.parseInt(selector, 16))).toBeDefined()
      },
    ),
    { seed: 5, numRuns: 2000 },
  )
})

describe('calls in calls', () => {
  function nested(depth: number, inner: Uint8Array): Uint8Array {
    let data = inner
    for (let level = 0; level < depth; level++) data = encode('multicall(bytes[])', [[hex(data)]])
    return data
  }
  function depthOf(intent: Intent): number {
    const [step] = intent.kind === 'batch' ? intent.steps : []
    return step ? 1 + depthOf(step) : 0
  }
  function innermost(intent: Intent): Intent {
    const [step] = intent.kind === 'batch' ? intent.steps : []
    return step ? innermost(step) : intent
  }

  test('eight deep they are read, deeper they are calls', () => {
    const at = (depth: number): Intent => read(nested(depth, transferData())).intent
    expect(innermost(at(7))).toEqual(moved(erc20(contract), 5n, self, bob))
    expect(innermost(at(8))).toMatchObject({ kind: 'call', name: 'transfer(address,uint256)' })
    expect(innermost(at(40))).toMatchObject({ kind: 'call', name: 'multicall(bytes[])' })
    expect(depthOf(at(40))).toBe(8)
  })

  test('MultiSend inside of MultiSend is no way around that', () => {
    const library = '0x38869bf66a61cf6bdb996a6ae40d5853fd43b526'
    let data = transferData()
    let to: string = alice
    for (let level = 0; level < 40; level++) {
      const head = `01${to.slice(2).toLowerCase()}${'00'.repeat(32)}${data.length.toString(16).padStart(64, '0')}`
      data = encode('multiSend(bytes)', [`0x${head}${hex(data).slice(2)}`])
      to = library
    }
    const outer = encode('execTransactionFromModule(address,uint256,bytes,uint8)', [
      to,
      0n,
      hex(data),
      1n,
    ])
    const all = allIntents([read(outer).intent])
    expect(all.length).toBeLessThan(20)
    expect(all.at(-1)).toMatchObject({ kind: 'call', name: 'multiSend(bytes)' })
  })

  test('no byte is read twice at one depth, so steps cannot outgrow their data', () => {
    // 4,000 offsets to the same step: a lenient reader sees 4,000 steps of 128 KiB.
    const count = 4000
    const words = [32n, BigInt(count), ...Array.from({ length: count }, () => BigInt(count * 32))]
    const head = words.map((word) => word.toString(16).padStart(64, '0')).join('')
    const step = `${(131_072).toString(16).padStart(64, '0')}${'ab'.repeat(131_072)}`
    const bomb = Uint8Array.from(Buffer.from(`ac9650d8${head}${step}`, 'hex'))
    expect(read(bomb)).toEqual(unread(call(bomb), 'multicall(bytes[])'))
  })

  test('the largest payload of steps is read, each step once', () => {
    const inner = hex(transferData())
    const count = 5000
    const { intent } = read(
      encode('multicall(bytes[])', [Array.from({ length: count }, () => inner)]),
    )
    expect(allIntents([intent])).toHaveLength(count + 1)
  })
})

test.for([
  [0n, 0n],
  [10n ** 38n, 10n ** 38n],
  [2n ** 128n - 1n, 2n ** 128n - 1n],
  [2n ** 128n, 'unlimited'],
  [2n ** 255n - 1n, 'unlimited'],
  [2n ** 256n - 1n, 'unlimited'],
] as const)('an allowance of %d is %s', ([amount, expected]) => {
  expect(unlimited(amount)).toBe(expected)
})
