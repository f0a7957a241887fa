import { expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { headerOf } from '../wire/frame.ts'
import { decodeMessage, encodeMessage } from './codec.ts'
import type { Message } from './signer.types.ts'

const about = {
  from: 1,
  to: 2,
  requestId: new Uint8Array(16).fill(3),
  index: 1,
  attempt: 2,
  keyId: new Uint8Array(32).fill(4),
  epoch: 5,
}
const messages: Message[] = [
  ...(['F1', 'F2', 'F3', 'F4', 'S1', 'S2'] as const).map((kind): Message => ({
    ...about,
    kind,
    body: Uint8Array.of(1, 2),
  })),
  { ...about, kind: 'ABORT', code: 'ABORTED' },
  { ...about, kind: 'ABORT', code: 'BUSY' },
  { ...about, kind: 'RESULT', body: new Uint8Array(65).fill(6) },
  { ...about, kind: 'QUERY' },
  { ...about, kind: 'CANCEL' },
]

test.for(messages)('%o survives the wire', (message) => {
  const { header, body } = encodeMessage(message)
  expect(decodeMessage(header, body)).toEqual(message)
})

test('a control message that is not about signing is refused', () => {
  const header = headerOf('hello', 1, 2)
  expect(() => decodeMessage(header, Uint8Array.of(0xa0))).toThrow(DecodeError)
})
