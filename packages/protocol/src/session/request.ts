import type { SuiteId } from '../core/suite.ts'

/** One thing to sign under a request: a Bitcoin transaction has one entry an input. */
export type Entry = {
  /** Position in the request, 0-based. */
  readonly index: number
  readonly suite: SuiteId
  /** 32 bytes. */
  readonly keyId: Uint8Array
  /** Non-hardened derivation path below the root. */
  readonly path: readonly number[]
  /** The bytes that are signed: a 32-byte digest for ECDSA and BIP-340, the message for Ed25519. */
  readonly message: Uint8Array
}

/** What a person asked for. The id, 16 random bytes of the device, is bound to the whole list. */
export type SigningRequest = {
  readonly requestId: Uint8Array
  readonly entries: readonly Entry[]
}
