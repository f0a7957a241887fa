import { describe, expect, test } from 'vitest'
import { KeyWrapError } from '../../ports/key-wrap.ts'
import { failuresOf } from './failures.ts'

const secret = 'correct-horse-battery'

describe('what the log says of an error', () => {
  test('is its name, its code and its places, and those of its causes', () => {
    const inner = new TypeError(secret)
    const found = failuresOf(new KeyWrapError('failed', secret, inner))
    expect(found.map(({ name, code }) => [name, code])).toEqual([
      ['KeyWrapError', 'failed'],
      ['TypeError', undefined],
    ])
    for (const { frames } of found) expect(frames[0]).toContain('failures.test.ts')
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  test.for([
    ['looks like places', `x\n    at ${secret} (/tmp/${secret}:1:1)\n    at (/tmp/${secret}:1:1)`],
    ['is empty', ''],
    ['has colons', `Error: ${secret}: ${secret}`],
    ['is long', secret.repeat(1000)],
  ])('the message of an error stays out, whatever it looks like: it %s', ([, message = '']) => {
    const error = new Error(message)
    expect(error.stack).toContain(message)
    const [found] = failuresOf(error)
    expect(found?.frames.length).toBeGreaterThan(0)
    expect(JSON.stringify(found)).not.toContain(secret)
  })

  test('a message that was changed later leaves no places', () => {
    const error = new Error(`x\n    at ${secret} (/tmp/${secret}:1:1)`)
    // Node writes the stack when it is first read.
    expect(error.stack).toContain(secret)
    for (const message of ['y', '', 'Error']) {
      error.message = message
      expect(failuresOf(error)).toEqual([{ name: 'Error', frames: [] }])
    }
  })

  test('what is thrown and no error is only named', () => {
    expect(failuresOf(secret)).toEqual([{ name: 'string', frames: [] }])
    expect(failuresOf(Uint8Array.of(1, 2))).toEqual([{ name: 'object', frames: [] }])
  })

  test('causes that go round end', () => {
    const error = new Error('round')
    error.cause = error
    expect(failuresOf(error)).toHaveLength(5)
  })
})
