import {
  COSIGNER,
  DEVICE,
  type Header,
  H,
  type Hedged,
  type Proposal,
  type Ristretto,
  agreeParams,
  answerG2,
  answerG4,
  ceremonyParams,
  firstOt,
  headerOf,
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

/**
 * Makes the wallet: three keys, of which each machine has its shares, and the encrypted parts of the
 * recovery share on both.
 *
 * @param words this machine's half of the recovery phrase, which its person has written down.
 * @param keep makes the wallet durable: before our certificate leaves.
 * @throws {CosignerError} `refused` with the co-signer's reason.
 */
export async function makeWallet(
  talk: Talk,
  { identity, cosigner }: Pair,
  words: string | undefined,
  {
    hedged,
    group,
    instanceId,
    keep,
    progress,
  }: {
    readonly hedged: Hedged
    readonly group: Ristretto
    readonly instanceId: Uint8Array
    readonly keep: (wallet: Wallet) => Promise<void>
    readonly progress: (step: Making) => void
  },
): Promise<Wallet> {
  const sign = (message: Uint8Array) => ed25519.sign(message, identity)
  const proposal: Proposal = {
    suites: [1, 2, 3],
    t: 2,
    holders: words === undefined ? [1, 2] : [1, 2, 3],
    contributors: [1, 2],
    devices: [
      { id: DEVICE, identityPk: ed25519.getPublicKey(identity) },
      { id: COSIGNER, identityPk: cosigner.identityPk },
    ],
    backup: words === undefined ? { kind: 'none' } : { kind: 'split' },
    instanceId,
  }
  const params = ceremonyParams(proposal)
  const about = { requestId: instanceId, epoch: 0 }
  const send = (type: Header['type'], body: Uint8Array) => {
    talk.send({ header: headerOf(type, DEVICE, COSIGNER, about), body })
    progress(making.find((step) => step === type) ?? 'agreed')
  }
  const rng = (answered: Uint8Array) => hedged(H('hedge', params, answered))
  const flow = async (type: 'G2' | 'G4'): Promise<Uint8Array> => {
    const { body } = await talk.next((packet: Packet) => packet.header.type === type)
    progress(type)
    return body
  }

  talk.say({ type: 'propose', ...proposalMessage(proposal) }, instanceId)
  const answer = await talk.hear('agree', 'refuse')
  if (answer.type === 'refuse') throw new CosignerError('refused', answer.reason)
  agreeParams(params, answer.params, COSIGNER)
  progress('agreed')
  const half = words === undefined ? {} : { half: phraseSecret(group, words) }
  const one = startCeremony({ proposal, me: DEVICE, sign, ...half }, rng(new Uint8Array(8)), group)
  send('G1', one.g1)
  const g2 = await flow('G2')
  const two = answerG2(one.state, g2, rng(g2))
  send('G3', two.g3)
  const { share, sid, tau, g5 } = answerG4(two.state, await flow('G4'))
  const active = { epoch: share.epoch, sid, tau, value: share }
  const wallet: Wallet = { active, ot: firstOt(active, COSIGNER), tested: false }
  await keep(wallet)
  send('G5', g5)
  await talk.hear('dkg-ack')
  progress('active')
  return wallet
}
