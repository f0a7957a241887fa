/** What a ceremony is about, to and from the form in which it travels. */
import { ProtocolAbort } from '../abort.ts'
import {
  type OldEpoch,
  type Proposal,
  agreeParams,
  ceremonyParams,
  paramFields,
} from '../dkg/params.ts'
import type { PartyId } from '../party.ts'
import type { Device } from '../share/share.ts'
import type { Proposal as Travelling, Propose } from './ceremony.ts'

/**
 * What is sent of a proposal. Of the old epoch only its number and what is hashed travel: the other
 * side has its own, or the record.
 *
 * @throws {ProtocolAbort} IDS or PARAMS for a proposal that no ceremony can have.
 */
export function proposalMessage(proposal: Proposal): Pick<Propose, 'proposal' | 'params'> {
  const { ccHash } = paramFields(proposal)
  const { old } = proposal
  const travelling: Travelling = {
    instanceId: proposal.instanceId,
    suites: [...proposal.suites],
    t: proposal.t,
    holders: [...proposal.holders],
    contributors: [...proposal.contributors],
    devices: proposal.devices.map(({ id, identityPk }) => ({ id, identityPk })),
    backup: proposal.backup,
    ...(old && {
      old: { epoch: old.epoch, epochSids: old.keys.map(({ epochSid }) => epochSid), ccHash },
    }),
  }
  return { proposal: travelling, params: ceremonyParams(proposal) }
}

/** What the receiver of a proposal knows by itself. */
export type Known = {
  /** The epoch to start from: of my share, or of the verified record where I join. */
  readonly old: OldEpoch | undefined
  /** Both machines, as they are pinned; ascending. */
  readonly devices: readonly Device[]
}

/**
 * The peer's proposal as mine: its old epoch and its machines are the ones that I know.
 *
 * @throws {ProtocolAbort} EPOCH_MISMATCH for another old epoch; IDS or PARAMS, naming the peer.
 */
export function readProposal(
  { proposal, params }: Pick<Propose, 'proposal' | 'params'>,
  { old, devices }: Known,
  peer: PartyId,
): Proposal {
  // SECURITY: the number of an epoch is in no hash, and sides that differ in it end without a wallet. Test: src/wire/proposal.test.ts "another old epoch is refused, and nobody is blamed"
  if (proposal.old?.epoch !== old?.epoch)
    throw new ProtocolAbort('EPOCH_MISMATCH', undefined, 'proposal.old')
  const { instanceId, suites, t, holders, contributors, backup } = proposal
  // With these machines and this epoch, whatever the peer says of them: then the params differ.
  const mine = { instanceId, suites, t, holders, contributors, devices, backup, old }
  agreeParams(hashed(mine, peer), params, peer)
  return mine
}

/** The params of a proposal that the peer made: what is wrong with it is the peer's. */
function hashed(proposal: Proposal, peer: PartyId): Uint8Array {
  try {
    return ceremonyParams(proposal)
  } catch (error) {
    if (error instanceof ProtocolAbort) throw new ProtocolAbort(error.code, peer, error.field)
    throw error
  }
}
