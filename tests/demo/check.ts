import { createPublicKey, verify } from 'node:crypto'
import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import type { Report } from './task.ts'

type Signed = Extract<Report, { type: 'signature' }>

/** Which independent library accepts a signature, if one does. */
export function verifiedBy({ suite, publicKey, message, signature }: Signed): string | undefined {
  const [key, text, bytes] = [publicKey, message, signature].map((hex) =>
    Buffer.from(hex, 'hex'),
  ) as [Buffer, Buffer, Buffer]
  switch (suite) {
    case 'bip340-secp256k1':
      return schnorr.verify(bytes, text, key.subarray(1)) ? 'noble (BIP-340)' : undefined
    case 'ed25519': {
      const jwk = { kty: 'OKP', crv: 'Ed25519', x: key.toString('base64url') }
      return verify(null, text, createPublicKey({ key: jwk, format: 'jwk' }), bytes)
        ? 'OpenSSL'
        : undefined
    }
    case 'ecdsa-secp256k1': {
      const full = Buffer.from(secp256k1.Point.fromBytes(key).toBytes(false))
      const jwk = {
        kty: 'EC',
        crv: 'secp256k1',
        x: full.subarray(1, 33).toString('base64url'),
        y: full.subarray(33).toString('base64url'),
      }
      const options = {
        key: createPublicKey({ key: jwk, format: 'jwk' }),
        dsaEncoding: 'ieee-p1363',
      } as const
      // OpenSSL hashes by itself: the parent hands over the text, the wallet signed its SHA-256.
      return verify('sha256', text, options, bytes.subarray(0, 64)) ? 'OpenSSL' : undefined
    }
  }
}
