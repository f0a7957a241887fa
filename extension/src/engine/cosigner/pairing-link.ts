import { hexToBytes } from '@noble/hashes/utils.js'

/** What a pairing link says: where the co-signer is, which key it has, and the secret of this invitation. */
export type PairingLink = {
  /** Host and port. */
  readonly address: string
  readonly identityPk: Uint8Array
  /** 16 bytes, good for one device and two minutes. */
  readonly secret: Uint8Array
}

const form = /^tandem:pair\?a=([^&\s]{1,260})&k=([0-9a-f]{64})&s=([0-9a-f]{32})$/

/** Reads a link as `tandem pair` prints it. @returns nothing for another text. */
export function readPairingLink(text: string): PairingLink | undefined {
  const [, address, key, secret] = form.exec(text.trim()) ?? []
  if (address === undefined || key === undefined || secret === undefined) return undefined
  const url = URL.parse(`ws://${address}`)
  // SECURITY: an address with a path, a user or a query would ask somebody else than it shows. Test: src/engine/cosigner/pairing-link.test.ts "a link whose address is more than a host and a port is none"
  if (!url || url.host !== address || url.port === '') return undefined
  return { address, identityPk: hexToBytes(key), secret: hexToBytes(secret) }
}
