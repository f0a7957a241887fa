import { describe, expect, test } from 'vitest'
import { COSIGNER, DEVICE } from '../party.ts'
import { simulate } from '../simulate.ts'
import { testRng } from '../testing.ts'
import { selfTestRequest } from './check-request.ts'
import { requestKey } from './marks.ts'
import type { Entry, SigningRequest } from './request.ts'
import { dealtWallet, verifies } from '../../test/signers.ts'

const wallet = dealtWallet('check')
const device = wallet.get(DEVICE)!
const cosigner = wallet.get(COSIGNER)!
let draws = 0
const world = () =>
  simulate([device, cosigner], (party) => (bind) => testRng(`${party}/${draws++}/${bind.join()}`))
const requestId = new Uint8Array(16).fill(1)

function entry(suite: 1 | 2 | 3, change: Partial<Entry> = {}): Entry {
  const { keyId } = device.keys.find((key) => key.suite === suite)!
  return { index: 0, suite, keyId, path: [], message: new Uint8Array(32), ...change }
}

const approve = (request: SigningRequest) => () =>
  world().tell(DEVICE, { type: 'approve', request })

describe('a request', () => {
  test.for<[string, SigningRequest]>([
    ['16 bytes', { requestId: new Uint8Array(15), entries: [entry(1)] }],
    ['indices', { requestId, entries: [] }],
    ['indices', { requestId, entries: [entry(1, { index: 1 })] }],
    ['key of this wallet', { requestId, entries: [entry(1, { keyId: new Uint8Array(32) })] }],
    ['suite of each key', { requestId, entries: [entry(1, { keyId: entry(2).keyId })] }],
    ['digest of 32 bytes', { requestId, entries: [entry(1, { message: new Uint8Array(33) })] }],
    ['digest of 32 bytes', { requestId, entries: [entry(2, { message: new Uint8Array(31) })] }],
    ['path', { requestId, entries: [entry(3, { path: [2 ** 31] })] }],
  ])('is refused without %s before anything is recorded', ([expected, request]) => {
    expect(approve(request)).toThrow(expected)
  })

  test('of Ed25519 may have a message of any length', () => {
    const long = { requestId, entries: [entry(3, { message: new Uint8Array(1000) })] }
    expect(approve(long)).not.toThrow()
  })

  test("no request but the self-test can name the self-test's messages", () => {
    const own = selfTestRequest(device)
    for (const one of own.entries) {
      const other = { requestId, entries: [{ ...one, index: 0 }] }
      expect(approve(other)).toThrow("the self-test's own")
    }
    const borrowed = { requestId: own.requestId, entries: [entry(1)] }
    expect(approve(borrowed)).toThrow("the self-test's own")
    expect(approve(own)).not.toThrow()
  })
})

test('every key signs its self-test end to end, and both sides come to the same request', () => {
  const request = selfTestRequest(device)
  expect(selfTestRequest(cosigner)).toEqual(request)
  const run = world()
  for (const id of [DEVICE, COSIGNER]) run.tell(id, { type: 'approve', request })
  for (const { index } of request.entries)
    run.tell(DEVICE, { type: 'begin', requestId: request.requestId, index })
  run.run()
  const record = run.parties.get(DEVICE)!.signer.ledger.requests.get(requestKey(request.requestId))!
  expect(record.entries).toHaveLength(3)
  for (const [at, { signature }] of record.entries.entries())
    expect(verifies(device, request.entries[at]!, signature!)).toBe(true)
})
