/** The Noise handshakes once more, both sides in one place, with OpenSSL (revision 34, section 5). */
import {
  createCipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto'
import { EMPTY, ascii, concat } from '../../src/core/bytes.ts'
import type { Value } from './values.ts'

type Key = { readonly secret: Uint8Array; readonly publicKey: Uint8Array }

/** `i` began, `r` answered. */
export type Handshake = {
  readonly name: string
  readonly prologue: Uint8Array
  readonly i: { readonly s: Key; readonly e: Key }
  readonly r: { readonly s: Key; readonly e: Key }
  readonly psk?: Uint8Array
  /** The tokens of each message, and its payload. */
  readonly messages: readonly { readonly tokens: string; readonly payload: Uint8Array }[]
  /** Whether both static keys are known before. */
  readonly known: boolean
}

/** Every message, the state after it, and the two keys of the channel. */
export function naiveNoise({ name, prologue, i, r, psk, messages, known }: Handshake) {
  const label = ascii(name)
  let h: Uint8Array =
    label.length <= 32 ? concat(label, new Uint8Array(32 - label.length)) : sha256(label)
  let ck = h
  let k: Uint8Array = EMPTY
  let n = 0
  const mixHash = (data: Uint8Array) => {
    h = sha256(concat(h, data))
  }
  const mixKey = (input: Uint8Array) => {
    const [next, key] = hkdf(ck, input)
    ck = next!
    k = key!
    n = 0
  }
  const encrypt = (text: Uint8Array) => {
    const sealed = k.length === 0 ? text : seal(k, nonce(n++), h, text)
    mixHash(sealed)
    return sealed
  }

  mixHash(prologue)
  if (known) {
    mixHash(i.s.publicKey)
    mixHash(r.s.publicKey)
  }
  const steps = messages.map(({ tokens, payload }, turn) => {
    const mine = turn % 2 === 0 ? i : r
    const parts: Uint8Array[] = []
    for (const token of tokens.split(' ')) {
      if (token === 'e') {
        parts.push(mine.e.publicKey)
        mixHash(mine.e.publicKey)
        if (psk) mixKey(mine.e.publicKey)
      } else if (token === 's') parts.push(encrypt(mine.s.publicKey))
      else if (token === 'psk') {
        const [next, toHash, key] = hkdf(ck, psk!)
        ck = next!
        mixHash(toHash!)
        k = key!
        n = 0
      } else mixKey(dh(token[0] === 'e' ? i.e : i.s, token[1] === 'e' ? r.e : r.s))
    }
    parts.push(encrypt(payload))
    return { tokens, payload, message: concat(...parts), h, ck }
  })
  const [fromI, fromR] = hkdf(ck, EMPTY)
  return { steps: steps satisfies Value, fromI: fromI!, fromR: fromR!, binding: h }
}

/** An X25519 key pair of OpenSSL's. */
export function dhPair(secret: Uint8Array): Key {
  const { x } = createPublicKey(privateKey(secret)).export({ format: 'jwk' })
  return { secret, publicKey: new Uint8Array(Buffer.from(x!, 'base64url')) }
}

const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest())

const hmac = (key: Uint8Array, data: Uint8Array) =>
  new Uint8Array(createHmac('sha256', key).update(data).digest())

function hkdf(key: Uint8Array, input: Uint8Array): Uint8Array[] {
  const root = hmac(key, input)
  const one = hmac(root, Uint8Array.of(1))
  const two = hmac(root, concat(one, Uint8Array.of(2)))
  return [one, two, hmac(root, concat(two, Uint8Array.of(3)))]
}

/** Noise's nonce: four zero bytes and a little-endian counter. */
function nonce(n: number): Uint8Array {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setBigUint64(4, BigInt(n), true)
  return bytes
}

export function seal(
  key: Uint8Array,
  iv: Uint8Array,
  ad: Uint8Array,
  text: Uint8Array,
): Uint8Array {
  const cipher = createCipheriv('chacha20-poly1305', key, iv, { authTagLength: 16 })
  cipher.setAAD(ad, { plaintextLength: text.length })
  return concat(cipher.update(text), cipher.final(), cipher.getAuthTag())
}

function privateKey(secret: Uint8Array) {
  const prefix = Buffer.from('302e020100300506032b656e04220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, secret]), format: 'der', type: 'pkcs8' })
}

function dh(one: Key, two: Key): Uint8Array {
  const publicKey = createPublicKey(privateKey(two.secret))
  return new Uint8Array(diffieHellman({ privateKey: privateKey(one.secret), publicKey }))
}
