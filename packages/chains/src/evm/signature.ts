import { secp256k1 } from '@noble/curves/secp256k1.js'
import { ChainError, attempt } from '../error.ts'
import { addressOfPoint } from './address.ts'

/** r ‖ s ‖ recovery id. */
export type RecoverableSignature = {
  readonly r: bigint
  readonly s: bigint
  readonly yParity: bigint
}

const { Point, Signature } = secp256k1
const HALF_ORDER = Point.Fn.ORDER >> 1n

/**
 * A signature of ours, checked.
 *
 * @param bytes 65: r ‖ s ‖ recovery id, 0 or 1
 * @throws {ChainError} `signature`
 */
export function checkSignature(
  bytes: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): RecoverableSignature {
  const expected = 'r, s and a recovery id by this key'
  const yParity = bytes[64]
  // SECURITY: chains write one bit of the recovery id, so 2 and 3 would become somebody else's key. Test: src/evm/signature.test.ts "a signature with another shape is refused"
  if (bytes.length !== 65 || yParity === undefined || yParity > 1)
    throw new ChainError('signature', 'signature', expected)
  const recovered = new Uint8Array(65)
  recovered[0] = yParity
  recovered.set(bytes.subarray(0, 64), 1)
  const options = { format: 'recovered', prehash: false, lowS: true } as const
  const isGood = attempt(
    'signature',
    expected,
    () => secp256k1.verify(recovered, digest, publicKey, options),
    'signature',
  )
  // SECURITY: a wrong signature is somebody else's transaction, sent as ours. Test: src/evm/signature.test.ts "a signature of another digest, key, parity or with a high s is refused"
  if (!isGood) throw new ChainError('signature', 'signature', expected)
  const { r, s } = Signature.fromBytes(bytes.subarray(0, 64), 'compact')
  return { r, s, yParity: BigInt(yParity) }
}

/**
 * Who signed, with checksum.
 *
 * @throws {ChainError} `signature`: not canonical (EIP-2), or of no key
 */
export function recoverAddress(
  digest: Uint8Array,
  { r, s, yParity }: RecoverableSignature,
  field: string,
): string {
  // SECURITY: chains skip an authorization with a high s, so it does not do what it says. Test: src/evm/authorization.test.ts "an authorization whose signer nobody can say is refused"
  if (s > HALF_ORDER) throw new ChainError('signature', field, 's of at most half the order')
  return attempt(
    field,
    'a signature of some key',
    () => addressOfPoint(new Signature(r, s, Number(yParity)).recoverPublicKey(digest)),
    'signature',
  )
}
