import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/hashes/utils.js'

/** What a pairing link says: where the daemon listens, who it is, and the secret of the invitation. */
export type PairingLink = {
  /** `127.0.0.1:8765` */
  readonly address: string
  /** 32 bytes: the daemon's identity, which the device compares with the handshake's. */
  readonly identityPk: Uint8Array
  /** 16 bytes. */
  readonly secret: Uint8Array
}

/** `tandem:pair?a=127.0.0.1:8765&k=<identity, hex>&s=<secret, hex>` */
export function encodeLink({ address, identityPk, secret }: PairingLink): string {
  return `tandem:pair?a=${address}&k=${bytesToHex(identityPk)}&s=${bytesToHex(secret)}`
}

/** The daemon's name for others. */
export const identityOf = (secret: Uint8Array): Uint8Array => ed25519.getPublicKey(secret)
