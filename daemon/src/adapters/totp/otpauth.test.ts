import { Secret } from 'otpauth'
import { describe, expect, test } from 'vitest'
import { otpauth } from './otpauth.ts'

/** RFC 6238, appendix B, SHA-1: seconds since 1970, and the last six of the eight digits. */
const published = [
  [59, '287082'],
  [1111111109, '081804'],
  [1111111111, '050471'],
  [1234567890, '005924'],
  [2000000000, '279037'],
  [20000000000, '353130'],
] as const
const secret = new TextEncoder().encode('12345678901234567890')
const at = (seconds: number) => new Date(seconds * 1000)

describe('codes of an authenticator app', () => {
  test.for(published)('at %i seconds is %s, as RFC 6238 says', ([seconds, code]) => {
    expect(otpauth.stepOf(secret, code, at(seconds))).toBe(Math.floor(seconds / 30))
  })

  test.for(published)('at %i seconds counts one step earlier and later, and no further', (row) => {
    const [seconds, code] = row
    const step = Math.floor(seconds / 30)
    const inStep = (other: number) => otpauth.stepOf(secret, code, at(other * 30 + 15))
    expect([step - 1, step, step + 1].map(inStep)).toEqual([step, step, step])
    expect([step - 2, step + 2].map(inStep)).toEqual([undefined, undefined])
  })

  test('is of its own secret, and whole', () => {
    const other = new TextEncoder().encode('12345678901234567891')
    expect(otpauth.stepOf(other, '287082', at(59))).toBeUndefined()
    for (const wrong of ['', '28708', '2870820', '287083', '94287082'])
      expect(otpauth.stepOf(secret, wrong, at(59))).toBeUndefined()
  })

  test('is set up by a link that an app scans', () => {
    const link = new URL(otpauth.link(secret))
    expect(link.protocol).toBe('otpauth:')
    expect(link.searchParams.get('issuer')).toBe('Tandem')
    const scanned = Secret.fromBase32(link.searchParams.get('secret') ?? '')
    expect(new Uint8Array(scanned.bytes)).toEqual(secret)
  })
})
