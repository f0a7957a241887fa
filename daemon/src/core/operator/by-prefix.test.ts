import { expect, test } from 'vitest'
import { byPrefix } from './by-prefix.ts'

const ids = ['aaaa1', 'aaaa2', 'bbbb1']
const find = (prefix: string) => byPrefix('request', ids, (id) => id, prefix)

test('an id may be cut short', () => expect(find('bbbb')).toBe('bbbb1'))

test('an id that fits two things names neither', () =>
  expect(() => find('aaaa')).toThrow('2 requests begin with aaaa'))

test('an id that fits nothing is not found', () =>
  expect(() => find('cccc')).toThrow('no request begins with cccc'))
