import { schnorr, secp256k1 } from '@noble/curves/secp256k1.js'
import { ripemd160 } from '@noble/hashes/legacy.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex, concatBytes, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Digest } from '../../src/chain.ts'
import { type Path, type PublicKeyAt, type Suite, TAPROOT } from '../../src/suite.ts'

const { Fn } = secp256k1.Point

/** A secret key that is nobody's: the hash of its name. */
export function secretOf(name: string): Uint8Array {
  return sha256(utf8ToBytes(name))
}

/** A wallet's plain keys, as if one party held them; every wallet name has its own. */
export function plainWallet(name: string) {
  const secretAt = (suite: Suite, path: Path): Uint8Array =>
    secretOf(`${name}/${suite}/${path.join('/')}`)
  const keyAt: PublicKeyAt = (suite, path) => publicKeyOf(secretAt(suite, path))
  return {
    keyAt,
    secretAt,
    /** What a quorum answers for one digest. */
    sign({ suite, path, message }: Digest): Uint8Array {
      const secret = secretAt(suite, path)
      return suite === TAPROOT ? signTaproot(message, secret) : signRecoverable(message, secret)
    },
  }
}

/** r ‖ s ‖ recovery id, of a 32-byte digest, with a low s. */
function signRecoverable(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  const [recovery = 0, ...rs] = secp256k1.sign(digest, secret, {
    prehash: false,
    format: 'recovered',
  })
  return Uint8Array.of(...rs, recovery)
}

export function signDer(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  return secp256k1.sign(digest, secret, { prehash: false, format: 'der' })
}

/** BIP-340 under the output key of BIP-86. */
function signTaproot(digest: Uint8Array, secret: Uint8Array): Uint8Array {
  return schnorr.sign(digest, tweaked(secret), new Uint8Array(32))
}

/** The point of a secret, in 33 bytes. */
export const publicKeyOf = oncePerSecret((secret) => secp256k1.getPublicKey(secret))

/** BIP-341, taproot_tweak_seckey, with no script tree. */
export const tweaked = oncePerSecret((secret) => {
  const point = publicKeyOf(secret)
  const scalar = Fn.fromBytes(secret)
  const even = point[0] === 2 ? scalar : Fn.neg(scalar)
  return Fn.toBytes(Fn.add(even, tweak(point.slice(1))))
})

/** The x coordinate that stands in the output. */
export const outputKey = oncePerSecret((secret) => publicKeyOf(tweaked(secret)).slice(1))

/** Thousands of transactions are made with the same secrets. */
function oncePerSecret(make: (secret: Uint8Array) => Uint8Array) {
  const known = new Map<string, Uint8Array>()
  return (secret: Uint8Array): Uint8Array => {
    const name = bytesToHex(secret)
    const found = known.get(name) ?? make(secret)
    known.set(name, found)
    return found
  }
}

function tweak(internal: Uint8Array): bigint {
  const tag = sha256(utf8ToBytes('TapTweak'))
  return Fn.create(
    BigInt(`0x${Buffer.from(sha256(concatBytes(tag, tag, internal))).toString('hex')}`),
  )
}

export function hash160(bytes: Uint8Array): Uint8Array {
  return ripemd160(sha256(bytes))
}
