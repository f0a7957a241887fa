import {
  COSIGNER,
  type ControlMessage,
  DEVICE,
  DecodeError,
  H,
  type Header,
  type Proposal,
  ProtocolAbort,
  type WalletShare,
  ceremonyParams,
  equalBytes,
  headerOf,
  oldEpochOfShare,
  readProposal,
  wipe,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { CeremonyError } from '../ports/ceremonies.ts'
import { keepPrepared } from './epoch-change.ts'
import { type Half, drawnHalf } from './half.ts'
import { refuse } from './limits/refuse.ts'
import type { Device, Parts } from './parts.ts'
import { notBefore } from './re-ot-consent.ts'
import { type Said, controlOf } from './say.ts'
import { hasEpochSid } from './standing.ts'
import { type Patience, stepDeadline } from './step-deadline.ts'
import { seedOf } from './seed-of.ts'
import { type WalletRecord, loadShare, walletsOf, wipeShare } from './wallet-record.ts'
import type { Wallets } from './wallets.ts'

type Propose = Extract<ControlMessage, { type: 'propose' }>
type Reason = Extract<ControlMessage, { type: 'refuse' }>['reason']

/** A ceremony that was agreed to, until what it made is prepared. */
export type Ceremony = {
  /** @returns what to say, in order. */
  hear(header: Header, body: Uint8Array): Promise<Said[]>
  /** It ends here: what was in memory is wiped. */
  drop(): void
}

/** An answer to a proposal, and the ceremony if it is yes. */
export type Answer = { readonly say: ControlMessage; readonly ceremony?: Ceremony }

/** As many wallets as a greeting can name. */
const MAX_WALLETS = 64

/**
 * Answers a proposal: a new wallet, or a rotation of one, made by this device and us.
 *
 * @param ended aborted when the device hangs up.
 */
export async function hearProposal(
  parts: Parts,
  registry: Wallets,
  device: Device,
  message: Propose,
  ended: AbortSignal,
  patience: Patience,
): Promise<Answer> {
  const { instanceId, old } = message.proposal
  const no = (reason: Reason): Answer => ({ say: { type: 'refuse', instanceId, reason } })
  const records = await walletsOf(parts.store, device.identityPk)
  const record = old && records.find((one) => old.epochSids.some((sid) => hasEpochSid(one, sid)))
  const reason = await unfit(parts, message, records.length, record)
  if (reason) return no(reason)

  const share =
    record?.active && (await loadShare(parts.keys, parts.store, record.wallet, record.active.epoch))
  const proposal = readOurs(parts, device, message, share)
  if (!proposal) {
    if (share) wipeShare(share)
    return no('params')
  }
  const params = ceremonyParams(proposal)
  const half = await drawnHalf(parts, proposal, params, ended)
  if (typeof half === 'string') {
    if (share) wipeShare(share)
    return no(half)
  }
  return {
    say: { type: 'agree', instanceId, params },
    ceremony: openCeremony(parts, registry, device, patience, { proposal, params, share, half }),
  }
}

/** What is wrong with a proposal before its numbers are looked at. */
async function unfit(
  parts: Parts,
  { proposal }: Propose,
  wallets: number,
  record: WalletRecord | undefined,
): Promise<Reason | undefined> {
  const { t, contributors, backup, old } = proposal
  const isOfBoth = contributors.length === 2 && contributors.every((id) => id <= COSIGNER)
  if (t !== 2 || !isOfBoth) return 'unsupported'
  // SECURITY: a wallet without a recovery phrase is lost with either machine. Test: test/ceremony.test.ts "a wallet without a backup, or with a backup key of the device alone, is refused"
  if (backup.kind === 'none' && parts.allowWithoutBackup !== true) return 'unsupported'
  // SECURITY: a backup key that one machine chose opens the wallet for whoever has that machine. Test: test/ceremony.test.ts "a wallet without a backup, or with a backup key of the device alone, is refused"
  if (backup.kind === 'third-machine') return 'unsupported'
  if (!old) return wallets < MAX_WALLETS ? undefined : 'busy'
  if (!record) return 'params'
  if (record.prepared) return 'busy'
  // SECURITY: a device alone must not end an epoch, nor bring back a store that was set back. Test: test/rotation.test.ts "a rotation needs a person here"
  if (record.allowed?.rotation === undefined) return 'not-allowed'
  // SECURITY: a rotation is a fresh OT setup too, and must not come sooner after a burn. Test: test/re-ot.test.ts "a rotation does not come sooner after a burn either"
  const earliest = parts.span?.().earliest ?? parts.now()
  return (await notBefore(parts.store, record.wallet)) > earliest.getTime() ? 'busy' : undefined
}

/** The proposal with our own epoch and machines in it; nothing if it says something else. */
function readOurs(
  { root }: Parts,
  { identityPk }: Device,
  message: Propose,
  share: WalletShare | undefined,
): Proposal | undefined {
  const devices = [
    { id: DEVICE, identityPk },
    { id: COSIGNER, identityPk: ed25519.getPublicKey(root.identity) },
  ]
  try {
    return readProposal(message, { old: share && oldEpochOfShare(share), devices }, DEVICE)
  } catch (error) {
    if (error instanceof ProtocolAbort || error instanceof DecodeError) return undefined
    throw error
  }
}

/** What the log and the device hear of a ceremony that cannot go on. @throws what is our own fault. */
function endOf(error: unknown): readonly [code: 'busy' | 'bad-message', reason: Reason] {
  if (error instanceof CeremonyError) return ['busy', 'busy']
  if (error instanceof ProtocolAbort || error instanceof DecodeError)
    return ['bad-message', 'aborted']
  throw error
}

function openCeremony(
  parts: Parts,
  registry: Wallets,
  device: Device,
  patience: Patience,
  {
    proposal,
    params,
    share,
    half,
  }: {
    readonly proposal: Proposal
    readonly params: Uint8Array
    readonly share: WalletShare | undefined
    readonly half: Half
  },
): Ceremony {
  const { instanceId } = proposal
  const epoch = proposal.old ? proposal.old.epoch + 1 : 0
  const computing = parts.ceremonies.begin()
  const seed = (answered: Uint8Array) => seedOf(parts, H('hedge', params, answered))
  const say = (type: Header['type'], body: Uint8Array): Said => ({
    header: headerOf(type, COSIGNER, DEVICE, { requestId: instanceId, epoch }),
    body,
  })
  let isBegun = false
  let awaitsG3 = false
  // Until something is prepared, nothing of it is anywhere but in memory.
  const deadline = stepDeadline(patience, () => {
    drop()
    return { type: 'refuse', instanceId, reason: 'timeout' }
  })

  function drop(): void {
    deadline.stop()
    computing.drop()
    awaitsG3 = false
    if (isBegun) return
    isBegun = true
    if (half) wipe(half)
    if (share) wipeShare(share)
  }

  async function begin(body: Uint8Array): Promise<Said[]> {
    isBegun = true
    deadline.stop()
    try {
      const input = { proposal, identity: parts.root.identity, half, share }
      const g2 = await computing.answerG1(input, body, seed(body))
      awaitsG3 = true
      deadline.await('G3')
      return [say('G2', g2)]
    } finally {
      if (half) wipe(half)
      if (share) wipeShare(share)
    }
  }

  async function finish(body: Uint8Array): Promise<Said[]> {
    deadline.stop()
    awaitsG3 = false
    const { prepared, g4 } = await computing.answerG3(body, seed(body))
    try {
      await keepPrepared(parts, registry, device, instanceId, prepared)
    } finally {
      wipeShare(prepared.share)
    }
    drop()
    return [say('G4', g4)]
  }

  deadline.await('G1')
  return {
    async hear(header, body) {
      if (!equalBytes(header.requestId, instanceId) || header.epoch !== epoch) return []
      try {
        if (header.type === 'G1' && !isBegun) return await begin(body)
        if (header.type === 'G3' && awaitsG3) return await finish(body)
        return []
      } catch (error) {
        drop()
        const [code, reason] = endOf(error)
        const message = error instanceof Error ? error.message : code
        await refuse(parts, device.identityPk, { code, message })
        // SECURITY: which check failed is nobody's business: an answer that says it is an oracle. Test: test/ceremony.test.ts "a device that breaks the ceremony is told that it is over, and not why"
        return [controlOf({ type: 'refuse', instanceId, reason })]
      }
    },
    drop,
  }
}
