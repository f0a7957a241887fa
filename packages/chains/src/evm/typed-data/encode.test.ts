import { describe, expect, test } from 'vitest'
import { document, read, refusal } from '../../../test/typed-data/document.ts'

const refused = (members: string, message: unknown) =>
  refusal(() => read(document(members, message)))

describe('a message', () => {
  test('a member that is missing or null is refused', () => {
    expect(refused('bool a, string b', { a: true })).toBe('missing message.b')
    expect(refused('bool a, string b', { a: true, b: null })).toBe('missing message.b')
    expect(refused('Test[] a, Test b', { a: [], b: null })).toBe('missing message.b')
    expect(refused('Test[] a', { a: [{}] })).toBe('missing message.a[0].a')
  })

  test('a member that the type lacks is refused', () => {
    expect(refused('bool a', { a: true, b: 1 })).toBe('not-valid message')
    expect(refused('Test[] a', { a: [{ a: [], b: 1 }] })).toBe('not-valid message.a[0]')
    expect(
      refusal(() =>
        read(document('bool a', { a: true }).replace('"a":true', '"a":true,"__proto__":{}')),
      ),
    ).toBe('not-valid message')
  })

  test('a list of another length is refused', () => {
    expect(refused('uint8[2] a', { a: [1] })).toBe('not-valid message.a')
    expect(refused('uint8[2] a', { a: [1, 2, 3] })).toBe('not-valid message.a')
    expect(refused('uint8[2][] a', { a: [[1, 2], []] })).toBe('not-valid message.a[1]')
  })

  test('a list is no struct, and a struct no list', () => {
    expect(refused('uint8[] a', { a: {} })).toBe('not-valid message.a')
    expect(refused('uint8[] a', { a: '0x01' })).toBe('not-valid message.a')
    expect(refused('uint8[] a', [])).toBe('not-valid message')
    expect(refused('Test[] a', { a: [[]] })).toBe('not-valid message.a[0]')
    expect(refused('uint8[] a', { a: [null] })).toBe('not-valid message.a[0]')
  })

  test('a tree of fields shows every value, with its type', () => {
    const message = {
      to: '0xcd2a3d9f938e13cd947ec05abc7fe734df8dd826',
      of: [['0x0A'], []],
      more: [],
    }
    const { intents } = read(document('address to, uint8[][] of, Test[] more', message))
    expect(intents).toEqual([
      {
        kind: 'typed-data',
        primaryType: 'Test',
        domain: [
          { name: 'name', type: 'string', value: 'Test' },
          { name: 'version', type: 'string', value: '1' },
          { name: 'chainId', type: 'uint256', value: '1' },
          {
            name: 'verifyingContract',
            type: 'address',
            value: '0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC',
          },
        ],
        fields: [
          { name: 'to', type: 'address', value: '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826' },
          {
            name: 'of',
            type: 'uint8[][]',
            value: [
              { name: '0', type: 'uint8[]', value: [{ name: '0', type: 'uint8', value: '10' }] },
              { name: '1', type: 'uint8[]', value: [] },
            ],
          },
          { name: 'more', type: 'Test[]', value: [] },
        ],
      },
    ])
  })
})
