import { describe, expect, test } from 'vitest'
import { AbiCoder, id } from 'ethers'
import { hex, refusal } from '../../../test/typed-data/document.ts'
import { atom } from './atom.ts'
import { type Json, parseJson } from './parse-json.ts'

function encode(type: string, value: unknown): { word: string; text: string } {
  const json: Json = parseJson(JSON.stringify(value), 'value')
  const out = new Uint8Array(32)
  const text = atom(type)?.(json, { key: 'value' }, out, 0)
  return { word: hex(out), text: text ?? 'no atom' }
}

const abi = (type: string, value: unknown) => AbiCoder.defaultAbiCoder().encode([type], [value])
const max = (bits: number) => (1n << BigInt(bits)) - 1n
const address = '0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826'

describe('an atom', () => {
  test.for<[string, unknown, unknown, string]>([
    ['bool', true, true, 'true'],
    ['bool', false, false, 'false'],
    ['address', address, address, address],
    ['address', address.toLowerCase(), address, address],
    ['address', `0x${address.slice(2).toUpperCase()}`, address, address],
    ['uint8', 255, 255, '255'],
    ['uint8', '0xff', 255, '255'],
    ['uint8', '0x0000000000ff', 255, '255'],
    ['uint256', max(256).toString(), max(256), max(256).toString()],
    ['uint256', `0x${'f'.repeat(64)}`, max(256), max(256).toString()],
    ['uint64', max(64).toString(), max(64), max(64).toString()],
    ['int8', -128, -128, '-128'],
    ['int8', '127', 127, '127'],
    ['int256', (-max(255) - 1n).toString(), -max(255) - 1n, (-max(255) - 1n).toString()],
    ['int72', '-1', -1, '-1'],
    ['bytes1', '0xAB', '0xab', '0xab'],
    ['bytes32', `0x${'cd'.repeat(32)}`, `0x${'cd'.repeat(32)}`, `0x${'cd'.repeat(32)}`],
  ])('%s %s is encoded as contracts do', ([type, value, native, text]) => {
    expect(encode(type, value)).toEqual({ word: abi(type, native), text })
  })

  test('text and bytes are hashed', () => {
    expect(encode('string', 'é😀\u0000')).toEqual({ word: id('é😀\u0000'), text: 'é😀\u0000' })
    expect(encode('bytes', '0xAb')).toEqual({
      word: '0x468fc9c005382579139846222b7b0aebc9182ba073b2455938a86d9753bfb078',
      text: '0xab',
    })
    expect(encode('bytes', '0x').word).toBe(id(''))
  })

  test('an address with a typing error is refused', () => {
    const wrong = address.replace('CD2a', 'Cd2a')
    expect(refusal(() => encode('address', wrong))).toBe('checksum value')
  })

  test.for<[string, unknown]>([
    ['bytes4', '0xabcdef'],
    ['bytes4', '0xabcdef0123'],
    ['bytes32', '0x'],
    ['bytes1', '0x'],
  ])('bytes of another length are refused: %s %s', ([type, value]) => {
    expect(refusal(() => encode(type, value))).toBe('not-valid value')
  })

  test.for<[string, unknown]>([
    ['uint8', 256],
    ['uint8', -1],
    ['int8', 128],
    ['int8', -129],
    ['int8', '0xff'],
    ['uint256', (max(256) + 1n).toString()],
    ['int256', (max(255) + 1n).toString()],
    ['uint64', (1n << 64n).toString()],
  ])('an integer that does not fit is refused: %s %s', ([type, value]) => {
    expect(refusal(() => encode(type, value))).toBe('not-valid value')
  })

  const nothing = [null, [], {}]
  test.for<[string, unknown[]]>([
    ['bool', ['true', 0, 1, '', ...nothing]],
    [
      'address',
      ['0x', '', '0x1', address.slice(2), `${address}0`, 'vitalik.eth', 1, true, ...nothing],
    ],
    [
      'uint256',
      [
        '',
        ' 1',
        '1 ',
        '01',
        '-0',
        '1e3',
        '1.0',
        '0x',
        '0X1',
        '0b1',
        '1n',
        '１',
        '9'.repeat(100),
        `0x${'0'.repeat(65)}`,
        true,
        ...nothing,
      ],
    ],
    ['int8', ['+1', '--1', '-01', '-0x1', true, ...nothing]],
    ['string', [1, true, ...nothing]],
    ['bytes', ['', 'ab', '0xa', '0xag', '0x 1', '0xab ', '0Xab', 1, true, ...nothing]],
    ['bytes2', ['', 'abcd', '0xabc', '0xabcg', 1, true, ...nothing]],
  ])('%s is nothing else', ([type, values]) => {
    expect(
      values.filter((value) => refusal(() => encode(type, value)) !== 'not-valid value'),
    ).toEqual([])
  })
})
