import { ed25519 } from '@noble/curves/ed25519.js'
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'

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

/** @throws when the text is no link, or only part of one. */
export function decodeLink(text: string): PairingLink {
  const match = /^tandem:pair\?a=([^&\s]+)&k=([0-9a-f]{64})&s=([0-9a-f]{32})$/.exec(text.trim())
  const [, address, key, secret] = match ?? []
  if (address === undefined || key === undefined || secret === undefined)
    throw new Error('expected a whole pairing link, beginning with tandem:pair?')
  return { address, identityPk: hexToBytes(key), secret: hexToBytes(secret) }
}

/** The daemon's name for others. */
export const identityOf = (secret: Uint8Array): Uint8Array => ed25519.getPublicKey(secret)
