/**
 * Children of a public key, without the private key.
 *
 *   secp256k1  BIP-32, CKDpub
 *   Ed25519    the "Edwards" rule of LFDT-Lockness hd-wallet, since SLIP-10 has hardened children
 *              only: I = HMAC-SHA512(c, A ‖ 0x00 ‖ u32(i)), t = I_L mod L, A' = A + t·B
 *
 * A child key is the root key plus `tweak`. Every Shamir share shifts by the same constant, because
 * Lagrange coefficients sum to one. PROTOCOL.md, "HD derivation".
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { concat, exactLength, toBigInt, u32 } from '../core/bytes.ts'
import { ED25519, type Point, type Suite, type SuiteId, suites } from '../core/suite.ts'
import { type Path, checkPath } from './path.ts'

/** A key below the root: `publicKey = root + tweak·G`. */
export type Child = {
  /** The sum of the steps' tweaks, below the group order. Public to whoever knows the chain code. */
  readonly tweak: bigint
  /** The suite's own encoding of `point`. */
  readonly publicKey: Uint8Array
  readonly point: Point
  readonly chainCode: Uint8Array
}

/**
 * The child of a root key at `path`, always from the root: a tweak cannot be handed in.
 *
 * @throws {DecodeError} the key, the chain code or the path is not one.
 * @throws {InvalidChild}
 */
export function derive(
  suiteId: SuiteId,
  publicKey: Uint8Array,
  chainCode: Uint8Array,
  path: Path,
): Child {
  const suite = suites[suiteId]
  exactLength(chainCode, 32, 'chainCode')
  checkPath(path)
  let child: Child = {
    tweak: 0n,
    publicKey: Uint8Array.from(publicKey),
    point: suite.decodePoint(publicKey, 'publicKey'),
    chainCode: Uint8Array.from(chainCode),
  }
  for (const index of path) child = step(suite, child, index)
  return child
}

/** One step down. The parent is of the same suite, and the number is one of a path. */
export function step(suite: Suite, parent: Child, index: number): Child {
  const separator = suite.id === ED25519 ? Uint8Array.of(0) : new Uint8Array(0)
  const data = concat(parent.publicKey, separator, u32(index))
  const digest = hmac(sha512, parent.chainCode, data)
  const left = toBigInt(digest.subarray(0, 32))
  // BIP-32 has no such child; the Edwards rule reduces, since Ed25519's order is far below 2^256.
  if (suite.id !== ED25519 && left >= suite.order) throw new InvalidChild(index)
  const tweak = left % suite.order
  // The tweak is no secret: whoever knows the account's public key and chain code computes it.
  const point = parent.point.add(suite.base.multiplyUnsafe(tweak))
  if (point.is0()) throw new InvalidChild(index)
  return {
    tweak: (parent.tweak + tweak) % suite.order,
    publicKey: point.toBytes(),
    point,
    chainCode: digest.slice(32),
  }
}

/** There is no child with this number (one in 2^127); the next number has one. */
export class InvalidChild extends Error {
  override readonly name = 'InvalidChild'
  readonly index: number

  constructor(index: number) {
    super(
      `no child ${index}: expected a tweak below the order and a point that is not the identity`,
    )
    this.index = index
  }
}
