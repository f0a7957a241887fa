/**
 * From a group key to the key of one address, and the same step for every share.
 *
 * The address's key is a child of the root; for Taproot it is then tweaked with an empty script
 * tree (BIP-341, BIP-86). Either is a constant shift, and Lagrange coefficients sum to one, so each
 * holder shifts its own share: `share' = ±share + shift`. PROTOCOL.md, "FROST, one round trip".
 */
import { schnorr } from '@noble/curves/secp256k1.js'
import { toBigInt } from '../core/bytes.ts'
import { type SuiteId, TAPROOT, mod, suites } from '../core/suite.ts'
import { type Child, InvalidChild, derive } from '../hd/derive.ts'
import type { Path } from '../hd/path.ts'

/** The key of one address, as a function of the root key. */
export type AddressKey = {
  readonly suite: SuiteId
  /** PK': for Taproot 33 bytes of SEC1, whose x is the output key; its y may be odd. */
  readonly publicKey: Uint8Array
  readonly negate: boolean
  readonly shift: bigint
}

/**
 * The key that signs for `path`. Always computed from the root: a caller cannot name a tweak.
 *
 * @throws {DecodeError | InvalidChild}
 */
export function addressKey(
  suite: SuiteId,
  rootKey: Uint8Array,
  chainCode: Uint8Array,
  path: Path,
): AddressKey {
  return addressOf(suite, derive(suite, rootKey, chainCode, path), path)
}

/** {@link addressKey} of a child that is at hand. */
export function addressOf(suite: SuiteId, child: Child, path: Path): AddressKey {
  // SECURITY: the bare group key as output key could commit to a script path that one party chose. Test: src/frost/tweak.test.ts "row 37: the output key is p2tr() of the child and never a group key"
  if (suite === TAPROOT) return tapTweaked(child, path)
  return { suite, publicKey: child.publicKey, negate: false, shift: child.tweak }
}

/** BIP-341, taproot_tweak_pubkey with an empty merkle root. */
function tapTweaked({ publicKey, point, tweak }: Child, path: Path): AddressKey {
  const { order, base } = suites[TAPROOT]
  const hash = schnorr.utils.taggedHash('TapTweak', publicKey.subarray(1))
  const tapTweak = toBigInt(hash)
  if (tapTweak >= order) throw new InvalidChild(path.at(-1) ?? 0)
  const negate = publicKey[0] === 3
  const output = (negate ? point.negate() : point).add(base.multiplyUnsafe(tapTweak))
  if (output.is0()) throw new InvalidChild(path.at(-1) ?? 0)
  return {
    suite: TAPROOT,
    publicKey: output.toBytes(),
    negate,
    shift: mod((negate ? -tweak : tweak) + tapTweak, order),
  }
}

/** My share of the address's key. The caller wipes it. */
export function shiftShare(address: AddressKey, share: Uint8Array): Uint8Array {
  const suite = suites[address.suite]
  const scalar = suite.decodeScalar(share, 'share')
  const signed = address.negate ? suite.order - scalar : scalar
  return suite.encodeScalar((signed + address.shift) % suite.order)
}

/** A holder's public share of the address's key. */
export function shiftPoint(address: AddressKey, share: Uint8Array): Uint8Array {
  const suite = suites[address.suite]
  const point = suite.decodePoint(share, 'publicShare')
  const signed = address.negate ? point.negate() : point
  return signed.add(suite.base.multiplyUnsafe(address.shift)).toBytes()
}
