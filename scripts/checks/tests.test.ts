import { describe, expect, test } from 'vitest'
import type { Report } from './report.ts'
import { summary } from './tests.ts'

const report: Report = { files: 1, passed: 3, failures: [], skipped: [], stray: [] }

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

  test('an exit code that nothing explains is a failure', () => {
    expect(summary(report, 1)).toMatchObject({ failed: 1 })
  })
})
