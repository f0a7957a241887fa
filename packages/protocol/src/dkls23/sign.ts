/**
 * A two-party ECDSA signature in four messages: DKLs23 (eprint 2023/765), its three rounds merged
 * into one particular rushing order. PROTOCOL.md, "ECDSA, four flows".
 *
 *   F1  initiator → responder   commitment to R, choices of its multiplication
 *   F2  responder → initiator   its choices; its multiplication with the initiator's choices
 *   F3  initiator → responder   its multiplication, the opening of R, its parts u and w
 *   F4  responder → initiator   the signature
 *
 * The channel is authenticated and encrypted, one per pair. Each message is opened first (length,
 * names, every field decoded), which touches no long-lived secret, and answered second. Between the
 * two the caller commits that a verdict is pending: a verdict tells the peer something, and a crash
 * must not make it free. An abort here is not "nothing was signed": after F3 the responder alone can
 * finish.
 *
 * A state is used once. Its secrets are wiped then, whatever comes of it.
 */
import { invert } from '@noble/curves/abstract/modular.js'
import { ProtocolAbort, blame } from '../abort.ts'
import { equalBytes, toBigInt, wipe } from '../core/bytes.ts'
import { type Once, once } from '../core/once.ts'
import { ECDSA, type Point, SECP256K1_ORDER as q, suites } from '../core/suite.ts'
import type { Sent } from '../ot/extension.ts'
import type { Rng } from '../rng.ts'
import { type EcdsaSignature, isSignature, lowS } from './checks.ts'
import {
  type NoncePoint,
  type Secrets,
  accept,
  contribute,
  draw,
  judge,
  keyPart,
  parts,
  wipeSecrets,
} from './exchange.ts'
import {
  type Body,
  type F1,
  type F2,
  type F3,
  cutF2,
  cutF3,
  decodeBody,
  decodeF1,
  decodeSignature,
  encodeF1,
  encodeF2,
  encodeF3,
  encodeSignature,
} from './messages.ts'
import { type SignInput, type Signing, commitNonce, prepare, signSid } from './prepare.ts'

export type { EcdsaSignature } from './checks.ts'
export { type SignInput, signHeader } from './prepare.ts'

const suite = suites[ECDSA]

type Initiated = NoncePoint & {
  readonly signing: Signing
  readonly secrets: Secrets
  readonly nonce: Uint8Array
  readonly salt: Uint8Array
  readonly commitment: Uint8Array
}
/** The initiator waits for F2. */
export type InitiatorF2 = Once<Initiated>

/** Makes F1. The attempt's number is durable before. */
export function startSign(
  input: SignInput,
  rng: Rng,
): { readonly state: InitiatorF2; readonly f1: Uint8Array } {
  const signing = prepare(input, 'initiator')
  const salt = rng('salt', 32)
  const { extension, ...own } = draw(signing, rng)
  const commitment = commitNonce(signing, own.nonce, own.Rbytes, salt)
  return {
    state: once('the state after F1', { signing, salt, commitment, ...own }),
    f1: encodeF1({ nonce: own.nonce, commitment, hdr: signing.hdr, extension }),
  }
}

/** The responder has F1 in front of it. */
export type OpenedF1 = Once<{
  readonly signing: Signing
  readonly f1: F1
  readonly secrets?: never
}>

/**
 * Reads F1 for the request as this side knows it. The OT setup is not touched.
 *
 * @throws {ProtocolAbort} LENGTH, HDR_MISMATCH
 */
export function openF1(input: SignInput, bytes: Uint8Array): OpenedF1 {
  const signing = prepare(input, 'responder')
  const f1 = blame(input.peer.id, () => decodeF1(bytes))
  // SECURITY: two readings of a request, found later, look like a cheat and burn the pair. Test: src/dkls23/sign.attacks.test.ts "row 54: another reading of the request is HDR_MISMATCH at once"
  if (!equalBytes(f1.hdr, signing.hdr))
    throw new ProtocolAbort('HDR_MISMATCH', input.peer.id, 'F1.hdr')
  return once('the opened F1', { signing, f1 })
}

type Responded = {
  readonly signing: Signing
  readonly secrets: Secrets
  readonly R: Point
  readonly pk: Point
  /** `sk ‖ c_u ‖ c_v`. Secret. */
  readonly shares: readonly [sk: Uint8Array, cu: Uint8Array, cv: Uint8Array]
  readonly sid: Uint8Array
  readonly f1: F1
}
/** The responder waits for F3. */
export type ResponderF3 = Once<Responded>

/**
 * Makes F2. Here the initiator's choices are checked against the long-lived Δ: the caller has
 * committed a pending verdict.
 *
 * @throws {ProtocolAbort} OTE_CHECK_FAIL
 */
export function answerF1(
  opened: OpenedF1,
  rng: Rng,
): { readonly state: ResponderF3; readonly f2: Uint8Array } {
  const { signing, f1 } = opened.take()
  const { hdr, input } = signing
  const choices = accept(signing, f1.nonce, f1.extension)
  // SECURITY: an answer to choices that contradict each other gives away Δ. Test: src/dkls23/sign.attacks.test.ts "row 10: choices changed in F1 are OTE_CHECK_FAIL"
  if (!choices.consistent) throw new ProtocolAbort('OTE_CHECK_FAIL', input.peer.id, 'F1.ote')
  return withRows(choices, () => {
    const own = draw(signing, rng)
    const { secrets, R, nonce, extension } = own
    return orWipe(own, () => {
      const sid = signSid(hdr, f1.nonce, nonce, f1.commitment)
      const key = keyPart(signing, sid)
      const { body, c } = contribute(signing, sid, own, key, choices, rng)
      const shares = [
        suite.encodeScalar(key.sk),
        suite.encodeScalar(c[0]),
        suite.encodeScalar(c[1]),
      ] as const
      return {
        state: once('the state after F2', { signing, secrets, R, pk: key.pk, shares, sid, f1 }),
        f2: encodeF2({ nonce, hdr, sid, extension, body }),
      }
    })
  })
}

/** The initiator has F2 in front of it. */
export type OpenedF2 = Once<Initiated & { readonly f2: F2; readonly body: Body }>

/**
 * Reads F2. Names come before anything that could burn the pair.
 *
 * @throws {ProtocolAbort} LENGTH, HDR_MISMATCH, SID_MISMATCH, SCALAR, POINT
 */
export function openF2(state: InitiatorF2, bytes: Uint8Array): OpenedF2 {
  const held = state.take()
  return orWipe(held, () => {
    const { signing, nonce, commitment } = held
    const peer = signing.input.peer.id
    const f2 = blame(peer, () => cutF2(bytes))
    // SECURITY: two readings of a request, found later, look like a cheat and burn the pair. Test: src/dkls23/sign.attacks.test.ts "row 54: another reading of the request is HDR_MISMATCH at once"
    if (!equalBytes(f2.hdr, signing.hdr)) throw new ProtocolAbort('HDR_MISMATCH', peer, 'F2.hdr')
    const sid = signSid(signing.hdr, nonce, f2.nonce, commitment)
    // SECURITY: honest parties with different names would find each other cheating. Test: src/dkls23/sign.attacks.test.ts "row 31: a changed nonce or commitment is SID_MISMATCH"
    if (!equalBytes(f2.sid, sid)) throw new ProtocolAbort('SID_MISMATCH', undefined, 'F2.sid')
    const body = blame(peer, () => decodeBody(f2.body, 'F2'))
    return once('the opened F2', { ...held, f2, body })
  })
}

/** The initiator waits for F4. */
export type InitiatorF4 = Once<{
  readonly signing: Signing
  readonly rx: bigint
  readonly secrets?: never
}>

/**
 * Makes F3. With it the responder can finish alone: that a signature may exist is durable before F3
 * leaves.
 *
 * @throws {ProtocolAbort} OTE_CHECK_FAIL, RVOLE_CHECK_FAIL, GAMMA_U, GAMMA_V, PKSUM, R_ZERO
 */
export function answerF2(
  opened: OpenedF2,
  rng: Rng,
): { readonly state: InitiatorF4; readonly f3: Uint8Array } {
  const { f2, body, signing, ...own } = opened.take()
  try {
    const { sid } = f2
    const choices = accept(signing, f2.nonce, f2.extension)
    return withRows(choices, () => {
      const key = keyPart(signing, sid)
      const judged = judge(signing, sid, { ...own, pk: key.pk }, body, choices.consistent)
      const { body: mine, c } = contribute(signing, sid, own, key, choices, rng)
      const { msgHash } = signing.input
      const { u, w } = parts(msgHash, own.secrets, key.sk, c, judged, body.psi)
      const f3 = encodeF3({
        sid,
        body: mine,
        salt: own.salt,
        u: suite.encodeScalar(u),
        w: suite.encodeScalar(w),
      })
      return { state: once('the state after F3', { signing, rx: judged.rx }), f3 }
    })
  } finally {
    wipeAttempt(own)
  }
}

/** The responder has F3 in front of it. */
export type OpenedF3 = Once<
  Responded & { readonly f3: F3; readonly body: Body; readonly u: bigint; readonly w: bigint }
>

/**
 * Reads F3.
 *
 * @throws {ProtocolAbort} LENGTH, SID_MISMATCH, SCALAR, POINT
 */
export function openF3(state: ResponderF3, bytes: Uint8Array): OpenedF3 {
  const held = state.take()
  return orWipe(held, () => {
    const peer = held.signing.input.peer.id
    const f3 = blame(peer, () => cutF3(bytes))
    // SECURITY: a message of another attempt, judged, would burn the pair. Test: src/dkls23/sign.attacks.test.ts "row 30: a message of another session is SID_MISMATCH"
    if (!equalBytes(f3.sid, held.sid)) throw new ProtocolAbort('SID_MISMATCH', undefined, 'F3.sid')
    return blame(peer, () => {
      const body = decodeBody(f3.body, 'F3')
      const u = suite.decodeScalar(f3.u, 'F3.u')
      const w = suite.decodeScalar(f3.w, 'F3.w')
      return once('the opened F3', { ...held, f3, body, u, w })
    })
  })
}

/**
 * Makes the signature and F4. The signature is verified, and durable before F4 leaves.
 *
 * @throws {ProtocolAbort} COMMIT, RVOLE_CHECK_FAIL, GAMMA_U, GAMMA_V, PKSUM, R_ZERO, U_ZERO,
 *   SIG_INVALID
 */
export function finishF3(opened: OpenedF3): {
  readonly signature: EcdsaSignature
  readonly f4: Uint8Array
} {
  const { signing, sid, f1, f3, body, secrets, shares, ...held } = opened.take()
  const { input, child } = signing
  const abort = (code: 'COMMIT' | 'U_ZERO' | 'SIG_INVALID') =>
    new ProtocolAbort(code, input.peer.id)
  try {
    const commitment = commitNonce(signing, f1.nonce, body.Rbytes, f3.salt)
    // SECURITY: a nonce point chosen after mine was seen biases the nonce, and that gives away the key. Test: src/dkls23/sign.attacks.test.ts "row 15: another nonce point or salt is COMMIT"
    if (!equalBytes(commitment, f1.commitment)) throw abort('COMMIT')
    const judged = judge(signing, sid, { ...held, secrets }, body, true)
    const [sk, cu, cv] = shares
    const c = [toBigInt(cu), toBigInt(cv)] as const
    const mine = parts(input.msgHash, secrets, toBigInt(sk), c, judged, body.psi)
    const u = (mine.u + held.u) % q
    // SECURITY: u = 0 has no inverse. Test: src/dkls23/sign.attacks.test.ts "parts of u that cancel are U_ZERO"
    if (u === 0n) throw abort('U_ZERO')
    const s = (((mine.w + held.w) % q) * invert(u, q)) % q
    const signature = lowS(judged.rx, s, judged.nonce)
    // SECURITY: a wrong psi, u or w shows only here. Test: src/dkls23/sign.attacks.test.ts "row 14: wrong psi, u or w is SIG_INVALID"
    if (!isSignature(signature, input.msgHash, child.point)) throw abort('SIG_INVALID')
    return { signature, f4: encodeSignature(signature) }
  } finally {
    wipeAttempt({ secrets, shares })
  }
}

/**
 * The verified signature.
 *
 * @throws {ProtocolAbort} LENGTH, SCALAR, SIG_INVALID
 */
export function finishF4(state: InitiatorF4, bytes: Uint8Array): EcdsaSignature {
  const { signing, rx } = state.take()
  const { input, child } = signing
  const signature = blame(input.peer.id, () => decodeSignature(bytes))
  const abort = () => new ProtocolAbort('SIG_INVALID', input.peer.id)
  // SECURITY: another r is a signature that this side has not helped to make. Test: src/dkls23/sign.attacks.test.ts "a valid signature with another nonce is SIG_INVALID"
  if (signature.r !== rx) throw abort()
  // SECURITY: what the peer hands out as a signature must be one. Test: src/dkls23/sign.attacks.test.ts "a changed F4 is SIG_INVALID"
  if (!isSignature(signature, input.msgHash, child.point)) throw abort()
  return signature
}

/** Wipes an attempt that ends before its time. */
export function discard(
  state: InitiatorF2 | OpenedF1 | OpenedF2 | ResponderF3 | OpenedF3 | InitiatorF4,
): void {
  wipeAttempt(state.take())
}

/** What the states of one attempt hold that nobody else may learn. */
type Attempt = {
  readonly secrets?: Secrets
  readonly salt?: Uint8Array
  readonly shares?: readonly Uint8Array[]
}

function wipeAttempt({ secrets, salt, shares = [] }: Attempt): void {
  if (secrets) wipeSecrets(secrets)
  if (salt) wipe(salt)
  wipe(...shares)
}

/** The rows Q_j, with Δ, give both pads of every transfer: they go when `run` is over. */
function withRows<T>({ rows }: Sent, run: () => T): T {
  try {
    return run()
  } finally {
    rows.fill(0)
  }
}

/** What `run` returns keeps the secrets; if it throws they are wiped. */
function orWipe<T>(held: Attempt, run: () => T): T {
  try {
    return run()
  } catch (error) {
    wipeAttempt(held)
    throw error
  }
}
