/**
 * FROST over Ed25519 in plain numbers, RFC 9591, sections 4 and 5, so that a test can leave the
 * binding factor out. With it, it gives what the product gives.
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ascii, concat, toBigInt } from '../../src/core/bytes.ts'
import { ED25519, ED25519_ORDER as L, mod, suites } from '../../src/core/suite.ts'
import type { PartyId } from '../../src/party.ts'

const { Point } = ed25519
type Point = InstanceType<typeof Point>
const NAME = ascii('FROST-ED25519-SHA512-v1')
const wide = (...parts: readonly Uint8Array[]): bigint =>
  mod(toBigInt(sha512(concat(...parts)).toReversed()), L)

export const scalarBytes = (value: bigint): Uint8Array =>
  suites[ED25519].encodeScalar(mod(value, L))

/** The two nonce commitments of one signer, 64 bytes. */
export type Commitment = { readonly id: PartyId; readonly bytes: Uint8Array }

/** The binding factor of each signer, in the order given. */
export function bindingFactors(
  key: Uint8Array,
  message: Uint8Array,
  list: readonly Commitment[],
): readonly bigint[] {
  const name = (id: PartyId) => scalarBytes(BigInt(id))
  const encoded = concat(...list.flatMap(({ id, bytes }) => [name(id), bytes]))
  const prefix = concat(
    NAME,
    ascii('rho'),
    key,
    sha512(concat(NAME, ascii('msg'), message)),
    sha512(concat(NAME, ascii('com'), encoded)),
  )
  return list.map(({ id }) => wide(prefix, name(id)))
}

/** A signer's nonce point `D + rho·E`. */
export function noncePoint({ bytes }: Commitment, rho: bigint): Point {
  const hiding = Point.fromBytes(bytes.slice(0, 32))
  const binding = Point.fromBytes(bytes.slice(32))
  return hiding.add(binding.multiplyUnsafe(rho))
}

/** RFC 8032: what the chain computes. */
export const challengeOf = (nonce: Point, key: Uint8Array, message: Uint8Array): bigint =>
  wide(nonce.toBytes(), key, message)
