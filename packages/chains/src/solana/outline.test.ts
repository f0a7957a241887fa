import { expect, test } from 'vitest'
import { signed, wire } from '../../test/solana/message.ts'
import { key } from '../../test/solana/svm.ts'
import { system } from '../../test/solana/system.ts'
import { outline } from './outline.ts'

const [payer, other, to, table] = ['payer', 'other', 'to', 'table'].map(key) as [
  ReturnType<typeof key>,
  ReturnType<typeof key>,
  ReturnType<typeof key>,
  ReturnType<typeof key>,
]
const instructions = [
  system.transfer(payer.address, to.address, 1n),
  system.transfer(other.address, to.address, 1n),
]
const blockhash = key('blockhash').address

test('who has not signed yet, and the tables of a transaction, are told before it is read', () => {
  const legacy = wire(payer.address, blockhash, instructions)
  expect(outline(legacy)).toEqual({ tables: [], unsigned: [payer.address, other.address] })
  expect(outline(signed(legacy, other)).unsigned).toEqual([payer.address])
  const tables = { [table.address]: [to.address] }
  const versioned = wire(payer.address, blockhash, instructions, tables)
  expect(outline(versioned).tables).toEqual([table.address])
  expect(() => outline(legacy.subarray(1))).toThrow('expected')
})
