/**
 * New base transfers for a pair whose setup was burned: both directions with fresh scalars,
 * certified by both identities. PROTOCOL.md, "RE-OT".
 *
 *   N1 E→D  nonce_E(32)
 *   N2 D→E  nonce_D(32) ‖ botA_D(4096) ‖ botR_D(8192)
 *   N3 E→D  botA_E(4096) ‖ botR_E(8192) ‖ cert_E(64)        E commits PREPARED first
 *   N4 D→E  cert_D(64)                                      D commits ACTIVE first
 *
 * The initiator certifies first here, so it is the one that prepares and the responder the one that
 * activates first; neither uses the new setup before it has both certificates.
 */
import { ProtocolAbort, UsageError, blame } from '../abort.ts'
import {
  EMPTY,
  concat,
  cursor,
  equalBytes,
  exactLength,
  u8,
  u32,
  wipeOnThrow,
} from '../core/bytes.ts'
import { ed25519Verify } from '../core/ed25519-verify.ts'
import { H } from '../core/hash.ts'
import { type Once, once } from '../core/once.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ECDSA } from '../core/suite.ts'
import {
  BOT_A_LENGTH,
  BOT_R_LENGTH,
  baseSid,
  checkBotA,
  checkBotR,
  receiverInit,
  senderInit,
} from '../ot/base.ts'
import type { PartyId } from '../party.ts'
import type { Rng } from '../rng.ts'
import { unprintable } from '../secret.ts'
import type { Device, OtSetup, WalletShare } from '../share/share.ts'
import { type Epochs, type Held, NO_EPOCHS } from './activation.ts'
import { type Bot, certify, finishOt, otSecrets, wipeBot } from './outcome.ts'

/** What a machine brings to a RE-OT. */
export type ReOtInput = {
  readonly share: WalletShare
  readonly peer: PartyId
  /** The number of the setup that is made: what {@link nextOtNo} gives both sides. */
  readonly otNo: number
  readonly sign: (message: Uint8Array) => Uint8Array
}

/** A setup and what certifies it, by machine. Complete with both certificates. */
export type CertifiedOt = {
  readonly setup: OtSetup
  readonly certs: ReadonlyMap<PartyId, Uint8Array>
  /** What the other machine signs. */
  readonly peerMessage: Uint8Array
}

type Messages = { readonly botA: Uint8Array; readonly botR: Uint8Array }

/** What both sides take from their shares. */
type Pair = {
  readonly me: Device
  readonly peer: Device
  readonly epochSid: Uint8Array
  readonly otNo: number
}

/** The last number that a setup can have: it travels in four bytes. */
const LAST_OT_NO = 0xffffffff

function pairOf({ share, peer: id, otNo }: Omit<ReOtInput, 'sign'>): Pair {
  const [me, peer] = [share.me, id].map((one) => share.devices.find((device) => device.id === one))
  const key = share.keys.find(({ suite }) => suite === ECDSA)
  const old = share.peers.find((one) => one.id === id)
  if (!me || !peer || !key || !old) throw new UsageError('no OT setup with this party')
  if (!Number.isInteger(otNo) || otNo <= old.ot.otNo || otNo > LAST_OT_NO)
    throw new UsageError(`otNo ${otNo} cannot follow ${old.ot.otNo}`)
  return { me, peer, epochSid: key.epochSid, otNo }
}

/** What the randomness of a RE-OT is bound to, in the place of a ceremony's params. */
export function reOtContext(input: Omit<ReOtInput, 'sign'>): Uint8Array {
  const { epochSid, otNo } = pairOf(input)
  return concat(epochSid, u32(otNo))
}

/** Waits for N2. */
export type AfterN1 = Once<{
  readonly pair: Pair
  readonly sign: ReOtInput['sign']
  readonly group: Ristretto
  readonly nonce: Uint8Array
}>

export function startReOt(
  input: ReOtInput,
  rng: Rng,
  group: Ristretto,
): { state: AfterN1; n1: Uint8Array } {
  const pair = pairOf(input)
  if (pair.me.id > pair.peer.id) throw new UsageError('the machine with the lower number starts')
  const nonce = rng('nonce', 32)
  const state = once('RE-OT after N1', { pair, sign: input.sign, group, nonce })
  return { state, n1: nonce }
}

/** Waits for N3. */
export type AfterN2 = Once<{
  readonly pair: Pair
  readonly sign: ReOtInput['sign']
  readonly group: Ristretto
  readonly resid: Uint8Array
  readonly bot: Bot
}>

export function answerN1(
  input: ReOtInput,
  bytes: Uint8Array,
  rng: Rng,
  group: Ristretto,
): { state: AfterN2; n2: Uint8Array } {
  const pair = pairOf(input)
  const { me, peer } = pair
  if (me.id < peer.id) throw new UsageError('the machine with the higher number answers')
  blame(peer.id, () => exactLength(bytes, 32, 'N1'))
  const nonce = rng('nonce', 32)
  if (equalBytes(nonce, bytes)) throw new ProtocolAbort('NONCE', peer.id, 'N1.nonce')
  const resid = residOf(pair, bytes, nonce)
  const bot = draw(group, resid, pair, rng)
  return {
    state: once('RE-OT after N2', { pair, sign: input.sign, group, resid, bot }),
    n2: concat(nonce, bot.sender.botA, bot.receiver.botR),
  }
}

/** Commit `prepared` before `n3` leaves. */
export function answerN2(
  state: AfterN1,
  bytes: Uint8Array,
  rng: Rng,
): { prepared: Held<CertifiedOt>; n3: Uint8Array } {
  const { pair, sign, group, nonce } = state.take()
  const { me, peer, otNo } = pair
  const theirs = blame(peer.id, () => {
    exactLength(bytes, 32 + BOT_A_LENGTH + BOT_R_LENGTH, 'N2')
    const cut = cursor(bytes, 'N2')
    return { nonce: cut.take(32, 'nonce'), ...takeBots(cut) }
  })
  if (equalBytes(theirs.nonce, nonce)) throw new ProtocolAbort('NONCE', peer.id, 'N2.nonce')
  blame(peer.id, () => checkBots(group, theirs, 'N2'))
  const resid = residOf(pair, nonce, theirs.nonce)
  return wipeOnThrow((secret) => {
    const bot = draw(group, resid, pair, rng)
    const mine = { botA: bot.sender.botA, botR: bot.receiver.botR }
    const setup = finish(group, resid, pair, bot, theirs, 'N2')
    secret(...otSecrets(setup))
    const cert = certify(me, certMessage(me.id, resid, mine, theirs), sign)
    const value = {
      setup,
      certs: new Map([[me.id, cert]]),
      peerMessage: certMessage(peer.id, resid, mine, theirs),
    }
    return {
      prepared: { epoch: otNo, sid: resid, tau: resid, value },
      n3: concat(mine.botA, mine.botR, cert),
    }
  })
}

/** Commit `active` before `n4` leaves. */
export function answerN3(
  state: AfterN2,
  bytes: Uint8Array,
): { active: Held<CertifiedOt>; n4: Uint8Array } {
  const { pair, sign, group, resid, bot } = state.take()
  const { me, peer, otNo } = pair
  return wipeOnThrow((secret) => {
    secret(bot.sender.a, bot.receiver.b, bot.receiver.delta)
    const { theirs, cert } = blame(peer.id, () => {
      exactLength(bytes, BOT_A_LENGTH + BOT_R_LENGTH + 64, 'N3')
      const cut = cursor(bytes, 'N3')
      const bots = takeBots(cut)
      checkBots(group, bots, 'N3')
      return { theirs: bots, cert: cut.take(64, 'cert') }
    })
    const mine = { botA: bot.sender.botA, botR: bot.receiver.botR }
    const peerMessage = certMessage(peer.id, resid, theirs, mine)
    // SECURITY: transfers that a man in the middle made open every signature to it. Test: src/dkg/re-ot.test.ts "transfers that were changed on the way are refused"
    if (!ed25519Verify(peer.identityPk, peerMessage, cert))
      throw new ProtocolAbort('CERT', peer.id, 'N3.cert')
    const setup = finish(group, resid, pair, bot, theirs, 'N3')
    secret(...otSecrets(setup))
    const own = certify(me, certMessage(me.id, resid, theirs, mine), sign)
    const certs = new Map([
      [peer.id, cert],
      [me.id, own],
    ])
    return {
      active: { epoch: otNo, sid: resid, tau: resid, value: { setup, certs, peerMessage } },
      n4: own,
    }
  })
}

/** Wipes a RE-OT that ends before its time. */
export function discardReOt(state: AfterN1 | AfterN2): void {
  const held = state.take()
  if ('bot' in held) wipeBot(held.bot)
}

/** The responder has the setup: commit what this returns as active. May be repeated. */
export function answerN4(
  prepared: Held<CertifiedOt>,
  peer: Device,
  bytes: Uint8Array,
): Held<CertifiedOt> {
  blame(peer.id, () => exactLength(bytes, 64, 'N4'))
  const { value } = prepared
  // SECURITY: a setup that the peer does not have burns at its first use. Test: src/dkg/re-ot.test.ts "a forged certificate leaves the initiator prepared"
  if (!ed25519Verify(peer.identityPk, value.peerMessage, bytes))
    throw new ProtocolAbort('CERT', peer.id, 'N4')
  const certs = new Map([...value.certs, [peer.id, bytes] as const])
  return { ...prepared, value: { ...value, certs } }
}

/**
 * The setup that a ceremony made together with its epoch, as the first that a RE-OT can replace;
 * nothing where the wallet has no ECDSA key.
 */
export function firstOt(
  { sid, tau, value }: Held<WalletShare>,
  peer: PartyId,
): Epochs<CertifiedOt> | undefined {
  const setup = value.peers.find(({ id }) => id === peer)?.ot
  if (!setup) return undefined
  if (setup.otNo !== 0) throw new UsageError('expected the setup of the ceremony')
  // The epoch's own certificates, over τ, are the ones for it.
  const first = { setup, certs: new Map<PartyId, Uint8Array>(), peerMessage: EMPTY }
  return { ...NO_EPOCHS, active: { epoch: 0, sid, tau, value: first } }
}

/** The share with the new setup in the place of the old, whose secrets the caller wipes. */
export function withOtSetup(share: WalletShare, peer: PartyId, setup: OtSetup): WalletShare {
  return unprintable({
    ...share,
    peers: share.peers.map((one) => (one.id === peer ? unprintable({ ...one, ot: setup }) : one)),
  })
}

const residOf = ({ epochSid, otNo }: Pair, nonceE: Uint8Array, nonceD: Uint8Array): Uint8Array =>
  H('re-ot', epochSid, u32(otNo), nonceE, nonceD)

function draw(group: Ristretto, resid: Uint8Array, { me, peer }: Pair, rng: Rng): Bot {
  const sender = senderInit(group, rng)
  return { sender, receiver: receiverInit(group, baseSid(resid, peer.id, me.id), rng) }
}

function finish(
  group: Ristretto,
  resid: Uint8Array,
  { me, peer, otNo }: Pair,
  bot: Bot,
  theirs: Messages,
  message: string,
): OtSetup {
  return blame(peer.id, () => finishOt(group, resid, me.id, peer.id, bot, theirs, message, otNo))
}

/** `low` is the initiator's, whose number is lower. */
const certMessage = (id: PartyId, resid: Uint8Array, low: Messages, high: Messages): Uint8Array =>
  H('re-ot-cert', u8(id), resid, low.botA, low.botR, high.botA, high.botR)

function takeBots(cut: ReturnType<typeof cursor>): Messages {
  return { botA: cut.take(BOT_A_LENGTH, 'botA'), botR: cut.take(BOT_R_LENGTH, 'botR') }
}

function checkBots(group: Ristretto, { botA, botR }: Messages, message: string): void {
  checkBotA(group, botA, `${message}.botA`)
  checkBotR(group, botR, `${message}.botR`)
}
