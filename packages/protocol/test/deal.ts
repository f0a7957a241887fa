import { concat, toBigInt, u8 } from '../src/core/bytes.ts'
import { H } from '../src/core/hash.ts'
import { type SuiteId, mod, suites } from '../src/core/suite.ts'
import type { PartyId } from '../src/party.ts'
import type { KeyShare } from '../src/share/share.ts'
import { testRng } from '../src/testing.ts'

/**
 * The shares of one key as a dealer would make them, for tests that need no ceremony. `secret` is
 * the whole key, where a test names it.
 */
export function deal(
  suiteId: SuiteId,
  seed: string,
  { t = 2, holders = [1, 2, 3], secret }: { t?: number; holders?: PartyId[]; secret?: bigint } = {},
): Map<PartyId, KeyShare> {
  const suite = suites[suiteId]
  const rng = testRng(`${seed}/${suiteId}`)
  const coefficients = Array.from(
    { length: t },
    (_, k) => toBigInt(rng(`coefficient/${k}`, 48)) % suite.order,
  )
  if (secret !== undefined) coefficients[0] = secret
  const at = (id: PartyId): bigint =>
    coefficients.reduceRight((sum, one) => mod(sum * BigInt(id) + one, suite.order), 0n)
  const publicKey = suite.base.multiply(coefficients[0]!).toBytes()
  const common = {
    suite: suiteId,
    keyId: H('key-id', u8(suiteId), publicKey),
    epochSid: H('epoch', rng('transcript', 32), u8(suiteId)),
    publicKey,
    commitments: coefficients.map((one) => suite.base.multiply(one).toBytes()),
    publicShares: new Map(holders.map((id) => [id, suite.base.multiply(at(id)).toBytes()])),
    chainCode: rng('chain-code', 32),
  }
  return new Map(holders.map((id) => [id, { ...common, secret: suite.encodeScalar(at(id)) }]))
}

/** Bytes with one bit flipped. */
export function flip(bytes: Uint8Array, bit: number): Uint8Array {
  const out = concat(bytes)
  out[bit >> 3]! ^= 1 << (bit & 7)
  return out
}
