/**
 * How a device vouches for its Noise key: its identity key signs `H("noise-static", noisePk)`. The
 * card is what devices hand to each other inside their first handshake.
 *
 * card (97 B) = u8(id) ‖ identityPk(32) ‖ signature(64)
 */
import { ed25519 } from '@noble/curves/ed25519.js'
import { DecodeError } from '../../abort.ts'
import { concat, cursor, u8 } from '../../core/bytes.ts'
import { ed25519Verify } from '../../core/ed25519-verify.ts'
import { H } from '../../core/hash.ts'
import { ED25519, suites } from '../../core/suite.ts'
import type { PartyId } from '../../party.ts'

/** What is known of a paired device, for good. */
export type Pinned = {
  readonly id: PartyId
  readonly identityPk: Uint8Array
  readonly noisePk: Uint8Array
}

export const CARD_LENGTH = 97

export function identityCard(
  id: PartyId,
  identitySecret: Uint8Array,
  noisePk: Uint8Array,
): Uint8Array {
  const signature = ed25519.sign(H('noise-static', noisePk), identitySecret)
  return concat(u8(id), ed25519.getPublicKey(identitySecret), signature)
}

/**
 * Who is at the other end of a handshake that proved `noisePk`.
 *
 * @throws {DecodeError} LENGTH, IDS for another party than `expected`, POINT, or ENCODING for a
 * signature that does not verify
 */
export function readCard(card: Uint8Array, noisePk: Uint8Array, expected: PartyId): Pinned {
  const read = cursor(card, 'card')
  const [id] = read.take(1, 'id')
  const identityPk = read.take(32, 'identityPk')
  const signature = read.take(64, 'signature')
  read.done()
  // SECURITY: a party that takes another's number is trusted with the other's share. Test: src/wire/channel/identity.test.ts "a card with another number is refused"
  if (id !== expected) throw new DecodeError('IDS', 'card.id', `party ${expected}`)
  // A key of small order would verify signatures that nobody made.
  suites[ED25519].decodePoint(identityPk, 'card.identityPk')
  // SECURITY: an identity that did not sign this Noise key can be claimed by anybody. Test: src/wire/channel/identity.test.ts "a card that vouches for another Noise key is refused"
  if (!ed25519Verify(identityPk, H('noise-static', noisePk), signature))
    throw new DecodeError('ENCODING', 'card.signature', 'a signature of the Noise key')
  return { id: expected, identityPk, noisePk }
}
