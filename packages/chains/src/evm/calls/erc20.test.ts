import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import {
  anyAddress,
  anyBytes,
  anyUint,
  contract,
  encode,
  read,
  self,
  token,
  zero,
} from './calls.fixture.ts'
import { erc20 } from './erc20.ts'
import { checkRows, claimed, moved, erc20 as assetOf, row, unlimited } from './rows.fixture.ts'

const asset = assetOf(contract)
const one = (id: bigint): string => `eip155:1/erc721:${contract.toLowerCase()}/${id}`

function allowed(by: 'call' | 'permit', owner: string, spender: string, amount: bigint, rest = {}) {
  if (amount === 0n)
    return { kind: 'revoke', what: 'allowance', asset, spender, by } satisfies Intent
  const change = 'set'
  const intent = { kind: 'approve', asset, owner, spender, change, by } as const
  return { ...intent, amount: unlimited(amount), ...rest } satisfies Intent
}

const permits = [anyAddress, anyAddress, anyUint(256), anyUint(256)] as const
const signature = [anyUint(8), anyBytes(32), anyBytes(32)] as const

checkRows(erc20, [
  row({
    signature: 'transfer(address,uint256)',
    args: fc.tuple(anyAddress, anyUint(256)),
    means: ([to, amount]) => moved(asset, amount, self, to),
  }),
  row({
    signature: 'transferFrom(address,address,uint256)',
    note: 'of an ERC-20',
    facts: token('erc20'),
    args: fc.tuple(anyAddress, anyAddress, anyUint(256)),
    means: ([from, to, amount]) => moved(asset, amount, from, to),
  }),
  row({
    signature: 'transferFrom(address,address,uint256)',
    note: 'of an unknown token',
    args: fc.tuple(anyAddress, anyAddress, anyUint(256)),
    means: ([from, to, amount]) => claimed(moved(asset, amount, from, to)),
  }),
  row({
    signature: 'transferFrom(address,address,uint256)',
    note: 'of an ERC-721',
    facts: token('erc721'),
    args: fc.tuple(anyAddress, anyAddress, anyUint(256)),
    means: ([from, to, id]) => moved(one(id), 1n, from, to),
  }),
  row({
    signature: 'approve(address,uint256)',
    note: 'of an ERC-20',
    facts: token('erc20'),
    args: fc.tuple(anyAddress, anyUint(256)),
    means: ([spender, amount]) => allowed('call', self, spender, amount),
  }),
  row({
    signature: 'approve(address,uint256)',
    note: 'of an unknown token',
    args: fc.tuple(anyAddress, anyUint(256)),
    means: ([spender, amount]) => claimed(allowed('call', self, spender, amount)),
  }),
  row({
    signature: 'approve(address,uint256)',
    note: 'of an ERC-721',
    facts: token('erc721'),
    args: fc.tuple(anyAddress, anyUint(256)),
    means: ([spender, id]): Intent => {
      if (spender === zero) return { kind: 'revoke', what: 'allowance', asset: one(id), by: 'call' }
      const intent = { kind: 'approve', asset: one(id), owner: self, spender } as const
      return { ...intent, amount: 1n, change: 'set', by: 'call' }
    },
  }),
  ...['increaseAllowance', 'increaseApproval'].map((name) =>
    row({
      signature: `${name}(address,uint256)`,
      args: fc.tuple(anyAddress, anyUint(256)),
      means: ([spender, added]): Intent => {
        const intent = { kind: 'approve', asset, owner: self, spender } as const
        return { ...intent, amount: unlimited(added), change: 'increase', by: 'call' }
      },
    }),
  ),
  ...['decreaseAllowance', 'decreaseApproval'].map((name) =>
    row({
      signature: `${name}(address,uint256)`,
      args: fc.tuple(anyAddress, anyUint(256)),
      means: ([spender]): Intent => ({
        kind: 'revoke',
        what: 'decrease',
        asset,
        spender,
        by: 'call',
      }),
    }),
  ),
  row({
    signature: 'permit(address,address,uint256,uint256,uint8,bytes32,bytes32)',
    args: fc.tuple(...permits, ...signature),
    means: ([owner, spender, amount, deadline]) =>
      allowed('permit', owner, spender, amount, { deadline }),
  }),
  row({
    signature: 'permit(address,address,uint256,uint256,bytes)',
    args: fc.tuple(...permits, anyBytes(0, 70)),
    means: ([owner, spender, amount, deadline]) =>
      allowed('permit', owner, spender, amount, { deadline }),
  }),
  row({
    signature: 'permit(address,address,uint256,uint256,bool,uint8,bytes32,bytes32)',
    args: fc.tuple(...permits, fc.boolean(), ...signature),
    means: ([owner, spender, , expiry, all]) => {
      const ends = expiry === 0n ? {} : { deadline: expiry }
      return allowed('permit', owner, spender, all ? 2n ** 256n - 1n : 0n, ends)
    },
  }),
])

test.for([
  ['transfer(address,uint256)', 'erc721'],
  ['transfer(address,uint256)', 'erc1155'],
  ['transferFrom(address,address,uint256)', 'erc1155'],
  ['approve(address,uint256)', 'erc1155'],
  ['approve(address,uint256)', 'token'],
  ['increaseAllowance(address,uint256)', 'erc721'],
  ['decreaseAllowance(address,uint256)', 'erc721'],
] as const)('%s is not read of a contract that is known as %s', ([signature, standard]) => {
  const values = signature.startsWith('transferFrom') ? [self, self, 5n] : [self, 5n]
  const data = encode(signature, values)
  expect(read(data, {}, token(standard)).intent.kind).toBe('call')
  expect(read(data).intent.kind).not.toBe('call')
})

test('a token of another contract says nothing of this one', () => {
  const data = encode('approve(address,uint256)', [zero, 5n])
  const { claims } = read(data, {}, token('erc721', self))
  expect(claims).toEqual([{ kind: 'standard', contract }])
})
