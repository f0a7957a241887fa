import { expect, test } from 'vitest'
import { bundleStatus } from './bundle-status.ts'

const receipt = (status: string) => ({
  logs: [],
  status,
  blockHash: '0x01',
  blockNumber: '0x1',
  gasUsed: '0x5208',
  transactionHash: '0x02',
  from: '0x03',
})
const [good, bad, none] = [receipt('0x1'), receipt('0x0'), null]

test.for([
  ['nothing is in a block yet', [none, none], 2, 100],
  ['one of two is', [good, none], 2, 100],
  ['all did what they should', [good, good], 2, 200],
  ['all failed', [bad, bad], 2, 500],
  ['one failed', [good, bad], 2, 600],
  ['the network refused the second', [good], 2, 600],
  ['the network refused the second, and the first is not in a block yet', [none], 2, 100],
  ['the network refused the second, and the first failed', [bad], 2, 600],
] as const)('calls are as far as the chain says: %s', ([, answers, wanted, status]) => {
  expect(bundleStatus(answers, wanted, false).status).toBe(status)
})

test.for([
  ['none of them will be in a block', [none, none], 400],
  ['the first is, and the second never will be', [good, none], 600],
  ['the first failed, and the second never will be', [bad, none], 600],
  ['all are', [good, good], 200],
] as const)('calls whose place something else took wait for nothing: %s', ([, answers, status]) => {
  expect(bundleStatus(answers, 2, true).status).toBe(status)
})

test('a receipt says what the standard has, and nothing of the sender', () => {
  const { receipts } = bundleStatus([good], 1, false)
  expect(Object.keys(receipts[0] ?? {})).toEqual([
    'logs',
    'status',
    'blockHash',
    'blockNumber',
    'gasUsed',
    'transactionHash',
  ])
})
