import { describe, expect, test } from 'vitest'
import { admit } from './admit.ts'

const listed = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'
const other = 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'
const firefox = 'moz-extension://2c127fa4-62c7-7e4f-90e5-472b45eecfdc'
const door = { host: '127.0.0.1', port: 8765, origins: [listed], hosts: ['tandem.test:8765'] }

function outcome(origins: readonly string[], hosts: readonly string[], at = door): string {
  const headersDistinct = {
    ...(origins.length > 0 && { origin: [...origins] }),
    ...(hosts.length > 0 && { host: [...hosts] }),
  }
  const admission = admit({ headersDistinct }, at, 8765)
  if (!admission.isIn) return admission.why
  return 'in'
}

describe('the door', () => {
  test.for([
    [[], ['127.0.0.1:8765'], 'in'],
    [[listed], ['localhost:8765'], 'in'],
    [[listed], ['tandem.test:8765'], 'in'],
    [[other], ['127.0.0.1:8765'], 'in'],
    [[firefox], ['127.0.0.1:8765'], 'in'],
    [[listed, listed], ['127.0.0.1:8765'], 'origin'],
    [['https://evil.test'], ['127.0.0.1:8765'], 'origin'],
    [['null'], ['127.0.0.1:8765'], 'origin'],
    [[''], ['127.0.0.1:8765'], 'origin'],
    [[`${listed}/`], ['127.0.0.1:8765'], 'origin'],
    [[firefox.toUpperCase()], ['127.0.0.1:8765'], 'origin'],
    [[listed], ['127.0.0.1:8765', '127.0.0.1:8765'], 'host'],
    [[listed], [''], 'host'],
    [[listed], [], 'host'],
    [[listed], ['rebind.test:8765'], 'host'],
    [[listed], ['[::1]:8765'], 'host'],
  ] as const)('of %s and %s: %s', ([origins, hosts, expected]) => {
    expect(outcome(origins, hosts)).toBe(expected)
  })

  test.for([
    ['127.0.0.1', ['127.0.0.1:8765', 'localhost:8765']],
    ['0.0.0.0', ['127.0.0.1:8765', 'localhost:8765']],
    ['::1', ['[::1]:8765', 'localhost:8765']],
    ['::', ['127.0.0.1:8765', '[::1]:8765', 'localhost:8765']],
    ['192.168.1.4', ['192.168.1.4:8765']],
    ['fd00::4', ['[fd00::4]:8765']],
  ] as const)('on %s has the names that lead there', ([host, names]) => {
    const all = [
      '127.0.0.1:8765',
      '[::1]:8765',
      'localhost:8765',
      '192.168.1.4:8765',
      '[fd00::4]:8765',
      '0.0.0.0:8765',
      '[::]:8765',
    ]
    const found = all.filter((name) => outcome([], [name], { ...door, host }) === 'in')
    expect(new Set(found)).toEqual(new Set(names))
  })
})
