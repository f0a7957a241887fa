import { describe, expect, test } from 'vitest'
import { refusal } from '../../../test/typed-data/document.ts'
import { type Json, parseJson } from './parse-json.ts'
import { encodeType, readTypes } from './types.ts'

const json = (types: unknown): Json => parseJson(JSON.stringify(types), 'types')
const read = (types: unknown) => readTypes(json(types))
const one = (type: string, name = 'a') => ({ Test: [{ name, type }] })

describe('types', () => {
  test('are written as EIP-712 hashes them: the main one, then the others by name', () => {
    const types = read({
      Transaction: [
        { name: 'from', type: 'Person' },
        { name: 'tx', type: 'Asset[2][]' },
      ],
      Person: [{ name: 'friends', type: 'Person[]' }],
      Asset: [
        { name: 'token', type: 'address' },
        { name: 'from', type: 'Person' },
      ],
      Unused: [],
    })
    const text = [...types.values()].map(encodeType)
    expect(text).toEqual([
      'Transaction(Person from,Asset[2][] tx)Asset(address token,Person from)Person(Person[] friends)',
      'Person(Person[] friends)',
      'Asset(address token,Person from)Person(Person[] friends)',
      'Unused()',
    ])
  })

  test.for([
    'a b',
    'a,uint256 b',
    'a)',
    'a(',
    'a[]',
    '',
    '1a',
    '\u0430',
    'a\u200b',
    '__proto__',
    'a'.repeat(81),
  ])('a name that is no identifier is refused: %j', (name) => {
    expect(refusal(() => read({ [name]: [] }))).toMatch(/^not-valid types\./)
    expect(refusal(() => read(one('bool', name)))).toBe('not-valid types.Test[0].name')
  })

  test('the name of a struct may have a colon, that of a member may not', () => {
    expect(encodeType(read({ 'Exchange:Order': [] }).get('Exchange:Order')!)).toBe(
      'Exchange:Order()',
    )
    expect(refusal(() => read(one('bool', 'a:b')))).toBe('not-valid types.Test[0].name')
  })

  test.for([
    'uint256',
    'uint',
    'int',
    'uint7',
    'int512',
    'bytes',
    'bytes0',
    'bytes33',
    'bool',
    'address',
    'string',
    'function',
    'fixed128x18',
  ])('an atom is not defined again: %s', (name) => {
    expect(refusal(() => read({ [name]: [] }))).toBe(`not-valid types.${name}`)
  })

  test.for([
    'uint',
    'int',
    'uint7',
    'uint264',
    'uint08',
    'bytes33',
    'bytes0',
    'Missing',
    '',
    'bool ',
    'Bool',
    'bool[0]',
    'bool[01]',
    'bool[-1]',
    'bool[',
    'bool]',
    '[]',
    'bool[100000]',
    'address payable',
  ])('a type that is not there is refused: %j', (type) => {
    expect(refusal(() => read(one(type)))).toBe('missing types.Test[0].type')
  })

  test('a member is not there twice', () => {
    const member = { name: 'a', type: 'bool' }
    expect(refusal(() => read({ Test: [member, { ...member, type: 'string' }] }))).toBe(
      'duplicate types.Test[1]',
    )
  })

  test('a member has a name, a type and nothing else', () => {
    const odd = [
      null,
      [],
      {},
      { name: 'a' },
      { type: 'bool' },
      { name: 'a', type: 'bool', more: 1 },
    ]
    for (const member of odd)
      expect(refusal(() => read({ Test: [member] }))).toBe('not-valid types.Test[0]')
    expect(refusal(() => read({ Test: [{ name: 1, type: 'bool' }] }))).toBe(
      'not-valid types.Test[0].name',
    )
    expect(refusal(() => read({ Test: [{ name: 'a', type: 1 }] }))).toBe(
      'not-valid types.Test[0].type',
    )
    expect(refusal(() => read({ Test: {} }))).toBe('not-valid types.Test')
    expect(refusal(() => read([]))).toBe('not-valid types')
  })

  test('the type of the domain is nobody’s member', () => {
    const types = { EIP712Domain: [{ name: 'name', type: 'string' }], ...one('EIP712Domain[]') }
    expect(refusal(() => read(types))).toBe('unsupported types.Test[0].type')
  })

  test('numbers of types, members and dimensions have limits', () => {
    const many = (length: number) =>
      Object.fromEntries(Array.from({ length }, (_, index) => [`T${index}`, []]))
    expect(read(many(64)).size).toBe(64)
    expect(refusal(() => read(many(65)))).toBe('limit types')
    const members = (length: number) => ({
      Test: Array.from({ length }, (_, index) => ({ name: `m${index}`, type: 'bool' })),
    })
    expect(read(members(1024)).get('Test')?.members).toHaveLength(1024)
    expect(refusal(() => read(members(1025)))).toBe('limit types')
    expect(read(one(`bool${'[]'.repeat(32)}`)).size).toBe(1)
    expect(refusal(() => read(one(`bool${'[]'.repeat(300_000)}`)))).toBe('limit types.Test[0].type')
  })
})
