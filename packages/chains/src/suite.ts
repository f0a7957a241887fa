/** The key schemes of a wallet, as requests number them. */
export const ECDSA = 1
export const TAPROOT = 2
export const ED25519 = 3
export type Suite = typeof ECDSA | typeof TAPROOT | typeof ED25519

/** Child numbers below the root key of a suite; none is hardened. */
export type Path = readonly number[]

/**
 * The public key of this wallet at a path: 33 bytes of SEC1 (ECDSA, and for Taproot the internal
 * key, before its tweak) or 32 bytes (Ed25519).
 */
export type PublicKeyAt = (suite: Suite, path: Path) => Uint8Array
