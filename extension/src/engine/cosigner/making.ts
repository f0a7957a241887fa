import {
  COSIGNER,
  DEVICE,
  type Header,
  H,
  type Hedged,
  type Proposal,
  type Ristretto,
  NO_EPOCHS,
  acceptAck,
  agreeParams,
  answerG2,
  answerG4,
  ceremonyParams,
  decodeControl,
  equalBytes,
  firstOt,
  headerOf,
  oldEpochOfShare,
  oldSharesOf,
  phraseSecret,
  proposalMessage,
  startCeremony,
} from '@tandem/protocol'
import { ed25519 } from '@noble/curves/ed25519.js'
import { CosignerError } from './error.ts'
import type { Pair, Wallet } from './kept.ts'
import type { Packet } from './link.ts'
import type { Talk } from './talk.ts'

/** The five messages that make keys, and who is waited for. */
export const making = ['agreed', 'G1', 'G2', 'G3', 'G4', 'G5', 'active'] as const
export type Making = (typeof making)[number]

export type MakingParts = {
  readonly hedged: Hedged
  readonly group: Ristretto
  readonly instanceId: Uint8Array
  readonly now: () => number
  /** Makes what was made durable, before our certificate leaves: with it the co-signer goes over. */
  readonly keep: (wallet: Wallet) => Promise<void>
  readonly progress: (step: Making) => void
}

/** Where the shares come from. */
export type From =
  /** Nothing: new keys. `words` is this machine's half of a recovery phrase that its person wrote down. */
  | { readonly words: string | undefined }
  /** The shares of the epoch before: the same keys, and the same addresses. */
  | { readonly before: Wallet }

/**
 * Makes shares of a wallet's keys, of which each machine has its own, and the encrypted parts of the
 * recovery share on both.
 *
 * @throws {CosignerError} `refused` with the co-signer's reason.
 */
export async function makeShares(
  talk: Talk,
  { identity, cosigner }: Pair,
  from: From,
  { hedged, group, instanceId, now, keep, progress }: MakingParts,
): Promise<Wallet> {
  const sign = (message: Uint8Array) => ed25519.sign(message, identity)
  const before = 'before' in from ? from.before.active : undefined
  const words = 'words' in from ? from.words : undefined
  const proposal: Proposal = {
    suites: [1, 2, 3],
    t: 2,
    ...partsOf(from),
    contributors: [1, 2],
    devices: [
      { id: DEVICE, identityPk: ed25519.getPublicKey(identity) },
      { id: COSIGNER, identityPk: cosigner.identityPk },
    ],
    ...(before && { old: oldEpochOfShare(before.value) }),
    instanceId,
  }
  const params = ceremonyParams(proposal)
  const about = { requestId: instanceId, epoch: before ? before.epoch + 1 : 0 }
  const send = (type: Header['type'], body: Uint8Array) => {
    talk.send({ header: headerOf(type, DEVICE, COSIGNER, about), body })
    progress(making.find((step) => step === type) ?? 'agreed')
  }
  const rng = (answered: Uint8Array) => hedged(H('hedge', params, answered))
  const flow = async (type: 'G2' | 'G4'): Promise<Uint8Array> => {
    const packet = await talk.next(({ header }) => header.type === type || header.type === 'refuse')
    if (packet.header.type === 'refuse') throw refused(packet)
    progress(type)
    return packet.body
  }

  talk.say({ type: 'propose', ...proposalMessage(proposal) }, instanceId)
  const answer = await talk.hear('agree', 'refuse')
  if (answer.type === 'refuse') throw new CosignerError('refused', answer.reason)
  agreeParams(params, answer.params, COSIGNER)
  progress('agreed')
  const half = words === undefined ? {} : { half: phraseSecret(group, words) }
  const halfPk = 'half' in half ? group.timesBase(half.half) : undefined
  const oldShares = before && oldSharesOf(before.value)
  const input = { proposal, me: DEVICE, sign, ...half, ...(oldShares && { oldShares }) }
  const one = startCeremony(input, rng(new Uint8Array(8)), group)
  send('G1', one.g1)
  const g2 = await flow('G2')
  const two = answerG2(one.state, g2, rng(g2))
  send('G3', two.g3)
  const { share, sid, tau, g5 } = answerG4(two.state, await flow('G4'))
  const active = { epoch: share.epoch, sid, tau, value: share }
  const wallet: Wallet = {
    active,
    retired: before,
    ceremony: instanceId,
    ot: firstOt(active, COSIGNER),
    tested: false,
    since: now(),
    half: 'before' in from ? from.before.half : halfPk,
  }
  await keep(wallet)
  send('G5', g5)
  await heardOf(talk, cosigner, wallet)
  progress('active')
  return wallet
}

/** Who holds a share, and who can bring the wallet back. */
function partsOf(from: From): Pick<Proposal, 'holders' | 'backup'> {
  if ('before' in from) {
    const { holders, backup } = from.before.active.value
    const publicKey = backup?.publicKey
    return { holders, backup: publicKey ? { kind: 'kept', publicKey } : { kind: 'none' } }
  }
  if (from.words === undefined) return { holders: [1, 2], backup: { kind: 'none' } }
  return { holders: [1, 2, 3], backup: { kind: 'split' } }
}

/** Waits for the co-signer's word that it has our certificate. @throws {CosignerError} `misbehaved` */
export async function heardOf(
  talk: Talk,
  { identityPk }: Pair['cosigner'],
  { active }: Wallet,
): Promise<void> {
  const ack = await talk.hear('dkg-ack')
  const epochs = { ...NO_EPOCHS, active }
  // SECURITY: without its signed word the co-signer may still be in the epoch that is erased then. Test: src/engine/cosigner/making.test.ts "an acknowledgement that the co-signer did not sign erases nothing"
  acceptAck(epochs, { id: COSIGNER, identityPk }, ack)
  if (!equalBytes(ack.tau, active.tau))
    throw new CosignerError('misbehaved', 'an acknowledgement of other keys')
}

function refused({ header, body }: Packet): CosignerError {
  const message = decodeControl(header, body)
  return new CosignerError('refused', message.type === 'refuse' ? message.reason : 'refused')
}
