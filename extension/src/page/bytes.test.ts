import { base58, base64 } from '@scure/base'
import { expect, test } from 'vitest'
import { fromBase58, fromBase64, fromHex, toBase64 } from './bytes.ts'

const samples = [
  [],
  [0],
  [0, 0, 1],
  [255],
  [1, 0],
  Array.from({ length: 64 }, (_, at) => (at * 37) % 256),
  Array.from({ length: 200_000 }, (_, at) => at % 251),
].map((bytes) => Uint8Array.from(bytes))

test('bytes of any length come back from Base64 as another library has them', () => {
  for (const bytes of samples) {
    expect(toBase64(bytes)).toBe(base64.encode(bytes))
    expect(fromBase64(toBase64(bytes))).toEqual(bytes)
  }
})

test('Base58 and hex are read as another library writes them', () => {
  for (const bytes of samples.slice(0, -1)) expect(fromBase58(base58.encode(bytes))).toEqual(bytes)
  expect(fromHex('00ff10')).toEqual(Uint8Array.of(0, 255, 16))
})
