import { ed25519_FROST } from '@noble/curves/ed25519.js'
import { schnorr_FROST, secp256k1_FROST } from '@noble/curves/secp256k1.js'
import { UsageError } from '../abort.ts'
import type { PartyId } from '../party.ts'
import type { KeyShare } from '../share/share.ts'
import type { Group } from './suite.ts'

/** A key in the shape that the library's FROST takes. The arrays are shared, not copied. */
export type NobleKey = {
  readonly public: Group
  readonly secret: { readonly identifier: string; readonly signingShare: Uint8Array }
}

const libraries = { 1: secp256k1_FROST, 2: schnorr_FROST, 3: ed25519_FROST } as const

/** A share of any suite as the library's plain objects, before any tweak. */
export function nobleKey(key: KeyShare, me: PartyId): NobleKey {
  const name = (id: PartyId) => libraries[key.suite].Identifier.fromNumber(id)
  return {
    public: {
      signers: { min: key.commitments.length, max: key.publicShares.size },
      commitments: key.commitments.slice(),
      verifyingShares: Object.fromEntries(
        [...key.publicShares].map(([id, share]) => [name(id), share]),
      ),
    },
    secret: { identifier: name(me), signingShare: key.secret },
  }
}

/**
 * Checks with the library's own code that my share lies on the key's polynomial. Once after a
 * ceremony, before the share is stored.
 *
 * @throws {UsageError} it does not.
 */
export function validateShare(key: KeyShare, me: PartyId): void {
  const noble = nobleKey(key, me)
  try {
    libraries[key.suite].validateSecret(noble.secret, noble.public)
  } catch {
    throw new UsageError(`share of party ${me}: expected a point of the key's polynomial`)
  }
}
