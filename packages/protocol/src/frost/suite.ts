import { type FROST, createFROST } from '@noble/curves/abstract/frost.js'
import { ed25519 } from '@noble/curves/ed25519.js'
import { schnorr, schnorr_FROST } from '@noble/curves/secp256k1.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { ED25519, type SuiteId, TAPROOT } from '../core/suite.ts'

/** The suites that sign with FROST. */
export type FrostSuiteId = typeof TAPROOT | typeof ED25519

/** A pair of nonces, secret, or the pair of points that commits to it. */
export type NoncePair = { readonly hiding: Uint8Array; readonly binding: Uint8Array }

/** One signer's nonce commitments, under the name that the library gives to the signer. */
export type SignerCommitments = NoncePair & { readonly identifier: string }

/** What signing needs of a group: its size, its key, and the public shares of who signs. */
export type Group = {
  readonly signers: { min: number; max: number }
  readonly commitments: Uint8Array[]
  readonly verifyingShares: Record<string, Uint8Array>
}

/** The arithmetic of one suite, all of it the library's, and the verifier of what comes out. */
export type FrostSuite = {
  readonly noble: FROST
  /** Verifies 64 bytes as the chain does, by code that knows nothing of FROST. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean
}

/**
 * FROST(Ed25519, SHA-512) as the library's `ed25519_FROST` is made, without its hook that multiplies
 * every point by the group order a second time: 0.8 ms each, for 15 points a signature.
 *
 * SECURITY: a point with a small-order component leaks shares modulo the cofactor; the library's
 * check stands behind our decoders'. Test: src/frost/suite.test.ts "the library itself refuses a point that is not one of the group, before it uses a nonce"
 */
const ed25519Frost = createFROST({
  name: 'FROST-ED25519-SHA512-v1',
  Point: ed25519.Point,
  hash: sha512,
  // RFC 9591, 6.1: the challenge is hashed as RFC 8032 does, without a prefix.
  H2: '',
})

export const frostSuites: { readonly [id in FrostSuiteId]: FrostSuite } = {
  2: {
    noble: schnorr_FROST,
    // BIP-340 keys are the x of the 33 bytes.
    verify: (signature, message, publicKey) =>
      schnorr.verify(signature, message, publicKey.subarray(1)),
  },
  3: {
    noble: ed25519Frost,
    // RFC 8032, not ZIP 215: Solana's verifier is the strict one.
    verify: (signature, message, publicKey) => ed25519Verify(publicKey, message, signature),
  },
}

export function isFrostSuite(id: SuiteId): id is FrostSuiteId {
  return id === TAPROOT || id === ED25519
}
