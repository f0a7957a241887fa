import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import { checksummed } from '../context.ts'
import {
  alice,
  anyAddress,
  anyBytes,
  anyUint,
  bob,
  encode,
  read,
  self,
  token,
} from './calls.fixture.ts'
import { PERMIT2 } from './known-contracts.ts'
import { permit2 } from './permit2.ts'
import { all, checkRows, claimed, erc20, moved, row, unlimited } from './rows.fixture.ts'

type Details = readonly [token: string, amount: bigint, until: bigint, nonce: bigint]

function allowed(
  [what, amount, until]: Details,
  owner: string,
  spender: string,
  rest: { deadline?: bigint } = {},
): Intent | undefined {
  const asset = erc20(what)
  if (amount === 0n) return { kind: 'revoke', what: 'allowance', asset, spender, by: 'permit2' }
  if (until === 0n) return undefined
  const intent = {
    kind: 'approve',
    asset,
    owner,
    spender,
    amount: unlimited(amount),
  } as const
  return { ...intent, change: 'set', by: 'permit2', until, ...rest }
}

const details = fc.tuple(anyAddress, anyUint(160), anyUint(48), anyUint(48))
const move = fc.tuple(anyAddress, anyAddress, anyUint(160), anyAddress)

checkRows(permit2, [
  row({
    signature: 'approve(address,address,uint160,uint48)',
    args: fc.tuple(anyAddress, anyAddress, anyUint(160), anyUint(48)),
    means: ([what, spender, amount, until]) =>
      claimed(allowed([what, amount, until, 0n], self, spender)),
  }),
  row({
    signature: 'permit(address,((address,uint160,uint48,uint48),address,uint256),bytes)',
    args: fc.tuple(anyAddress, fc.tuple(details, anyAddress, anyUint(256)), anyBytes(0, 70)),
    means: ([owner, [one, spender, deadline]]) =>
      claimed(allowed(one, owner, spender, { deadline })),
  }),
  row({
    signature: 'permit(address,((address,uint160,uint48,uint48)[],address,uint256),bytes)',
    args: fc.tuple(
      anyAddress,
      fc.tuple(fc.array(details, { maxLength: 3 }), anyAddress, anyUint(256)),
      anyBytes(0, 70),
    ),
    means: ([owner, [many, spender, deadline]]) =>
      claimed(all(many.map((one) => allowed(one, owner, spender, { deadline })))),
  }),
  row({
    signature: 'transferFrom(address,address,uint160,address)',
    args: move,
    means: ([from, to, amount, what]) => claimed(moved(erc20(what), amount, from, to)),
  }),
  row({
    signature: 'transferFrom((address,address,uint160,address)[])',
    args: fc.tuple(fc.array(move, { maxLength: 3 })),
    means: ([many]) =>
      claimed(all(many.map(([from, to, amount, what]) => moved(erc20(what), amount, from, to)))),
  }),
  row({
    signature: 'lockdown((address,address)[])',
    args: fc.tuple(fc.array(fc.tuple(anyAddress, anyAddress), { maxLength: 3 })),
    means: ([many]) =>
      claimed(all(many.map(([what, spender]) => allowed([what, 0n, 0n, 0n], self, spender)))),
  }),
])

test('the contract that all share is no claim', () => {
  const data = encode('approve(address,address,uint160,uint48)', [alice, bob, 5n, 7n])
  const here = read(data, { to: checksummed(PERMIT2) })
  expect(here.claims).toEqual([])
  expect(here.intent).toEqual(read(data).intent)
})

test('an allowance for a block alone is not read', () => {
  const data = (until: bigint): Uint8Array =>
    encode('approve(address,address,uint160,uint48)', [alice, bob, 5n, until])
  expect(read(data(0n)).intent.kind).toBe('call')
  expect(read(data(1n)).intent.kind).toBe('approve')
})

test('a token that is no ERC-20 is not read', () => {
  const data = encode('transferFrom(address,address,uint160,address)', [self, bob, 5n, alice])
  expect(read(data, {}, token('erc721', alice)).intent.kind).toBe('call')
  expect(read(data, {}, token('erc20', alice)).intent.kind).toBe('transfer')
})
