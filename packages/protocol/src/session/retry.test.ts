import { describe, expect, test } from 'vitest'
import { abortClass, abortCodes } from '../abort.ts'
import { MAX_TRIES, afterAbort, rekeyDelayMs } from './retry.ts'

describe('after an abort', () => {
  test('row 2: only TRANSIENT is retried without a person', () => {
    const retried = abortCodes.filter((code) => afterAbort(code, 1) === 'retry')
    expect(retried).not.toHaveLength(0)
    expect(retried.filter((code) => abortClass(code) !== 'TRANSIENT')).toEqual([])
    for (const code of abortCodes) {
      const kind = abortClass(code)
      if (kind === 'FAULT' || kind === 'DEVIATION') expect(afterAbort(code, 1)).toBe('ask')
      if (kind === 'CHEAT') expect(afterAbort(code, 1)).toBe('rekey')
    }
  })

  test('a transient failure is retried three times at most', () => {
    expect(afterAbort('TIMEOUT', MAX_TRIES - 1)).toBe('retry')
    expect(afterAbort('TIMEOUT', MAX_TRIES)).toBe('ask')
  })

  test('the delay before a new OT setup doubles and stops at a day', () => {
    const hours = [1, 2, 3, 4, 5, 6, 7, 40].map((burns) => rekeyDelayMs(burns) / 3_600_000)
    expect(hours).toEqual([0, 1, 2, 4, 8, 16, 24, 24])
  })
})
