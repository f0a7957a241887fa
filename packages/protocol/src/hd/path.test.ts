import { describe, expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { suites } from '../core/suite.ts'
import { derive } from './derive.ts'
import { type Path, encodePath, parsePath, paths } from './path.ts'

describe('path', () => {
  test('a hardened index is refused', () => {
    for (const index of [2 ** 31, 2 ** 32 - 1, 2 ** 32, -1, 1.5, Number.NaN])
      expect(() => encodePath([0, index])).toThrow(DecodeError)
    const { base } = suites[1]
    expect(() => derive(1, base.toBytes(), new Uint8Array(32), [2 ** 31])).toThrow(
      'path: expected indices from 0 to 2^31 - 1',
    )
    expect(encodePath([0, 2 ** 31 - 1])).toEqual(Uint8Array.of(0, 0, 0, 0, 127, 255, 255, 255))
  })

  test('a path reads as it is written', () => {
    expect(parsePath('86/0/0/0/5')).toEqual([86, 0, 0, 0, 5])
    expect(parsePath('0')).toEqual([0])
    expect(parsePath('2147483647')).toEqual([2 ** 31 - 1])
  })

  test.for([
    '',
    '/',
    'm',
    'm/86',
    "86'",
    '86h/0',
    '86H',
    '01',
    '00',
    '+1',
    '-1',
    ' 1',
    '1 ',
    '1/',
    '/1',
    '1//2',
    '1e3',
    '0x10',
    '2147483648',
    '4294967296',
    '99999999999',
    '1/2/3/4/5/6/7/8/9',
    '٣',
    '1\n',
  ])('the text %j is no path', (text) => {
    expect(() => parsePath(text)).toThrow(DecodeError)
  })

  test('no path belongs to two families', () => {
    const all: Path[] = [paths.evm(7), paths.solana(7)]
    for (const coin of [0, 1] as const)
      for (const chain of [0, 1] as const)
        all.push(paths.p2wpkh(coin, 7, chain, 7), paths.taproot(coin, 7, chain, 7))
    expect(new Set(all.map((path) => path.join('/'))).size).toBe(10)
    expect(paths.evm(1)).toEqual([60, 1])
    expect(paths.p2wpkh(0, 1, 1, 2)).toEqual([84, 0, 1, 1, 2])
    expect(paths.taproot(1, 3, 0, 4)).toEqual([86, 1, 3, 0, 4])
    expect(paths.solana(2)).toEqual([501, 2])
    expect(() => paths.evm(2 ** 31)).toThrow(DecodeError)
  })
})
