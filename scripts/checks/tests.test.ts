import { describe, expect, test } from 'vitest'
import type { Report } from './report.ts'
import { hasName, isWorthALine } from './report.ts'
import { summary } from './tests.ts'

const report: Report = { files: 1, passed: 3, named: null, failures: [], skipped: [], stray: [] }

describe('the sum of the tests', () => {
  test('counts every test', () => {
    expect(summary(report, 0)).toMatchObject({ passed: 3, failed: 0, skipped: 0 })
  })

  test('shows why a test was skipped', () => {
    const skipped = [{ name: 'a', reason: 'needs chromium' }]
    const sum = summary({ ...report, skipped }, 0)
    expect(sum).toMatchObject({ failed: 0, skipped: 1 })
    expect(sum.note).toContain('needs chromium')
  })

  test('a test that is skipped without a reason has failed', () => {
    const skipped = [{ name: 'a', reason: '' }]
    expect(summary({ ...report, skipped }, 0)).toMatchObject({ failed: 1, skipped: 0 })
  })

  test('an error outside of any test is a failure', () => {
    expect(summary({ ...report, stray: ['unhandled'] }, 1)).toMatchObject({ failed: 1 })
  })

  test('no test file at all is a failure', () => {
    expect(summary({ ...report, files: 0 }, 0)).toMatchObject({ failed: 1 })
  })

  test('a name that no test has is one failure', () => {
    const none = { ...report, passed: 0, named: 0 }
    expect(summary(none, 0)).toMatchObject({ failed: 1, problems: ['no test has this name'] })
    expect(summary({ ...none, files: 0 }, 1)).toMatchObject({ failed: 1 })
    expect(summary({ ...report, named: 3 }, 0)).toMatchObject({ passed: 3, failed: 0 })
  })

  test('an exit code that nothing explains is a failure', () => {
    expect(summary(report, 1)).toMatchObject({ failed: 1 })
  })
})

describe('a test that was asked for by name', () => {
  const one = 'signing > refuses a nonce'

  test('is found by its own title and by the titles of its groups', () => {
    expect(hasName(one, /nonce/)).toBe(true)
    expect(hasName(one, /signing > refuses/)).toBe(true)
    expect(hasName(one, /verif/)).toBe(false)
  })

  test('is every test without a name', () => {
    expect(hasName(one, undefined)).toBe(true)
  })
})

describe('the line of a test file', () => {
  const file = { count: 3, seconds: 0.2, ok: true }

  test('is always there at a terminal, unless no test of it was asked for', () => {
    expect(isWorthALine(file, true)).toBe(true)
    expect(isWorthALine({ ...file, count: 0 }, true)).toBe(false)
  })

  test('is in a log only when the file is slow or broken', () => {
    expect(isWorthALine(file, false)).toBe(false)
    expect(isWorthALine({ ...file, seconds: 5.1 }, false)).toBe(true)
    expect(isWorthALine({ ...file, ok: false }, false)).toBe(true)
  })
})
