import { UsageError } from '../abort.ts'
import { ids, toBigInt, u16, u32, u8 } from '../core/bytes.ts'
import { H, H2S } from '../core/hash.ts'
import { ECDSA, SECP256K1_ORDER as q, mod, suites } from '../core/suite.ts'
import { lagrangeAtZero } from '../dkg/polynomial.ts'
import type { Child } from '../hd/derive.ts'
import { childOf } from '../hd/known.ts'
import { type Path, encodePath } from '../hd/path.ts'
import { type PartyId, type Quorum, areIds } from '../party.ts'
import type { KeyShare, Peer } from '../share/share.ts'

/** How a signature is made, as it is bound into its header. */
const TWO_PARTY = 1

/** One entry of an approved request, and the keys that sign it. */
export type SignInput = {
  /** An ECDSA share. */
  readonly share: KeyShare
  readonly peer: Peer
  readonly me: PartyId
  readonly quorum: Quorum
  /** Exactly the two signers, ascending. */
  readonly signers: readonly PartyId[]
  readonly path: Path
  /** The 32 bytes that are signed. */
  readonly msgHash: Uint8Array
  /** 16 bytes. */
  readonly requestId: Uint8Array
  readonly index: number
  readonly attempt: number
}

/** What both sides of one signature know before the first message. */
export type Signing = {
  readonly input: SignInput
  readonly initiator: PartyId
  readonly responder: PartyId
  readonly hdr: Uint8Array
  /** The key that signs. */
  readonly child: Child
}

/** Everything that a signature is about, in one hash: both sides must read the request alike. */
export function signHeader(
  request: Pick<SignInput, 'signers' | 'path' | 'msgHash' | 'requestId' | 'index' | 'attempt'> & {
    readonly share: Pick<KeyShare, 'keyId' | 'epochSid'>
  },
): Uint8Array {
  return H(
    'sign-hdr',
    request.share.keyId,
    request.share.epochSid,
    ids(request.signers),
    u8(TWO_PARTY),
    encodePath(request.path),
    request.msgHash,
    request.requestId,
    u16(request.index),
    u32(request.attempt),
  )
}

/** Names one attempt: both nonces and the initiator's commitment. */
export function signSid(
  hdr: Uint8Array,
  initiatorNonce: Uint8Array,
  responderNonce: Uint8Array,
  commitment: Uint8Array,
): Uint8Array {
  return H('sign-sid', hdr, initiatorNonce, responderNonce, commitment)
}

/**
 * Checks the input and derives the key that signs.
 *
 * @throws {UsageError} a length is wrong, or the signers are not exactly me and the peer, in a quorum
 *   of two.
 * @throws {DecodeError} a path with a hardened step.
 */
export function prepare(input: SignInput, role: 'initiator' | 'responder'): Signing {
  const { share, me, peer } = input
  if (share.suite !== ECDSA) throw new UsageError('share: expected an ECDSA share')
  if (input.msgHash.length !== 32) throw new UsageError('msgHash: expected 32 bytes')
  if (input.requestId.length !== 16) throw new UsageError('requestId: expected 16 bytes')
  // SECURITY: shares are weighted for exactly this set of signers. Test: src/dkls23/prepare.test.ts "row 34: only exactly t signers, holders all, sign"
  if (!areTheSigners(input)) throw new UsageError('signers: expected exactly me and the peer')
  return {
    input,
    initiator: role === 'initiator' ? me : peer.id,
    responder: role === 'initiator' ? peer.id : me,
    hdr: signHeader(input),
    child: childOf(share, input.path),
  }
}

function areTheSigners({ signers, quorum, me, peer }: SignInput): boolean {
  return (
    areIds(signers) &&
    signers.length === 2 &&
    quorum.t === 2 &&
    signers.every((id) => quorum.holders.includes(id)) &&
    signers.includes(me) &&
    signers.includes(peer.id) &&
    me !== peer.id
  )
}

/** My additive share of the child's private key, re-randomised for this attempt. Secret. */
export function additiveShare({ input, child }: Signing, sid: Uint8Array): bigint {
  const { share, me, peer, signers } = input
  const zero = H2S(q, 'zeta', peer.zsSeed, sid)
  const shifted = toBigInt(share.secret) + child.tweak
  return mod(
    lagrangeAtZero(suites[ECDSA], signers, me) * shifted + (me < peer.id ? zero : -zero),
    q,
  )
}

/** The initiator's commitment to its nonce point. */
export function commitNonce(
  { hdr, initiator }: Signing,
  nonce: Uint8Array,
  point: Uint8Array,
  salt: Uint8Array,
): Uint8Array {
  return H('R-com', hdr, u8(initiator), nonce, point, salt)
}
