import { H } from '../../core/hash.ts'

/**
 * What a device calls an invitation by, in clear, before it proves the secret of the link: the first
 * 8 bytes of `H("pairing-name", secret)`. Who does not have the link cannot name it, and so cannot use
 * up its tries.
 */
export const pairingName = (secret: Uint8Array): Uint8Array => H('pairing-name', secret).slice(0, 8)
