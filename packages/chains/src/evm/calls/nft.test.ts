import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Intent } from '../../intent.ts'
import {
  alice,
  anyAddress,
  anyBytes,
  anyUint,
  contract,
  encode,
  read,
  self,
  token,
} from './calls.fixture.ts'
import { nft } from './nft.ts'
import { all, checkRows, claimed, moved, row } from './rows.fixture.ts'

const one = (standard: string, id: bigint): string =>
  `eip155:1/${standard}:${contract.toLowerCase()}/${id}`
const hookData = fc.oneof(fc.constant('0x'), anyBytes(1, 70))

checkRows(nft, [
  row({
    signature: 'safeTransferFrom(address,address,uint256)',
    args: fc.tuple(anyAddress, anyAddress, anyUint(256)),
    means: ([from, to, id]) => moved(one('erc721', id), 1n, from, to),
  }),
  row({
    signature: 'safeTransferFrom(address,address,uint256,bytes)',
    args: fc.tuple(anyAddress, anyAddress, anyUint(256), hookData),
    means: ([from, to, id, data]) =>
      data === '0x' ? moved(one('erc721', id), 1n, from, to) : undefined,
  }),
  row({
    signature: 'safeTransferFrom(address,address,uint256,uint256,bytes)',
    args: fc.tuple(anyAddress, anyAddress, anyUint(256), anyUint(256), hookData),
    means: ([from, to, id, amount, data]) =>
      data === '0x' ? moved(one('erc1155', id), amount, from, to) : undefined,
  }),
  row({
    signature: 'safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)',
    args: fc.tuple(
      anyAddress,
      anyAddress,
      fc.array(anyUint(256), { maxLength: 3 }),
      fc.array(anyUint(256), { maxLength: 3 }),
      hookData,
    ),
    means: ([from, to, ids, amounts, data]) => {
      if (data !== '0x' || ids.length !== amounts.length) return undefined
      return all(ids.map((id, index) => moved(one('erc1155', id), amounts[index] ?? 0n, from, to)))
    },
  }),
  ...(['erc721', 'erc1155', undefined] as const).map((standard) => {
    const collection = `eip155:1/${standard ?? 'erc721'}:${contract.toLowerCase()}`
    return row({
      signature: 'setApprovalForAll(address,bool)',
      note: `of ${standard ?? 'an unknown token'}`,
      ...(standard ? { facts: token(standard) } : {}),
      args: fc.tuple(anyAddress, fc.boolean()),
      means: ([operator, approved]) => {
        const grant = { kind: 'approve-all', collection, owner: self, operator } as const
        const asset = collection
        const end = {
          kind: 'revoke',
          what: 'operator',
          asset,
          spender: operator,
          by: 'call',
        } as const
        const intent: Intent = approved ? grant : end
        return standard ? intent : claimed(intent)
      },
    })
  }),
])

test.for([
  ['safeTransferFrom(address,address,uint256,bytes)', [self, alice, 7n]],
  ['safeTransferFrom(address,address,uint256,uint256,bytes)', [self, alice, 7n, 2n]],
  ['safeBatchTransferFrom(address,address,uint256[],uint256[],bytes)', [self, alice, [7n], [2n]]],
] as const)('a transfer with data for the recipient is not read: %s', ([signature, values]) => {
  expect(read(encode(signature, [...values, '0x'])).intent.kind).not.toBe('call')
  expect(read(encode(signature, [...values, '0x00'])).intent).toMatchObject({
    kind: 'call',
    name: signature,
  })
})

test.for([
  ['safeTransferFrom(address,address,uint256)', [self, alice, 7n], 'erc1155'],
  ['safeTransferFrom(address,address,uint256,bytes)', [self, alice, 7n, '0x'], 'erc20'],
  [
    'safeTransferFrom(address,address,uint256,uint256,bytes)',
    [self, alice, 7n, 2n, '0x'],
    'erc721',
  ],
  ['setApprovalForAll(address,bool)', [alice, true], 'erc20'],
] as const)('%s is not read of a contract of another standard', ([signature, values, standard]) => {
  expect(read(encode(signature, values), {}, token(standard)).intent.kind).toBe('call')
})
