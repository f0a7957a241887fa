/** What the campaigns sign, and independent code that says which key must have signed it. */
import { createHash, createHmac } from 'node:crypto'
import * as tiny from 'tiny-secp256k1'
import { concat, toBigInt, u32 } from '../../src/core/bytes.ts'
import type { PartyId } from '../../src/party.ts'
import { testRng } from '../../src/testing.ts'

/** 20 keys, 50 signatures each; ten times that in the long campaign. */
const KEYS = 20
const SIGNATURES = process.env['TANDEM_LONG'] === '1' ? 500 : 50

export const TOTAL = KEYS * SIGNATURES

/** For the hook that makes the signatures. */
export const CAMPAIGN_TIMEOUT_MS = TOTAL * 1000

/** One signature to make. Path, message and nonces are new in each. */
export type Request = {
  /** Seeds the randomness of this signature, a side at a time. */
  readonly seed: string
  readonly path: readonly number[]
  readonly message: Uint8Array
  readonly requestId: Uint8Array
  readonly index: number
  readonly attempt: number
}

export type Key = {
  readonly seed: string
  /** The side that begins, and the one that answers: every two of three holders, both ways. */
  readonly sides: readonly [PartyId, PartyId]
  readonly requests: readonly Request[]
}

const sides = [
  [1, 2],
  [2, 1],
  [1, 3],
  [3, 1],
  [2, 3],
  [3, 2],
] as const

/** The keys of a scheme's campaign. `messageLength` is for schemes that sign 32 bytes only. */
export function keys(scheme: string, messageLength?: number): readonly Key[] {
  return Array.from({ length: KEYS }, (_, key) => {
    const seed = `campaign/${scheme}/${key}`
    const requests = Array.from({ length: SIGNATURES }).map((_unused, n) =>
      request(`${seed}/${n}`, messageLength),
    )
    return { seed, sides: sides[key % sides.length]!, requests }
  })
}

function request(seed: string, messageLength?: number): Request {
  const rng = testRng(seed)
  const number = (label: string) => Number(toBigInt(rng(label, 4)))
  const depth = number('depth') % 6
  return {
    seed,
    path: Array.from({ length: depth }, (_, at) => number(`index/${at}`) >>> 1),
    message: rng('message', messageLength ?? 1 + (number('length') % 300)),
    requestId: rng('request', 16),
    index: number('entry') % 65_536,
    attempt: number('attempt'),
  }
}

/** Runs every request of a campaign, and lets the event loop turn between two keys. */
export async function signAll<Signed>(
  all: readonly Key[],
  sign: (key: Key) => readonly Signed[],
): Promise<readonly Signed[]> {
  const signed: Signed[] = []
  for (const key of all) {
    signed.push(...sign(key))
    await new Promise(setImmediate)
  }
  return signed
}

/** BIP-32, CKDpub along a path, with OpenSSL's HMAC and libsecp256k1's points. */
export function bip32(
  publicKey: Uint8Array,
  chainCode: Uint8Array,
  path: readonly number[],
): Uint8Array {
  let [key, code] = [publicKey, chainCode]
  for (const index of path) {
    const digest = createHmac('sha512', code)
      .update(concat(key, u32(index)))
      .digest()
    key = tiny.pointAddScalar(key, digest.subarray(0, 32), true)!
    code = digest.subarray(32)
  }
  return key
}

/** BIP-341's key-path output for an internal key without scripts, 32 bytes. */
export function taprootOutput(internalKey: Uint8Array): Uint8Array {
  const tag = createHash('sha256').update('TapTweak').digest()
  const x = internalKey.subarray(1)
  const tweak = createHash('sha256')
    .update(concat(tag, tag, x))
    .digest()
  return tiny.xOnlyPointAddTweak(x, tweak)!.xOnlyPubkey
}
