import { getCompiledTransactionMessageDecoder, getShortU16Encoder } from '@solana/kit'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseMessage } from './message.ts'
import { decodeAddress, encodeAddress, isEqual } from './address.ts'
import { type Compiled, code, messageOf, named, self, unsigned } from './solana.fixture.ts'
import { parseWire } from './wire.ts'

const decoder = getCompiledTransactionMessageDecoder()

/** Any message that the runtime would take. `longest`: of a list in an instruction. */
const message = (longest: number, others: number): fc.Arbitrary<Compiled> =>
  fc
    .record({
      version: fc.constantFrom('legacy' as const, 0 as const),
      counts: fc.tuple(
        fc.nat({ max: 2 }),
        fc.nat({ max: 2 }),
        fc.nat({ max: others }),
        fc.nat({ max: 4 }),
      ),
      lookups: fc.array(
        fc.record({
          table: fc.nat({ max: 5 }).map((index) => named(`table ${index}`)),
          writable: fc.uniqueArray(fc.nat({ max: 255 }), { minLength: 1, maxLength: 4 }),
          readonly: fc.uniqueArray(fc.nat({ max: 255 }), { maxLength: 4 }),
        }),
        { maxLength: 3 },
      ),
    })
    .chain(({ version, counts, lookups: drawn }) => {
      const [writableSigners, readonlySigners, writable, readonlyOthers] = counts
      const signers = 1 + writableSigners + readonlySigners
      const size = signers + writable + readonlyOthers + 1
      const lookups = version === 0 ? drawn : []
      const loaded = lookups.reduce(
        (sum, one) => sum + one.writable.length + one.readonly.length,
        0,
      )
      return fc
        .array(
          fc.record({
            program: fc.integer({ min: 1, max: size - 1 }),
            accounts: bytesOf(longest, size + loaded),
            data: bytesOf(longest, 256),
          }),
          { maxLength: 4 },
        )
        .map((instructions) => ({
          version,
          header: [signers, readonlySigners, readonlyOthers] as const,
          keys: [self, ...Array.from({ length: size - 1 }, (_, index) => named(`key ${index}`))],
          instructions: size > 1 ? instructions : [],
          lookups,
        }))
    })
    .filter(({ keys }) => keys.length > 1)

function bytesOf(longest: number, below: number): fc.Arbitrary<number[]> {
  return fc
    .uint8Array({ maxLength: longest, size: 'max' })
    .map((bytes) => Array.from(bytes, (byte) => byte % below))
}

test('every message reads as the library of the sites reads it', () => {
  fc.assert(
    fc.property(message(200, 20), (parts) => {
      const bytes = messageOf(parts)
      const ours = parseMessage(bytes)
      const theirs = decoder.decode(bytes)
      expect(ours.version).toBe(theirs.version)
      expect([ours.signers, ours.readonlySigners, ours.readonlyOthers]).toEqual(parts.header)
      expect(ours.keys).toEqual(theirs.staticAccounts)
      expect(encodeAddress(ours.lifetime)).toBe(theirs.lifetimeToken)
      expect(
        ours.instructions.map(({ program, accounts, data }) => ({
          program,
          accounts: [...accounts],
          data: [...data],
        })),
      ).toEqual(parts.instructions)
      expect(
        ours.lookups.map(({ table, writable, readonly }) => ({
          table,
          writable: [...writable],
          readonly: [...readonly],
        })),
      ).toEqual(parts.lookups)
    }),
    { seed: 8, numRuns: 1500 },
  )
})

test('every byte of a transaction counts: changed or cut, it is refused or is other bytes of the same form', () => {
  const samples = fc
    .sample(message(12, 3), { seed: 9, numRuns: 200 })
    .map((parts) => unsigned(messageOf(parts)))
  expect(samples).toHaveLength(200)
  let [taken, refused] = [0, 0]
  for (const [seed, wire] of samples.entries()) {
    // Of the signatures, the count and the last byte.
    for (let at = 0; at < wire.length; at += 1) {
      if (at > 0 && at < 64 * (wire[0] ?? 0)) continue
      if (code(() => parseWire(wire.subarray(0, at))) === undefined) expect.fail(`cut at ${at}`)
      const changed = Uint8Array.from(wire)
      changed[at] = (changed[at] ?? 0) ^ (1 + ((seed * 31 + at * 7) % 255))
      if (code(() => parseWire(changed)) !== undefined) {
        refused += 1
        continue
      }
      taken += 1
      if (!isEqual(reencoded(changed), changed)) expect(reencoded(changed)).toEqual(changed)
    }
    expect(code(() => parseWire(Uint8Array.of(...wire, 0)))).toBeDefined()
  }
  expect(taken).toBeGreaterThan(1000)
  expect(refused).toBeGreaterThan(1000)
})

/** From nothing but what was read. */
function reencoded(wire: Uint8Array): Uint8Array {
  const { signatures, message } = parseWire(wire)
  const { version, signers, readonlySigners, readonlyOthers, keys, lifetime } = message
  const counted = (bytes: Uint8Array) => [...compact(bytes.length), ...bytes]
  return Uint8Array.from([
    ...compact(signatures.length),
    ...signatures.flatMap((signature) => [...signature]),
    ...(version === 0 ? [0x80] : []),
    signers,
    readonlySigners,
    readonlyOthers,
    ...compact(keys.length),
    ...keys.flatMap((key) => [...decodeAddress(key)]),
    ...lifetime,
    ...compact(message.instructions.length),
    ...message.instructions.flatMap(({ program, accounts, data }) => [
      program,
      ...counted(accounts),
      ...counted(data),
    ]),
    ...(version === 0 ? compact(message.lookups.length) : []),
    ...message.lookups.flatMap(({ table, writable, readonly }) => [
      ...decodeAddress(table),
      ...counted(writable),
      ...counted(readonly),
    ]),
  ])
}

function compact(value: number): Uint8Array {
  return Uint8Array.from(getShortU16Encoder().encode(value))
}
