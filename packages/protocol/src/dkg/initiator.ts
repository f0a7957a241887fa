/**
 * The side of a ceremony that starts: the machine with the lower number. PROTOCOL.md, "The ceremony".
 *
 *   startCeremony → G1,  G2 → answerG2 → G3,  G4 → answerG4 → G5
 *
 * The channel must authenticate and encrypt. Every state answers once.
 */
import { ProtocolAbort, UsageError, blame } from '../abort.ts'
import { EMPTY, type NoteSecrets, equalBytes, wipe, wipeOnThrow } from '../core/bytes.ts'
import { type Once, once } from '../core/once.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { baseSid, receiverInit, senderInit } from '../ot/base.ts'
import type { Rng } from '../rng.ts'
import type { OtSetup, WalletShare } from '../share/share.ts'
import {
  type Commitments,
  checkCarried,
  checkProofs,
  checkShares,
  decodeReveal,
  decodeShares,
} from './checks.ts'
import {
  type CeremonyInput,
  type Mine,
  draw,
  encryptOwn,
  proofs,
  sharesFor,
  wipeMine,
} from './contribution.ts'
import { type G2, decodeG2, decodeG4, encodeG1, encodeG3 } from './messages.ts'
import {
  type Agreed,
  addShares,
  agree,
  certify,
  checkCert,
  checkCt,
  finishOt,
  otSecrets,
  pairOf,
  pairSide,
  walletShare,
} from './outcome.ts'
import { type Plan, planOf } from './params.ts'
import { type PairSide, ceremonySid, certMessage, commitment } from './transcript.ts'

type Common = {
  readonly plan: Plan
  readonly group: Ristretto
  readonly sign: CeremonyInput['sign']
}

/** Waits for G2. */
export type AfterG1 = Once<Common & { readonly mine: Mine; readonly committed: Uint8Array }>

/** Waits for G4. */
export type AfterG3 = Once<
  Common & {
    readonly agreed: Agreed
    readonly peerCommitments: Commitments
    readonly own: Uint8Array
    readonly ot: OtSetup | undefined
    readonly pair: { readonly mine: PairSide; readonly theirs: Pick<G2, 'botA' | 'botR'> }
    readonly ct: Uint8Array
  }
>

/**
 * Wipes the half of the backup secret if it throws.
 *
 * @throws {ProtocolAbort} IDS or PARAMS for a proposal that no ceremony can have.
 */
export function startCeremony(
  input: CeremonyInput,
  rng: Rng,
  group: Ristretto,
): { state: AfterG1; g1: Uint8Array } {
  return wipeOnThrow((secret) => {
    if (input.half) secret(input.half)
    const plan = planOf(input.proposal, group)
    if (input.me !== plan.initiator.id)
      throw new UsageError('the machine with the lower number starts')
    const mine = draw(plan, plan.initiator, input, rng('salt', 32), rng, group)
    const committed = commitment(plan.params, mine.contribution)
    return {
      state: once('ceremony after G1', { plan, group, sign: input.sign, mine, committed }),
      g1: encodeG1({ nonce: mine.contribution.nonce, commitment: committed }),
    }
  })
}

/** Checks the responder, then reveals myself and hands over its shares. */
export function answerG2(
  state: AfterG1,
  bytes: Uint8Array,
  rng: Rng,
): { state: AfterG3; g3: Uint8Array } {
  const held = state.take()
  try {
    return wipeOnThrow((secret) => reveal(held, bytes, rng, secret))
  } finally {
    wipeMine(held.mine)
  }
}

function reveal(
  { plan, group, sign, mine, committed }: ReturnType<AfterG1['take']>,
  bytes: Uint8Array,
  rng: Rng,
  secret: NoteSecrets,
): { state: AfterG3; g3: Uint8Array } {
  const { initiator, responder } = plan
  const peer = responder.contributor
  const { contribution } = mine
  const g2 = blame(peer, () => decodeG2(plan, bytes))
  // SECURITY: two equal nonces mean that one of us repeats itself. Test: src/dkg/attacks.test.ts "a responder that repeats my nonce is refused"
  if (equalBytes(g2.nonce, contribution.nonce)) throw new ProtocolAbort('NONCE', peer, 'G2.nonce')
  const revealed = blame(peer, () => decodeReveal(plan, group, g2, 'G2'))
  const sid = ceremonySid(plan.params, contribution.nonce, g2.nonce, committed)
  // Other params give another sid, so a proof that fails here may be nobody's fault.
  checkProofs(plan, group, sid, peer, revealed, undefined, 'G2')
  checkCarried(plan, peer, g2.cc, revealed.commitments, 'G2')

  const PP = proofs(plan, sid, mine, rng, group)
  const agreed = agree(
    plan,
    group,
    sid,
    { ...contribution, PP, commitments: mine.commitments },
    { ...g2, id: peer, salt: new Uint8Array(32), commitments: revealed.commitments },
  )
  const bot = plan.ot
    ? {
        sender: senderInit(group, rng),
        receiver: receiverInit(group, baseSid(sid, responder.id, initiator.id), rng),
      }
    : undefined
  const ot =
    bot && blame(peer, () => finishOt(group, sid, initiator.id, responder.id, bot, g2, 'G2'))
  if (ot) secret(...otSecrets(ot))
  const zs = plan.ot ? rng('zs', 32) : EMPTY
  secret(zs)
  const ct = encryptOwn(plan, group, agreed, mine, rng)
  const { botA, botR } = { botA: bot?.sender.botA ?? EMPTY, botR: bot?.receiver.botR ?? EMPTY }
  const shares = sharesFor(plan, mine, responder.id)
  const g3 = encodeG3({ ...contribution, PP, botA, botR, shares, zs, ct })
  wipe(shares)
  return {
    state: once('ceremony after G3', {
      plan,
      group,
      sign,
      agreed,
      peerCommitments: revealed.commitments,
      own: sharesFor(plan, mine, initiator.id),
      ot,
      pair: { mine: pairSide(initiator.id, { botA, botR }, { zs }), theirs: g2 },
      ct,
    }),
    g3,
  }
}

/**
 * Ends the ceremony for the initiator. Commit `share` as active, and the old epoch as retired,
 * before `g5` leaves: with it the responder goes over to the new epoch.
 *
 * @throws {UsageError} `sign` has another key than the proposal names.
 */
export function answerG4(
  state: AfterG3,
  bytes: Uint8Array,
): {
  readonly share: WalletShare
  readonly sid: Uint8Array
  readonly tau: Uint8Array
  readonly g5: Uint8Array
} {
  const held = state.take()
  try {
    return wipeOnThrow((secret) => finish(held, bytes, secret))
  } finally {
    wipe(held.own, held.pair.mine.zs)
  }
}

function finish(
  held: ReturnType<AfterG3['take']>,
  bytes: Uint8Array,
  secret: NoteSecrets,
): ReturnType<typeof answerG4> {
  const { plan, group, agreed, peerCommitments, ot } = held
  if (ot) secret(...otSecrets(ot))
  const { initiator, responder } = plan
  const peer = responder.contributor
  const { g4, shares } = blame(peer, () => {
    const cut = decodeG4(plan, bytes)
    secret(cut.shares, cut.zs)
    return { g4: cut, shares: decodeShares(plan, cut.shares, 'G4.shares') }
  })
  checkShares(plan, initiator.id, peer, shares, peerCommitments, 'G4')
  checkCt(plan, group, agreed, peer, peerCommitments, g4.ct, 'G4')
  const theirs = pairSide(responder.id, held.pair.theirs, g4)
  const pair = pairOf(plan, agreed, held.pair.mine, theirs, held.ct, g4.ct)
  checkCert(responder, agreed, pair, g4.cert, 'G4.cert')

  const g5 = certify(initiator, certMessage(initiator.id, agreed.tau, pair.tau), held.sign)
  const certs = new Map([
    [initiator.id, g5],
    [responder.id, g4.cert],
  ])
  const ends = { me: initiator.id, peer: responder.id }
  const secrets = addShares(plan, held.own, shares)
  secret(...secrets)
  const zs = { initiator: held.pair.mine.zs, responder: g4.zs }
  const share = walletShare(plan, ends, agreed, pair, { secrets, zs, ot }, certs)
  wipe(g4.zs, g4.shares)
  return { share, sid: agreed.sid, tau: agreed.tau, g5 }
}
