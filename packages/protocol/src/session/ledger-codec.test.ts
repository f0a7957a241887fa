import { expect, test } from 'vitest'
import { changedBy, decodePair, decodeRequest, encodePair, encodeRequest } from './ledger-codec.ts'
import { type Mark, applyMark, emptyLedger, requestKey } from './marks.ts'

const bytes = (length: number, value: number) => new Uint8Array(length).fill(value)
const requestId = bytes(16, 1)
const id = { requestId, index: 0, attempt: 1 }
const entry = {
  index: 0,
  suite: 1,
  keyId: bytes(32, 2),
  path: [60, 0],
  message: bytes(32, 3),
} as const

const marks: Mark[] = [
  { type: 'approved', request: { requestId, entries: [entry] }, hash: bytes(32, 4) },
  { type: 'started', counter: 7n, ...id },
  { type: 'pending', ...id },
  { type: 'answered', digest: bytes(32, 5), reply: bytes(98, 6), ...id },
  { type: 'signed', signature: bytes(65, 7), ...id },
]

test('a ledger is the same after its pieces were kept, after each of its marks', () => {
  let ledger = emptyLedger(3, 2)
  for (const mark of marks) {
    ledger = applyMark(ledger, mark)
    expect(decodePair(encodePair(ledger))).toEqual({ pair: ledger.pair, counter: ledger.counter })
    for (const record of ledger.requests.values())
      expect(decodeRequest(encodeRequest(record))).toEqual(record)
  }
})

test('bytes of another schema are no piece of a ledger', () => {
  const pair = encodePair(emptyLedger(0))
  expect(() => decodeRequest(pair)).toThrow('expected')
  const [before, approval] = [emptyLedger(0), marks[0]!]
  const request = encodeRequest(applyMark(before, approval).requests.get(requestKey(requestId))!)
  expect(() => decodePair(request)).toThrow('expected')
  for (const row of [new Uint8Array(0), bytes(40, 0xff)]) {
    expect(() => decodePair(row)).toThrow('CBOR')
    expect(() => decodeRequest(row)).toThrow('CBOR')
  }
})

test('every mark but an approval changes the piece of the pair, and its own request', () => {
  const [approved, ...others] = marks
  const key = requestKey(requestId)
  expect(changedBy([approved!])).toEqual({ pair: false, requests: new Map([[key, requestId]]) })
  for (const mark of others)
    expect(changedBy([mark])).toEqual({ pair: true, requests: new Map([[key, requestId]]) })
  expect(changedBy([{ type: 'rekeyed', epoch: 1, otNo: 0 }])).toEqual({
    pair: true,
    requests: new Map(),
  })
})
