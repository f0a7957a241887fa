/**
 * The side of a ceremony that answers: the machine with the higher number. PROTOCOL.md, "The ceremony".
 *
 *   G1 → answerG1 → G2,  G3 → answerG3 → G4,  G5 → answerG5
 *
 * It needs no commitment of its own: the initiator is bound by G1, and G2 leaves before the
 * initiator reveals a byte. The channel must authenticate and encrypt. Every state answers once.
 */
import { ProtocolAbort, UsageError, blame } from '../abort.ts'
import { EMPTY, type NoteSecrets, equalBytes, wipe, wipeOnThrow } from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { type Once, once } from '../core/once.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { baseSid, receiverInit, senderInit } from '../ot/base.ts'
import type { Rng } from '../rng.ts'
import { unprintable } from '../secret.ts'
import type { WalletShare } from '../share/share.ts'
import { checkCarried, checkProofs, checkShares, decodeReveal, decodeShares } from './checks.ts'
import {
  type CeremonyInput,
  type Mine,
  draw,
  encryptOwn,
  mySecrets,
  proofs,
  sharesFor,
  wipeMine,
} from './contribution.ts'
import { type G1, decodeG1, decodeG3, decodeG5, encodeG2, encodeG4 } from './messages.ts'
import {
  type Bot,
  addShares,
  agree,
  certify,
  checkCt,
  finishOt,
  otSecrets,
  pairOf,
  pairSide,
  walletShare,
  wipeBot,
} from './outcome.ts'
import { type Plan, planOf } from './params.ts'
import { decodeRecord, encodeRecord } from './record.ts'
import { ceremonySid, certMessage, commitment } from './transcript.ts'

/** Waits for G3. */
export type AfterG2 = Once<{
  readonly plan: Plan
  readonly group: Ristretto
  readonly sign: CeremonyInput['sign']
  readonly g1: G1
  readonly mine: Mine
  readonly sid: Uint8Array
  readonly PP: Uint8Array
  readonly bot: Bot | undefined
}>

/**
 * A share that is complete but not yet certified by the initiator. Commit it before G4 leaves; from
 * then on refuse the old epoch, until {@link answerG5} or an abort.
 */
export type Prepared = {
  /** Its record lacks the initiator's certificate. */
  readonly share: WalletShare
  readonly sid: Uint8Array
  readonly tau: Uint8Array
}

/**
 * Wipes the half of the backup secret if it throws.
 *
 * @throws {ProtocolAbort} IDS or PARAMS for a proposal, LENGTH or NONCE for G1.
 */
export function answerG1(
  input: CeremonyInput,
  bytes: Uint8Array,
  rng: Rng,
  group: Ristretto,
): { state: AfterG2; g2: Uint8Array } {
  return wipeOnThrow((secret) => {
    if (input.half) secret(input.half)
    return begin(input, bytes, rng, group, secret)
  })
}

function begin(
  input: CeremonyInput,
  bytes: Uint8Array,
  rng: Rng,
  group: Ristretto,
  secret: NoteSecrets,
): ReturnType<typeof answerG1> {
  const plan = planOf(input.proposal, group)
  const { initiator, responder, params } = plan
  if (input.me !== responder.id) throw new UsageError('the machine with the higher number answers')
  const g1 = blame(initiator.contributor, () => decodeG1(bytes))
  const mine = draw(plan, responder, input, new Uint8Array(32), rng, group)
  secret(...mySecrets(mine))
  const { contribution } = mine
  // SECURITY: two equal nonces mean that one of us repeats itself. Test: src/dkg/attacks.test.ts "an initiator that repeats my nonce is refused"
  if (equalBytes(g1.nonce, contribution.nonce))
    throw new ProtocolAbort('NONCE', initiator.contributor, 'G1.nonce')
  const sid = ceremonySid(params, g1.nonce, contribution.nonce, g1.commitment)
  const PP = proofs(plan, sid, mine, rng, group)
  const bot = plan.ot
    ? {
        sender: senderInit(group, rng),
        receiver: receiverInit(group, baseSid(sid, initiator.id, responder.id), rng),
      }
    : undefined
  const botA = bot ? bot.sender.botA : EMPTY
  const botR = bot ? bot.receiver.botR : EMPTY
  const { sign } = input
  return {
    state: once('ceremony after G2', { plan, group, sign, g1, mine, sid, PP, bot }),
    g2: encodeG2({ ...contribution, PP, botA, botR }),
  }
}

/**
 * Checks the initiator, then hands over its shares. Commit `prepared` before `g4` leaves.
 *
 * @throws {UsageError} `sign` has another key than the proposal names.
 */
export function answerG3(
  state: AfterG2,
  bytes: Uint8Array,
  rng: Rng,
): { prepared: Prepared; g4: Uint8Array } {
  const held = state.take()
  try {
    return wipeOnThrow((secret) => prepare(held, bytes, rng, secret))
  } catch (error) {
    if (held.bot) wipeBot(held.bot)
    throw error
  } finally {
    wipeMine(held.mine)
  }
}

function prepare(
  { plan, group, sign, g1, mine, sid, PP, bot }: ReturnType<AfterG2['take']>,
  bytes: Uint8Array,
  rng: Rng,
  secret: NoteSecrets,
): { prepared: Prepared; g4: Uint8Array } {
  const { initiator, responder, params } = plan
  const peer = initiator.contributor
  const { g3, revealed, shares } = blame(peer, () => {
    const cut = decodeG3(plan, bytes)
    secret(cut.shares, cut.zs)
    return {
      g3: cut,
      revealed: decodeReveal(plan, group, cut, 'G3'),
      shares: decodeShares(plan, cut.shares, 'G3.shares'),
    }
  })
  const theirs = { ...g3, id: peer, nonce: g1.nonce }
  // SECURITY: an initiator that chooses after it has seen my polynomial chooses the key. Test: src/dkg/attacks.test.ts "row 25: an initiator that opens to something else is refused"
  if (!equalBytes(commitment(params, theirs), g1.commitment))
    throw new ProtocolAbort('OPEN', peer, 'G3')
  checkProofs(plan, group, sid, peer, revealed, peer, 'G3')
  checkCarried(plan, peer, g3.cc, revealed.commitments, 'G3')
  const agreed = agree(
    plan,
    group,
    sid,
    { ...mine.contribution, PP, commitments: mine.commitments },
    { ...theirs, commitments: revealed.commitments },
  )
  checkShares(plan, responder.id, peer, shares, revealed.commitments, 'G3')
  checkCt(plan, group, agreed, peer, revealed.commitments, g3.ct, 'G3')
  const ot =
    bot && blame(peer, () => finishOt(group, sid, responder.id, initiator.id, bot, g3, 'G3'))
  if (ot) secret(...otSecrets(ot))

  const zs = plan.ot ? rng('zs', 32) : EMPTY
  secret(zs)
  const ct = encryptOwn(plan, group, agreed, mine, rng)
  const bots = { botA: bot?.sender.botA ?? EMPTY, botR: bot?.receiver.botR ?? EMPTY }
  const pair = pairOf(
    plan,
    agreed,
    pairSide(initiator.id, g3, g3),
    pairSide(responder.id, bots, { zs }),
    g3.ct,
    ct,
  )
  const cert = certify(responder, certMessage(responder.id, agreed.tau, pair.tau), sign)
  const secrets = addShares(plan, sharesFor(plan, mine, responder.id), shares)
  secret(...secrets)
  const share = walletShare(
    plan,
    { me: responder.id, peer: initiator.id },
    agreed,
    pair,
    { secrets, zs: { initiator: g3.zs, responder: zs }, ot },
    new Map([[responder.id, cert]]),
  )
  const handed = sharesFor(plan, mine, initiator.id)
  const g4 = encodeG4({ shares: handed, zs, ct, cert })
  wipe(handed, zs, g3.zs, g3.shares)
  return { prepared: { share, sid, tau: agreed.tau }, g4 }
}

/**
 * Ends the ceremony for the responder: the initiator certified what I prepared. Commit the share as
 * active, and the old epoch as retired. May be repeated, with the same result.
 */
export function answerG5({ share, tau }: Prepared, bytes: Uint8Array): WalletShare {
  const record = decodeRecord(share.record)
  const { devices, contributors } = record.fields
  const { id, identityPk } = devices.find((device) => device.id !== share.me)!
  const peer = contributors.includes(id)
    ? id
    : contributors.find((one) => !devices.some((device) => device.id === one))!
  const cert = blame(peer, () => decodeG5(bytes))
  // SECURITY: a share that only I hold to be the wallet's receives funds that nobody can spend. Test: src/dkg/attacks.test.ts "a forged certificate leaves the responder prepared"
  if (!ed25519Verify(identityPk, certMessage(id, tau, record.pair), cert))
    throw new ProtocolAbort('CERT', peer, 'G5')
  return unprintable({
    ...share,
    record: encodeRecord({ ...record, certs: new Map([...record.certs, [id, cert]]) }),
  })
}
