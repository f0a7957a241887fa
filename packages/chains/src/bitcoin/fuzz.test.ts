import { base64 } from '@scure/base'
import { expect, test } from 'vitest'
import { valid } from './bip-174.fixture.ts'
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
const published = valid
  .map(([, text]) => base64.decode(text))
  .filter((bytes) => refusal(() => normalizePsbt(bytes)).code === 'accepted')
  .map((bytes) => normalizePsbt(bytes))

/** Every value for every byte of the first, some values for every byte of the others. */
const few = [0, 1, 2, 4, 8, 16, 32, 64, 128, 255]

function mutations(bytes: Uint8Array, changes: readonly number[]) {
  let accepted = 0
  let refused = 0
  const copy = bytes.slice()
  for (let at = 0; at < bytes.length; at++) {
    const before = bytes[at] ?? 0
    for (const change of changes) {
      copy[at] = change === 255 ? before ^ 255 : before ^ change
      const { code } = refusal(() => {
        const again = encodeMaps(parsePsbt(copy))
        if (!again.every((byte, index) => byte === copy[index]) || again.length !== copy.length)
          throw new Error(`byte ${at} is read and not written`)
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
  const [first = new Uint8Array()] = seeds
  const { accepted, refused } = mutations(first, every)
  // Both happen: amounts and hashes may be any, lengths and types may not.
  expect(accepted).toBeGreaterThan(10_000)
  expect(refused).toBeGreaterThan(5000)
})

test('every change of some bits in the vectors is refused, or written again', () => {
  expect(published.length).toBeGreaterThan(10)
  for (const bytes of published) expect(mutations(bytes, few.slice(1)).refused).toBeGreaterThan(100)
})
