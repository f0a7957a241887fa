import { hex } from '@scure/base'
import { expect, test } from 'vitest'
import { MAX_PAYLOAD } from '../payload.ts'
import { compactSize, concat, equal, sized, u32, u64 } from './bytes.ts'
import { psbtPayload } from './payloads.ts'
import { normalizePsbt } from './psbt.ts'
import { encodeMaps, newEntry } from './psbt-maps.ts'
import { account, chain, read, refusal, scriptOfOurs, sign, stranger } from './testing.ts'

const payee = { amount: 330n, script: scriptOfOurs('p2wpkh', 0, false, stranger) }

/** A PSBT of many inputs or outputs, without a library that takes its time. */
function large(inputs: number, outputs: number, script: Uint8Array): Uint8Array {
  const unsigned = concat([
    u32(2),
    compactSize(inputs),
    ...Array.from({ length: inputs }, (_, index) => [
      new Uint8Array(28).fill(7),
      u32(index),
      u32(0),
      Uint8Array.of(0),
      u32(0xffff_fffd),
    ]).flat(),
    compactSize(outputs),
    ...Array.from({ length: outputs }, () => [u64(payee.amount), ...sized(payee.script)]).flat(),
    u32(0),
  ])
  const spent = newEntry(1, concat([u64(100_000_000n), ...sized(script)]))
  return encodeMaps({
    global: [newEntry(0, unsigned)],
    inputs: Array.from({ length: inputs }, () => [spent]),
    outputs: Array.from({ length: outputs }, () => []),
  })
}

test.for([
  ['Taproot inputs', 8400, 1, scriptOfOurs('p2tr'), 8400],
  ['P2WPKH inputs', 9400, 1, scriptOfOurs('p2wpkh'), 9400],
  ['outputs', 1, 24_000, scriptOfOurs('p2tr'), 1],
] as const)(
  'the largest request is read and explained: %s',
  ([, inputs, outputs, script, digests]) => {
    const psbt = large(inputs, outputs, script)
    expect(equal(normalizePsbt(psbt), psbt)).toBe(true)
    expect(psbt.length).toBeGreaterThan(MAX_PAYLOAD * 0.9)
    const reading = read(psbt)
    expect(reading.explain().intents).toMatchObject([{ outputsFixed: true }])
    expect(reading.digests()).toHaveLength(digests)
    // Put together as far as possible: one input of many.
    const [last] = read(psbt, [inputs - 1]).digests()
    expect(reading.digests().at(-1)?.message).toEqual(last?.message)
  },
)

test('one input of many is signed and the rest waits', () => {
  const reading = read(large(8400, 1, scriptOfOurs('p2tr')), [8399])
  const signed = reading.assemble(reading.digests().map(sign))
  expect(signed.type).toBe('partial')
})

test('a payload above the limit is refused', () => {
  const psbt = large(1, 26_000, scriptOfOurs('p2tr'))
  expect(refusal(() => chain.read(psbtPayload(psbt), account)).code).toBe('limit')
})

test('a count that cannot be is refused before room is made for it', () => {
  for (const count of ['feffffffff', 'fe00000010', 'ffffffffffffffffff'])
    for (const text of [`02000000${count}`, `0200000001${'00'.repeat(36)}00ffffffff${count}`]) {
      const bytes = encodeMaps({ global: [newEntry(0, hex.decode(text))], inputs: [], outputs: [] })
      expect(refusal(() => read(bytes)).code).toBe('truncated')
    }
})
