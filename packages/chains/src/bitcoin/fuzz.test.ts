import { base64 } from '@scure/base'
import { expect, test } from 'vitest'
import { valid } from './bip-174.fixture.ts'
import { equal } from './bytes.ts'
import { normalizePsbt, parsePsbt } from './psbt.ts'
import { encodeMaps } from './psbt-maps.ts'
import { type Coin, type Out, psbtOf, refusal, scriptOfOurs, stranger } from './testing.ts'

const outputs: readonly Out[] = [
  { script: scriptOfOurs('p2wpkh', 0, false, stranger), amount: 120_000n },
  { script: scriptOfOurs('p2tr', 0, true), amount: 29_000n },
]
const segwit: Coin = {
  script: scriptOfOurs('p2wpkh', 0),
  amount: 100_000n,
  proven: true,
  sighash: 1,
}
const taproot: Coin = { script: scriptOfOurs('p2tr', 1), amount: 50_000n }
const seeds = [
  psbtOf([segwit, taproot], outputs),
  psbtOf([taproot, { ...segwit, proven: false }], outputs, { lockTime: 800_000 }),
]
const smallest = psbtOf([{ ...taproot, sighash: 1 }], outputs.slice(1))
const published = valid
  .map(([, text]) => base64.decode(text))
  .filter((bytes) => refusal(() => normalizePsbt(bytes)).code === 'accepted')
  .map((bytes) => normalizePsbt(bytes))

function mutations(bytes: Uint8Array, changes: readonly number[]) {
  let accepted = 0
  let refused = 0
  const copy = bytes.slice()
  for (let at = 0; at < bytes.length; at++) {
    const before = bytes[at] ?? 0
    for (const change of changes) {
      copy[at] = before ^ change
      const { code } = refusal(() => {
        const again = encodeMaps(parsePsbt(copy))
        if (!equal(again, copy)) throw new Error(`byte ${at} is read and not written`)
      })
      if (code === 'accepted') accepted++
      else refused++
    }
    copy[at] = before
  }
  return { accepted, refused }
}

test('every change of one byte is refused, or written again as it was read', () => {
  const every = Array.from({ length: 255 }, (_, index) => index + 1)
  const { accepted, refused } = mutations(smallest, every)
  // Both happen: amounts and hashes may be any, lengths and types may not.
  expect(accepted).toBeGreaterThan(10_000)
  expect(refused).toBeGreaterThan(5000)
})

test('every change of one bit is refused, or written again', () => {
  const bits = [1, 2, 4, 8, 16, 32, 64, 128]
  expect(published.length).toBeGreaterThan(10)
  for (const bytes of [...seeds, ...published])
    expect(mutations(bytes, bits).refused).toBeGreaterThan(100)
})
