/** An authenticator and its browser, in software: what a person's passkey would answer. */
import { type KeyObject, createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { encode } from 'cborg'
import type { Assertion, Registration } from '../src/ports/authenticator.ts'

/** What is done otherwise than it should be. */
export type Twist = {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly flags?: number
  /** With a statement about the maker, which it signs itself. */
  readonly stated?: boolean
}

export type SoftwarePasskey = {
  make(challenge: Uint8Array, twist?: Twist): Registration
  sign(challenge: Uint8Array, twist?: Twist): Assertion
  /** How often it has signed; a copy goes on from where it was made. */
  counter: number
  readonly id: Uint8Array
}

const USER_PRESENT = 1
const USER_VERIFIED = 4
const HAS_KEY = 64

const sha256 = (data: Uint8Array | string) => createHash('sha256').update(data).digest()

export function softwarePasskey(
  kind: 'P-256' | 'Ed25519',
  origin: string,
  rpId: string,
  counts = true,
): SoftwarePasskey {
  const { privateKey, publicKey } =
    kind === 'P-256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519')
  const id = Uint8Array.from(randomBytes(16))

  const signedBy = (data: Uint8Array) =>
    Uint8Array.from(sign(kind === 'P-256' ? 'sha256' : undefined, data, privateKey))

  function clientData(type: string, challenge: Uint8Array, twist: Twist): Uint8Array {
    const data = {
      type: twist.type ?? type,
      challenge: Buffer.from(challenge).toString('base64url'),
      origin: twist.origin ?? origin,
      crossOrigin: false,
    }
    return Uint8Array.from(Buffer.from(JSON.stringify(data)))
  }

  function authenticatorData(flags: number, count: number, twist: Twist, key: Uint8Array) {
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(count)
    const head = Buffer.from([twist.flags ?? flags])
    return Uint8Array.from(Buffer.concat([sha256(twist.rpId ?? rpId), head, counter, key]))
  }

  const passkey: SoftwarePasskey = {
    id,
    counter: 0,
    make(challenge, twist = {}) {
      const length = Buffer.from([0, id.length])
      const key = Buffer.concat([Buffer.alloc(16), length, id, cose(publicKey)])
      const flags = USER_PRESENT | USER_VERIFIED | HAS_KEY
      const authData = authenticatorData(flags, 0, twist, key)
      const client = clientData('webauthn.create', challenge, twist)
      const statement = () => ({
        alg: kind === 'P-256' ? -7 : -8,
        sig: signedBy(Buffer.concat([authData, sha256(client)])),
      })
      const attestation = encode(
        twist.stated === true
          ? { fmt: 'packed', attStmt: statement(), authData }
          : { fmt: 'none', attStmt: {}, authData },
      )
      return { credentialId: id, attestation, clientData: client }
    },
    sign(challenge, twist = {}) {
      if (counts) passkey.counter += 1
      const flags = USER_PRESENT | USER_VERIFIED
      const data = authenticatorData(flags, passkey.counter, twist, new Uint8Array(0))
      const client = clientData('webauthn.get', challenge, twist)
      const signed = Buffer.concat([data, sha256(client)])
      return {
        credentialId: id,
        authenticatorData: data,
        clientData: client,
        signature: signedBy(signed),
      }
    },
  }
  return passkey
}

/** A public key as COSE writes it. */
function cose(key: KeyObject): Uint8Array {
  const { x = '', y } = key.export({ format: 'jwk' })
  const bytes = (text: string) => Uint8Array.from(Buffer.from(text, 'base64url'))
  if (y === undefined)
    return encode(
      new Map<number, unknown>([
        [1, 1],
        [3, -8],
        [-1, 6],
        [-2, bytes(x)],
      ]),
    )
  const pairs: [number, unknown][] = [
    [1, 2],
    [3, -7],
    [-1, 1],
    [-2, bytes(x)],
    [-3, bytes(y)],
  ]
  return encode(new Map(pairs))
}
