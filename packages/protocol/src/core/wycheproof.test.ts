/**
 * Project Wycheproof, every case of every file, through this package's own functions where the
 * product has one and through the library where it has none. Each place where the answer is not the
 * one that the file gives, or where the file leaves it open, is a decision written down here, and the
 * number of cases it touches is asserted.
 */
import { aeskw, aeskwp, gcm } from '@noble/ciphers/aes.js'
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { secp256k1 } from '@noble/curves/secp256k1.js'
import { hkdf } from '@noble/hashes/hkdf.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { hexToBytes } from '@noble/hashes/utils.js'
import { type TestContext, describe, expect, test } from 'vitest'
import { publishedVectors } from '../../test/vectors.ts'
import { aeadOpen, aeadSeal } from './aead.ts'
import { concat, equalBytes, toBigInt } from './bytes.ts'
import { ecdsaVerify } from './ecdsa-verify.ts'
import { ed25519Verify } from './ed25519-verify.ts'
import { dh } from './x25519.ts'

type Case = {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly result: 'valid' | 'invalid' | 'acceptable'
  /** The fields of a case that are bytes, by name. */
  readonly bytes: (field: string) => Uint8Array
  /** The group's public key, of the files that have one. */
  readonly publicKey: Uint8Array
  /** Output length of HKDF. */
  readonly size: number
  readonly tagBytes: number
}

/** A rule that departs from the file's own answer, and how many cases it decides. */
type Decision = {
  readonly why: string
  readonly cases: number
  readonly applies: (one: Case) => boolean
  readonly accept: boolean
}

function read(context: TestContext, file: string): readonly Case[] {
  const json = JSON.parse(publishedVectors(context, `wycheproof/${file}`)) as {
    numberOfTests: number
    testGroups: {
      publicKey?: { pk?: string; uncompressed?: string }
      tagSize?: number
      tests: Record<string, unknown>[]
    }[]
  }
  const cases = json.testGroups.flatMap(({ publicKey, tagSize = 0, tests }) =>
    tests.map((one): Case => ({
      tcId: Number(one['tcId']),
      comment: String(one['comment']),
      flags: one['flags'] as string[],
      result: one['result'] as Case['result'],
      bytes: (field) => hexToBytes(one[field] as string),
      publicKey: hexToBytes(publicKey?.pk ?? publicKey?.uncompressed ?? ''),
      size: Number(one['size'] ?? 0),
      tagBytes: tagSize / 8,
    })),
  )
  expect(cases.length).toBe(json.numberOfTests)
  return cases
}

/** `differs`: taken, but the output is not the one of the file. That is wrong whatever was decided. */
type Answer = boolean | 'differs'

/** Runs a file through our code, `answer`; whatever throws refuses. What is wrong, in words. */
function complaints(
  cases: readonly Case[],
  total: number,
  answer: (one: Case) => Answer,
  decisions: readonly Decision[] = [],
): string[] {
  const decided = decisions.map(() => 0)
  const wrong = cases.flatMap((one) => {
    const at = decisions.findIndex(({ applies }) => applies(one))
    if (at >= 0) decided[at]! += 1
    else if (one.result === 'acceptable') return [`${one.tcId} ${one.comment}: nobody decided`]
    const expected = decisions[at]?.accept ?? one.result === 'valid'
    const got = caught(answer, one)
    return got === expected ? [] : [`${one.tcId} ${one.comment}: ${one.result}, but ${got}`]
  })
  const counts = decisions.flatMap(({ why, cases: count }, at) =>
    decided[at] === count ? [] : [`${why}: ${decided[at]} cases`],
  )
  return [...wrong, ...counts, ...(cases.length === total ? [] : [`${cases.length} cases`])]
}

function caught(answer: (one: Case) => Answer, one: Case): Answer {
  try {
    return answer(one)
  } catch {
    return false
  }
}

const same = (got: Uint8Array, expected: Uint8Array): Answer =>
  equalBytes(got, expected) || 'differs'

const acceptable = (flag: string) => (one: Case) =>
  one.result === 'acceptable' && one.flags.includes(flag)

/** `s` above half the order, of a signature that the file calls valid. */
function highS(format: 'der' | 'compact') {
  return (one: Case) =>
    one.result === 'valid' && secp256k1.Signature.fromBytes(one.bytes('sig'), format).hasHighS()
}

type Open = (
  key: Uint8Array,
  nonce: Uint8Array,
  ad: Uint8Array,
  sealed: Uint8Array,
) => Uint8Array | undefined
type Seal = (key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, message: Uint8Array) => Uint8Array

function aead(seal: Seal, open: Open): (one: Case) => Answer {
  return (one) => {
    const [key, nonce, ad] = [one.bytes('key'), one.bytes('iv'), one.bytes('aad')]
    const [message, sealed] = [one.bytes('msg'), concat(one.bytes('ct'), one.bytes('tag'))]
    const opened = open(key, nonce, ad, sealed)
    if (!opened) return false
    return same(concat(opened, seal(key, nonce, ad, message)), concat(message, sealed))
  }
}

function wrap(cipher: typeof aeskw): (one: Case) => Answer {
  return (one) => {
    const [key, message, wrapped] = [one.bytes('key'), one.bytes('msg'), one.bytes('ct')]
    const opened = cipher(key).decrypt(wrapped)
    return same(concat(opened, cipher(key).encrypt(message)), concat(message, wrapped))
  }
}

/** SubjectPublicKeyInfo of secp256k1 with a named curve, in DER: the only two heads it can have. */
const SPKI_UNCOMPRESSED = hexToBytes('3056301006072a8648ce3d020106052b8104000a034200')
const SPKI_COMPRESSED = hexToBytes('3036301006072a8648ce3d020106052b8104000a032200')

function spkiPoint(spki: Uint8Array): Uint8Array {
  const [head, point] = [spki.subarray(0, 23), spki.subarray(23)]
  const long = equalBytes(head, SPKI_UNCOMPRESSED) && point.length === 65 && point[0] === 4
  const short = equalBytes(head, SPKI_COMPRESSED) && point.length === 33
  if (!long && !short) throw new Error('expected the DER of a secp256k1 key')
  return point
}

describe('wycheproof', () => {
  test('ECDSA over secp256k1, DER', (context) => {
    const cases = read(context, 'ecdsa_secp256k1_sha256_test.json')
    const verify = (one: Case) =>
      ecdsaVerify(one.publicKey, sha256(one.bytes('msg')), one.bytes('sig'), 'der')
    expect(
      complaints(cases, 476, verify, [
        {
          why: 'high s is refused: chains refuse it',
          cases: 72,
          accept: false,
          applies: highS('der'),
        },
      ]),
    ).toEqual([])
    const lax = (one: Case) =>
      secp256k1.verify(one.bytes('sig'), one.bytes('msg'), one.publicKey, {
        format: 'der',
        lowS: false,
      })
    expect(complaints(cases, 476, lax)).toEqual([])
  })

  test('ECDSA over secp256k1, r and s', (context) => {
    const cases = read(context, 'ecdsa_secp256k1_sha256_p1363_test.json')
    const verify = (one: Case) =>
      ecdsaVerify(one.publicKey, sha256(one.bytes('msg')), one.bytes('sig'), 'compact')
    expect(
      complaints(cases, 252, verify, [
        {
          why: 'high s is refused: chains refuse it',
          cases: 72,
          accept: false,
          applies: highS('compact'),
        },
      ]),
    ).toEqual([])
    const lax = (one: Case) =>
      secp256k1.verify(one.bytes('sig'), one.bytes('msg'), one.publicKey, { lowS: false })
    expect(complaints(cases, 252, lax)).toEqual([])
  })

  test('Ed25519', (context) => {
    const verify = (one: Case) => ed25519Verify(one.publicKey, one.bytes('msg'), one.bytes('sig'))
    expect(complaints(read(context, 'ed25519_test.json'), 151, verify)).toEqual([])
  })

  test('ChaCha20-Poly1305', (context) => {
    expect(
      complaints(read(context, 'chacha20_poly1305_test.json'), 325, aead(aeadSeal, aeadOpen)),
    ).toEqual([])
  })

  test('XChaCha20-Poly1305', (context) => {
    const both = aead(
      (key, nonce, ad, msg) => xchacha20poly1305(key, nonce, ad).encrypt(msg),
      (key, nonce, ad, sealed) => xchacha20poly1305(key, nonce, ad).decrypt(sealed),
    )
    expect(complaints(read(context, 'xchacha20_poly1305_test.json'), 315, both)).toEqual([])
  })

  test('AES-GCM', (context) => {
    const both = aead(
      (key, nonce, ad, msg) => gcm(key, nonce, ad).encrypt(msg),
      (key, nonce, ad, sealed) => gcm(key, nonce, ad).decrypt(sealed),
    )
    expect(
      complaints(read(context, 'aes_gcm_test.json'), 316, both, [
        {
          why: 'a nonce below 64 bits is refused: the library asks for 8 bytes, this product uses 12',
          cases: 24,
          accept: false,
          applies: (one) => one.result === 'valid' && one.bytes('iv').length < 8,
        },
      ]),
    ).toEqual([])
  })

  test('AES key wrap', (context) => {
    expect(
      complaints(read(context, 'aes_wrap_test.json'), 165, wrap(aeskw), [
        {
          why: 'a key of 64 bits is refused: RFC 3394 wraps at least two blocks',
          cases: 3,
          accept: false,
          applies: acceptable('ShortKey'),
        },
      ]),
    ).toEqual([])
  })

  test('AES key wrap with padding', (context) => {
    expect(complaints(read(context, 'aes_kwp_test.json'), 254, wrap(aeskwp))).toEqual([])
  })

  test('HKDF with SHA-256', (context) => {
    const derive = (one: Case) =>
      same(
        hkdf(sha256, one.bytes('ikm'), one.bytes('salt'), one.bytes('info'), one.size),
        one.bytes('okm'),
      )
    expect(complaints(read(context, 'hkdf_sha256_test.json'), 86, derive)).toEqual([])
  })

  test('HMAC with SHA-512', (context) => {
    const mac = (one: Case) =>
      equalBytes(
        hmac(sha512, one.bytes('key'), one.bytes('msg')).slice(0, one.tagBytes),
        one.bytes('tag'),
      )
    expect(complaints(read(context, 'hmac_sha512_test.json'), 174, mac)).toEqual([])
  })

  test('X25519', (context) => {
    const agree = (one: Case) => {
      const shared = dh(one.bytes('private'), one.bytes('public'))
      return shared !== undefined && same(shared, one.bytes('shared'))
    }
    expect(
      complaints(read(context, 'x25519_test.json'), 518, agree, [
        {
          why: 'a key of low order is refused',
          cases: 31,
          accept: false,
          applies: acceptable('LowOrderPublic'),
        },
        {
          why: 'a key that is not canonical is taken modulo the field, as RFC 7748 asks',
          cases: 13,
          accept: true,
          applies: acceptable('NonCanonicalPublic'),
        },
        {
          why: 'a key on the twist is computed with, as RFC 7748 asks',
          cases: 210,
          accept: true,
          applies: acceptable('Twist'),
        },
      ]),
    ).toEqual([])
  })

  test('ECDH over secp256k1', (context) => {
    const agree = (one: Case) => {
      const privateKey = one.bytes('private')
      const scalar = concat(new Uint8Array(32), privateKey).slice(-32)
      if (toBigInt(scalar) !== toBigInt(privateKey)) throw new Error('expected 32 bytes')
      const shared = secp256k1.getSharedSecret(scalar, spkiPoint(one.bytes('public')))
      return same(shared.slice(1), one.bytes('shared'))
    }
    expect(
      complaints(read(context, 'ecdh_secp256k1_test.json'), 752, agree, [
        {
          why: 'a compressed point is how this product writes points',
          cases: 1,
          accept: true,
          applies: acceptable('CompressedPoint'),
        },
        {
          why: 'DER has one encoding',
          cases: 222,
          accept: false,
          applies: acceptable('InvalidAsn'),
        },
        { why: 'a curve has a name', cases: 7, accept: false, applies: acceptable('UnnamedCurve') },
      ]),
    ).toEqual([])
  })
})
