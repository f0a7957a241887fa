import { expect, test } from 'vitest'
import { cursor } from './bytes.ts'

test('a field of a message is a copy, also when the message is a Buffer', () => {
  for (const message of [Uint8Array.of(1, 2, 3, 4), Buffer.from([1, 2, 3, 4])]) {
    const field = cursor(message, 'M').take(2, 'field')
    message.fill(9)
    expect(field).toEqual(Uint8Array.of(1, 2))
  }
})
