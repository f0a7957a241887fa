/**
 * What the two sides of a ceremony hash. The identity keys sign the last of these, so a key comes to
 * life only where both saw the same bytes. PROTOCOL.md, "The ceremony".
 */
import { EMPTY, concat, ids, u8 } from '../core/bytes.ts'
import { H } from '../core/hash.ts'
import type { SuiteId } from '../core/suite.ts'
import type { PartyId } from '../party.ts'

/** What one contributor reveals of itself, as bytes. */
export type Contribution = {
  /** The contributor's number, which is not its holder's where a replacement acts for it. */
  readonly id: PartyId
  readonly nonce: Uint8Array
  /** 32 zero bytes for the side that answers: it commits to nothing. */
  readonly salt: Uint8Array
  /** 32 bytes, or the carried chain codes of all suites in a RESHARE. */
  readonly cc: Uint8Array
  /** pk_{B,i}; empty unless the backup key is split. */
  readonly backupPk: Uint8Array
  /** Commitments to the polynomials of all suites, ascending: `F_{i,0}‖…‖F_{i,t-1}` each. */
  readonly FF: Uint8Array
  /** Proofs in the same order, then the proof of the backup half. */
  readonly PP: Uint8Array
}

/** The public outcome of one suite. */
export type PublicKeys = {
  readonly suite: SuiteId
  readonly publicKey: Uint8Array
  readonly chainCode: Uint8Array
  readonly publicShares: ReadonlyMap<PartyId, Uint8Array>
}

/** `C_i`: binds the initiator before it sees a byte of the responder. */
export function commitment(
  params: Uint8Array,
  { id, nonce, FF, backupPk, cc, salt }: Omit<Contribution, 'PP'>,
): Uint8Array {
  return H('dkg-com', params, u8(id), nonce, FF, backupPk, cc, salt)
}

/** Names the ceremony. */
export function ceremonySid(
  params: Uint8Array,
  initiatorNonce: Uint8Array,
  responderNonce: Uint8Array,
  initiatorCommitment: Uint8Array,
): Uint8Array {
  return H('dkg-sid2', params, initiatorNonce, responderNonce, initiatorCommitment)
}

/** `cc_suite` of a fresh key; `contributions` ascending by id. */
export function chainCodeOf(
  sid: Uint8Array,
  suite: SuiteId,
  contributions: readonly Contribution[],
): Uint8Array {
  return H('dkg-cc', sid, u8(suite), concat(...contributions.flatMap(({ id, cc }) => [u8(id), cc])))
}

/** The first of the two concatenations that are hashed into τ; ascending by id. */
export function contributionBytes(contributions: readonly Contribution[]): Uint8Array {
  return concat(
    ...contributions.flatMap(({ id, nonce, salt, cc, backupPk, FF, PP }) => [
      u8(id),
      nonce,
      salt,
      cc,
      backupPk,
      FF,
      PP,
    ]),
  )
}

/** The second; ascending by suite, shares ascending by holder. */
export function keyBytes(keys: readonly PublicKeys[]): Uint8Array {
  return concat(
    ...keys.flatMap(({ suite, publicKey, chainCode, publicShares }) => [
      u8(suite),
      publicKey,
      chainCode,
      ...[...publicShares].flatMap(([id, share]) => [u8(id), share]),
    ]),
  )
}

/** τ: everything that is public and common. */
export const transcript = (
  sid: Uint8Array,
  contributions: Uint8Array,
  keys: Uint8Array,
): Uint8Array => H('dkg-transcript', sid, contributions, keys)

/** What one machine sent to the other only. */
export type PairSide = {
  readonly id: PartyId
  readonly botA: Uint8Array
  readonly botR: Uint8Array
  /** Empty where the ceremony needs none. */
  readonly zs: Uint8Array
}

/** τ_ij: binds what only these two machines saw; `ctHashes` ascending by contributor, or empty. */
export function pairTranscript(
  tau: Uint8Array,
  low: PairSide,
  high: PairSide,
  ctHashes: Uint8Array,
): Uint8Array {
  const zsHash = (zs: Uint8Array): Uint8Array => (zs.length === 0 ? EMPTY : H('zs', zs))
  return H(
    'pair-transcript',
    tau,
    ids([low.id]),
    ids([high.id]),
    low.botA,
    low.botR,
    high.botA,
    high.botR,
    zsHash(low.zs),
    zsHash(high.zs),
    ctHashes,
  )
}

/** What holder `id` signs; `pairs` is the concatenation of its τ_ij, ascending by peer. */
export const certMessage = (id: PartyId, tau: Uint8Array, pairs: Uint8Array): Uint8Array =>
  H('dkg-cert', u8(id), tau, pairs)

/** Names a key for ever. */
export const keyIdOf = (suite: SuiteId, publicKey: Uint8Array): Uint8Array =>
  H('key-id', u8(suite), publicKey)

/** Names a key in one epoch. */
export const epochSidOf = (tau: Uint8Array, suite: SuiteId): Uint8Array =>
  H('epoch', tau, u8(suite))

/** The common seed of the zero shares; `low` came from the holder with the lower number. */
export const zsSeedOf = (sid: Uint8Array, low: Uint8Array, high: Uint8Array): Uint8Array =>
  H('zs-seed', sid, low, high)

/**
 * What both sides sign in every suite, with the empty path, before an address is shown. No request
 * can name this message.
 */
export const selfTestMessage = (keyId: Uint8Array, epochSid: Uint8Array): Uint8Array =>
  H('self-test', keyId, epochSid)
