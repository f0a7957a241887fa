/**
 * The four messages of a two-party signature: fixed layouts, the payload of a channel frame.
 *
 *   F1  nE(32) ‖ com_E(32) ‖ hdr(32) ‖ OTE(10 768)                       10 864
 *   F2  nD(32) ‖ hdr(32) ‖ sid(32) ‖ OTE(10 768) ‖ BODY(40 164)          51 028
 *   F3  sid(32) ‖ BODY(40 164) ‖ salt_E(32) ‖ u_E(32) ‖ w_E(32)          40 292
 *   F4  r(32) ‖ s(32) ‖ recid(1)                                             65
 *   BODY = RV(40 000) ‖ R(33) ‖ pk(33) ‖ Γu(33) ‖ Γv(33) ‖ ψ(32)
 *
 * The opening functions are in two steps where a comparison comes between length and decoding.
 */
import { concat, cursor, exactLength, u8, write256 } from '../core/bytes.ts'
import { ECDSA, type Point, suites } from '../core/suite.ts'
import { EXTENSION_LENGTH } from '../ot/extension.ts'
import { RVOLE_LENGTH, type Transfer, decodeTransfer } from '../ot/rvole.ts'
import type { EcdsaSignature } from './checks.ts'

const suite = suites[ECDSA]
const BODY_LENGTH = RVOLE_LENGTH + 4 * suite.pointLength + 32

/** Bytes of each message, before the channel's frame. */
export const FLOW_LENGTH = {
  F1: 96 + EXTENSION_LENGTH,
  F2: 96 + EXTENSION_LENGTH + BODY_LENGTH,
  F3: 32 + BODY_LENGTH + 96,
  F4: 65,
} as const

/** What both sides send in the same form: the multiplication and the points it is bound to. */
export type Body = {
  readonly transfer: Transfer
  readonly R: Point
  readonly Rbytes: Uint8Array
  readonly pk: Point
  readonly gammaU: Point
  readonly gammaV: Point
  readonly psi: bigint
}

export type F1 = {
  readonly nonce: Uint8Array
  readonly commitment: Uint8Array
  readonly hdr: Uint8Array
  readonly extension: Uint8Array
}

export const encodeF1 = ({ nonce, commitment, hdr, extension }: F1): Uint8Array =>
  concat(nonce, commitment, hdr, extension)

/** F1 has no field that could fail to decode. */
export function decodeF1(bytes: Uint8Array): F1 {
  exactLength(bytes, FLOW_LENGTH.F1, 'F1')
  const cut = cursor(bytes, 'F1')
  return {
    nonce: cut.take(32, 'nonce'),
    commitment: cut.take(32, 'com'),
    hdr: cut.take(32, 'hdr'),
    extension: cut.take(EXTENSION_LENGTH, 'ote'),
  }
}

export type F2 = {
  readonly nonce: Uint8Array
  readonly hdr: Uint8Array
  readonly sid: Uint8Array
  readonly extension: Uint8Array
  readonly body: Uint8Array
}

export const encodeF2 = ({ nonce, hdr, sid, extension, body }: F2): Uint8Array =>
  concat(nonce, hdr, sid, extension, body)

/** Leaves `body` undecoded: {@link decodeBody}, after hdr and sid were compared. */
export function cutF2(bytes: Uint8Array): F2 {
  exactLength(bytes, FLOW_LENGTH.F2, 'F2')
  const cut = cursor(bytes, 'F2')
  return {
    nonce: cut.take(32, 'nonce'),
    hdr: cut.take(32, 'hdr'),
    sid: cut.take(32, 'sid'),
    extension: cut.take(EXTENSION_LENGTH, 'ote'),
    body: cut.take(BODY_LENGTH, 'body'),
  }
}

export type F3 = {
  readonly sid: Uint8Array
  readonly body: Uint8Array
  readonly salt: Uint8Array
  readonly u: Uint8Array
  readonly w: Uint8Array
}

export const encodeF3 = ({ sid, body, salt, u, w }: F3): Uint8Array => concat(sid, body, salt, u, w)

/** Leaves body and scalars undecoded, like {@link cutF2}. */
export function cutF3(bytes: Uint8Array): F3 {
  exactLength(bytes, FLOW_LENGTH.F3, 'F3')
  const cut = cursor(bytes, 'F3')
  return {
    sid: cut.take(32, 'sid'),
    body: cut.take(BODY_LENGTH, 'body'),
    salt: cut.take(32, 'salt'),
    u: cut.take(32, 'u'),
    w: cut.take(32, 'w'),
  }
}

/** `points` is R, pk, Γu, Γv. */
export function encodeBody(
  transfer: Uint8Array,
  points: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array],
  psi: bigint,
): Uint8Array {
  return concat(transfer, ...points, suite.encodeScalar(psi))
}

/**
 * Every field, range-checked.
 *
 * @throws {DecodeError} SCALAR or POINT
 */
export function decodeBody(bytes: Uint8Array, message: 'F2' | 'F3'): Body {
  const cut = cursor(bytes, message)
  const transfer = decodeTransfer(cut.take(RVOLE_LENGTH, 'rv'), `${message}.rv`)
  const Rbytes = cut.take(33, 'R')
  const point = (field: string) => suite.decodePoint(cut.take(33, field), `${message}.${field}`)
  const R = suite.decodePoint(Rbytes, `${message}.R`)
  const pk = point('pk')
  const gammaU = point('gammaU')
  const gammaV = point('gammaV')
  const psi = suite.decodeScalar(cut.take(32, 'psi'), `${message}.psi`)
  cut.done()
  return { transfer, R, Rbytes, pk, gammaU, gammaV, psi }
}

/** The 65 bytes of F4: `r ‖ s ‖ recovery`. */
export function encodeSignature({ r, s, recovery }: EcdsaSignature): Uint8Array {
  const bytes = concat(new Uint8Array(64), u8(recovery))
  write256(bytes, 0, r)
  write256(bytes, 32, s)
  return bytes
}

/**
 * Only the ranges of r and s are checked.
 *
 * @throws {DecodeError} LENGTH or SCALAR
 */
export function decodeSignature(bytes: Uint8Array): EcdsaSignature {
  exactLength(bytes, FLOW_LENGTH.F4, 'F4')
  return {
    r: suite.decodeScalar(bytes.subarray(0, 32), 'F4.r'),
    s: suite.decodeScalar(bytes.subarray(32, 64), 'F4.s'),
    recovery: bytes[64]!,
  }
}
