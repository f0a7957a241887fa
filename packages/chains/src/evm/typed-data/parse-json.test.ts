import { describe, expect, test } from 'vitest'
import { refusal } from '../../../test/typed-data/document.ts'
import { parseJson } from './parse-json.ts'

const parse = (text: string) => parseJson(text, 'typedData')

describe('JSON text', () => {
  test.for<[string, unknown]>([
    ['null', null],
    [' true ', true],
    ['-9007199254740991', -9007199254740991n],
    ['"a\\u00e9\\n\\ud83d\\ude00"', 'aé\n😀'],
    ['[ ]', []],
    ['[1,\n"2",[false]]', [1n, '2', [false]]],
    [
      '{"a":{},"__proto__":[0]}',
      new Map<string, unknown>([
        ['a', new Map()],
        ['__proto__', [0n]],
      ]),
    ],
  ])('%s is read', ([text, expected]) => {
    expect(parse(text)).toEqual(expected)
  })

  test.for([
    ['', 'truncated typedData'],
    ['{"a":', 'truncated typedData.a'],
    ['{"a":1', 'truncated typedData'],
    ['{"a"', 'truncated typedData.a'],
    ['{', 'truncated typedData'],
    ['["a', 'truncated typedData[0]'],
    ['"a\\', 'truncated typedData'],
    ['[1', 'truncated typedData'],
    ['[1 2]', 'not-valid typedData'],
    ['[1,]', 'not-valid typedData[1]'],
    ['{"a":1,}', 'not-valid typedData'],
    ['{a:1}', 'not-valid typedData'],
    ['{"a" 1}', 'not-valid typedData.a'],
    ["'a'", 'not-valid typedData'],
    ['nul', 'not-valid typedData'],
    ['NaN', 'not-valid typedData'],
    ['+1', 'not-valid typedData'],
    ['\ufeff1', 'not-valid typedData'],
    ['\u00a01', 'not-valid typedData'],
    ['"\\x41"', 'not-valid typedData'],
    ['"\\u12"', 'not-valid typedData'],
    ['"\n"', 'not-valid typedData'],
    ['1 1', 'trailing typedData'],
    ['{}\u0000', 'trailing typedData'],
    ['0x1', 'trailing typedData'],
  ])('%j is refused', ([text = '', expected]) => {
    expect(refusal(() => parse(text))).toBe(expected)
  })

  test.for([
    '1.0',
    '1.5',
    '1e3',
    '1E-3',
    '-0',
    '01',
    '00',
    '9007199254740992',
    '-9007199254740992',
    '1e400',
  ])('a number that readers may round is refused: %s', (text) => {
    expect(refusal(() => parse(`{"a":${text}}`))).toBe('not-canonical typedData.a')
  })

  test('a name that comes twice is refused, however it is written', () => {
    expect(refusal(() => parse('{"a":1,"b":2,"a":1}'))).toBe('duplicate typedData.a')
    expect(refusal(() => parse('[{"a":1,"\\u0061":2}]'))).toBe('duplicate typedData[0].a')
    expect(refusal(() => parse('{"__proto__":1,"__proto__":1}'))).toBe(
      'duplicate typedData.__proto__',
    )
  })

  test('half a character is refused', () => {
    expect(refusal(() => parse('"\\ud800"'))).toBe('not-valid typedData')
    expect(refusal(() => parse('["\\udc00\\ud800"]'))).toBe('not-valid typedData[0]')
    expect(refusal(() => parse('{"\\ud800":1}'))).toBe('not-valid typedData')
  })

  test('nesting has a limit, and it is an error that says so', () => {
    const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)
    expect(parse(nested(65))).toHaveLength(1)
    expect(refusal(() => parse(nested(66)))).toMatch(/^limit /)
    expect(refusal(() => parse('{"a":'.repeat(100_000)))).toMatch(/^limit /)
  })

  test('the number of values has a limit', () => {
    const list = (length: number) => JSON.stringify(Array.from({ length }, () => 0))
    expect(parse(list(65_535))).toHaveLength(65_535)
    expect(refusal(() => parse(list(65_536)))).toBe('limit typedData[65535]')
  })

  test('an error says where, in bytes, and nothing of the text', () => {
    expect(() => parse('{"é":"😀", "<b>pay</b>": 1.5}')).toThrow(
      'typedData.? at byte 28: expected an integer up to 2^53 - 1, or one in quotes',
    )
  })
})
