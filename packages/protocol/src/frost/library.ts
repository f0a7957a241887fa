/** The library's FROST, called for one task. Everything that is FROST's own arithmetic is in there. */
import { ProtocolAbort, UsageError } from '../abort.ts'
import { wipe } from '../core/bytes.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import type { KeyShare } from '../share/share.ts'
import {
  type FrostSuiteId,
  type Group,
  type NoncePair,
  type SignerCommitments,
  frostSuites,
} from './suite.ts'
import { type AddressKey, shiftPoint, shiftShare } from './tweak.ts'

/** Who signs what, with which share of which key. */
export type Signing = {
  readonly suite: FrostSuiteId
  readonly address: AddressKey
  readonly key: KeyShare
  readonly me: PartyId
  readonly peer: PartyId
  readonly message: Uint8Array
}

/** The library's name of a party. */
export function identifier(suite: FrostSuiteId, id: PartyId): string {
  return frostSuites[suite].noble.Identifier.fromNumber(id)
}

/** RFC 9591, 5.1: each nonce hashes 32 random bytes with the share that it will protect. */
export function commit(
  task: Signing,
  rng: Rng,
): { nonces: NoncePair; commitments: SignerCommitments } {
  const draws: Uint8Array[] = []
  const secret = addressSecret(task)
  try {
    return frostSuites[task.suite].noble.commit(secret, (length) => {
      if (length !== 32 || draws.length === 2)
        throw new UsageError('nonces: expected two draws of 32 bytes')
      const bytes = Uint8Array.from(rng(`frost-${draws.length}`, 32))
      draws.push(bytes)
      return bytes
    })
  } finally {
    wipe(secret.signingShare, ...draws)
  }
}

/** RFC 9591, 5.2. Uses the nonces up. */
export function signShare(
  task: Signing,
  nonces: NoncePair,
  commitments: SignerCommitments[],
): Uint8Array {
  const { noble } = frostSuites[task.suite]
  const secret = addressSecret(task)
  try {
    return noble.signShare(secret, group(task, {}), nonces, commitments, task.message)
  } finally {
    wipe(secret.signingShare, nonces.hiding, nonces.binding)
  }
}

/** RFC 9591, 5.3 and, when the sum does not verify, 5.4 to see whether the peer's share is why. */
export function aggregate(
  task: Signing,
  commitments: SignerCommitments[],
  shares: Record<string, Uint8Array>,
): Uint8Array {
  const { suite, peer, me, key, address, message } = task
  const { noble } = frostSuites[suite]
  const theirs = identifier(suite, peer)
  const theirPublicShare = key.publicShares.get(peer)!
  // Only blame reads public shares, so shifting them to the address waits until there is blame.
  const unshifted = {
    [identifier(suite, me)]: key.publicShares.get(me)!,
    [theirs]: theirPublicShare,
  }
  try {
    return noble.aggregate(group(task, unshifted), commitments, message, shares)
  } catch (error) {
    if (!(error instanceof Error && 'cheaters' in error)) throw error
    const shifted = { [theirs]: shiftPoint(address, theirPublicShare) }
    const good = noble.verifyShare(
      group(task, shifted),
      commitments,
      message,
      theirs,
      shares[theirs]!,
    )
    if (!good) throw new ProtocolAbort('FROST_SHARE', peer, 'S2.z')
    throw new ProtocolAbort('SIG_INVALID', undefined, 'signature')
  }
}

/** My share of the address's key, to be wiped. */
function addressSecret({ suite, me, address, key }: Signing) {
  return { identifier: identifier(suite, me), signingShare: shiftShare(address, key.secret) }
}

function group({ key, address }: Signing, publicShares: Record<string, Uint8Array>): Group {
  return {
    signers: { min: key.commitments.length, max: key.publicShares.size },
    commitments: [address.publicKey],
    verifyingShares: publicShares,
  }
}
