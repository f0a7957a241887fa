/**
 * What both sides of a signature do alike: draw, multiply with the peer's choices, judge the peer's
 * multiplication, and work out their parts.
 */
import { type AbortCode, ProtocolAbort } from '../abort.ts'
import { toBigInt, wipe } from '../core/bytes.ts'
import {
  ECDSA,
  type Point,
  SECP256K1_ORDER as q,
  mod,
  randomScalar,
  suites,
  timesBase,
} from '../core/suite.ts'
import { type Sent, extensionSid, receive, send } from '../ot/extension.ts'
import { type Pair, chosen, finish, transfer, voleSid } from '../ot/rvole.ts'
import type { Rng } from '../rng.ts'
import { firstFailure } from './checks.ts'
import { type Body, encodeBody } from './messages.ts'
import { type Signing, additiveShare } from './prepare.ts'

const suite = suites[ECDSA]

/** One side's secrets of one attempt. */
export type Secrets = {
  readonly r: Uint8Array
  readonly phi: Uint8Array
  /** β, and the extension's rows T_j. */
  readonly choices: Uint8Array
  readonly rows: Uint32Array
}

/** A nonce point and its encoding. */
export type NoncePoint = { readonly R: Point; readonly Rbytes: Uint8Array }

/** Draws my nonces and choices; `extension` offers the choices to the peer. */
export function draw(
  { input, hdr }: Signing,
  rng: Rng,
): NoncePoint & {
  readonly secrets: Secrets
  readonly nonce: Uint8Array
  readonly extension: Uint8Array
} {
  const { peer, me } = input
  const nonce = rng('n', 32)
  const r = randomScalar(suite, rng, 'r')
  const phi = randomScalar(suite, rng, 'phi')
  const choices = rng('beta', 52)
  const osid = extensionSid(hdr, peer.ot.otNo, me, peer.id, nonce)
  const mask = rng('mask', 16)
  const { message, rows } = receive(osid, peer.ot.asReceiver, choices, mask)
  wipe(mask)
  const R = timesBase(suite, r)
  return {
    secrets: { r: suite.encodeScalar(r), phi: suite.encodeScalar(phi), choices, rows },
    nonce,
    R,
    Rbytes: R.toBytes(),
    extension: message,
  }
}

/** My part of the key in this attempt, and its point. */
export type KeyPart = { readonly sk: bigint; readonly pk: Point }

export function keyPart(signing: Signing, sid: Uint8Array): KeyPart {
  const sk = additiveShare(signing, sid)
  return { sk, pk: timesBase(suite, sk) }
}

/** The peer's choices, which it offered under `nonce`. */
export function accept({ input, hdr }: Signing, nonce: Uint8Array, extension: Uint8Array): Sent {
  const { peer, me } = input
  return send(extensionSid(hdr, peer.ot.otNo, peer.id, me, nonce), peer.ot.asSender, extension)
}

/** Multiplies my nonce and key part with the peer's choices: the body to send, my shares to keep. */
export function contribute(
  { input }: Signing,
  sid: Uint8Array,
  own: { readonly secrets: Secrets; readonly Rbytes: Uint8Array },
  { sk, pk }: KeyPart,
  choices: Sent,
  rng: Rng,
): { readonly body: Uint8Array; readonly c: Pair } {
  const { r, phi, choices: mine } = own.secrets
  const { message, shares } = transfer(
    voleSid(sid, input.peer.id, input.me),
    choices.rows,
    input.peer.ot.asSender.delta,
    [toBigInt(r), sk],
    randomScalar(suite, rng, 'a-hat'),
  )
  const points = [timesBase(suite, shares[0]), timesBase(suite, shares[1])] as const
  const psi = mod(toBigInt(phi) - toBigInt(chosen(mine)), q)
  const [gammaU, gammaV] = points
  return {
    body: encodeBody(message, [own.Rbytes, pk.toBytes(), gammaU.toBytes(), gammaV.toBytes()], psi),
    c: shares,
  }
}

/** What a body that passed gives: my shares of its products, and the signature's nonce point. */
export type Judged = {
  readonly d: Pair
  readonly nonce: { x: bigint; y: bigint }
  readonly rx: bigint
}

/**
 * Runs every check on the peer's multiplication. The checks that touch long-lived secrets are all
 * evaluated before the first one speaks.
 *
 * @throws {ProtocolAbort} OTE_CHECK_FAIL, RVOLE_CHECK_FAIL, GAMMA_U, GAMMA_V, PKSUM, R_ZERO
 */
export function judge(
  { input, child }: Signing,
  sid: Uint8Array,
  own: { readonly secrets: Secrets; readonly R: Point; readonly pk: Point },
  body: Body,
  extensionHolds: boolean,
): Judged {
  const { me, peer } = input
  const abort = (code: AbortCode) => new ProtocolAbort(code, peer.id)
  const { choices, rows } = own.secrets
  const { shares: d, consistent } = finish(voleSid(sid, me, peer.id), rows, choices, body.transfer)
  const relation = { chi: toBigInt(chosen(choices)), d, ...body }
  const failure = firstFailure(sid, relation, extensionHolds && consistent)

  // SECURITY: rows of choices that contradict each other give away Δ. Test: src/dkls23/sign.attacks.test.ts "row 10: choices changed in F2 are OTE_CHECK_FAIL"
  if (!extensionHolds) throw abort('OTE_CHECK_FAIL')
  // SECURITY: a multiplication with two inputs gives away choices, then the share. Test: src/dkls23/sign.attacks.test.ts "row 11: another input in one transfer is RVOLE_CHECK_FAIL"
  if (!consistent) throw abort('RVOLE_CHECK_FAIL')
  // SECURITY: the nonce and key part multiplied must be the ones shown. Test: src/dkls23/sign.attacks.test.ts "row 12: a nonce or key point that was not multiplied is named"
  if (failure) throw abort(failure)
  // SECURITY: the parts must add up to the key that the request names. Test: src/dkls23/sign.attacks.test.ts "row 13: another share is PKSUM"
  if (!own.pk.add(body.pk).equals(child.point)) throw abort('PKSUM')
  const nonce = own.R.add(body.R).toAffine()
  const rx = nonce.x % q
  // SECURITY: r = 0 drops the key from the signature equation. Test: src/dkls23/sign.attacks.test.ts "nonce points that cancel are R_ZERO"
  if (rx === 0n) throw abort('R_ZERO')
  return { d, nonce, rx }
}

/** My parts of `u = r·φ` and `w = φ·(m + r_x·sk)`. */
export function parts(
  msgHash: Uint8Array,
  secrets: Secrets,
  sk: bigint,
  c: Pair,
  { d, rx }: Judged,
  psi: bigint,
): { readonly u: bigint; readonly w: bigint } {
  const phi = toBigInt(secrets.phi)
  const u = toBigInt(secrets.r) * (phi + psi) + c[0] + d[0]
  const v = (sk * (phi + psi) + c[1] + d[1]) % q
  return { u: u % q, w: (toBigInt(msgHash) * phi + rx * v) % q }
}

export function wipeSecrets({ r, phi, choices, rows }: Secrets): void {
  wipe(r, phi, choices)
  rows.fill(0)
}
