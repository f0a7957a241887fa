/**
 * One machine of a wallet: what it keeps, what it does with a message, what it says. Ceremonies,
 * RE-OTs and reconnecting, in the words that travel. For tests; it approves everything.
 */
import { concat, equalBytes } from '../src/core/bytes.ts'
import { PROTOCOL } from '../src/core/hash.ts'
import type { Ristretto } from '../src/core/ristretto.ts'
import {
  type Epochs,
  type Held,
  acceptAbort,
  acceptAck,
  activate,
  forget,
  giveUp,
  prepare,
  signAbort,
  signAck,
} from '../src/dkg/activation.ts'
import { discardCeremony } from '../src/dkg/discard.ts'
import {
  type AfterG1,
  type AfterG3,
  answerG2,
  answerG4,
  startCeremony,
} from '../src/dkg/initiator.ts'
import { type Proposal, agreeParams, ceremonyParams } from '../src/dkg/params.ts'
import {
  type AfterN1,
  type AfterN2,
  type CertifiedOt,
  answerN1,
  answerN2,
  answerN3,
  answerN4,
  discardReOt,
  firstOt,
  startReOt,
  withOtSetup,
} from '../src/dkg/re-ot.ts'
import { decodeRecord, ownCert } from '../src/dkg/record.ts'
import { type AfterG2, answerG1, answerG3, answerG5 } from '../src/dkg/responder.ts'
import { type Standing, nextOtNo, reconcile, standing } from '../src/dkg/standing.ts'
import { oldEpochOfShare, oldSharesOf } from '../src/dkg/verify-record.ts'
import type { Rng } from '../src/rng.ts'
import type { WalletShare } from '../src/share/share.ts'
import {
  HEADER_LENGTH,
  type Header,
  decodeHeader,
  encodeHeader,
  headerOf,
} from '../src/wire/frame.ts'
import type { MessageType } from '../src/wire/message-types.ts'
import { type ControlMessage, decodeControl, encodeControl } from '../src/wire/messages.ts'
import { proposalMessage, readProposal } from '../src/wire/proposal.ts'
import { standingIn, statusOf } from '../src/wire/status.ts'
import { type Machine, proposalOf } from './ceremony.ts'

/** What a machine keeps of one epoch: the share holds the active setup of `ot`. */
export type Wallet = { readonly share: WalletShare; readonly ot: Epochs<CertifiedOt> | undefined }

/** What a machine keeps, all of it. */
export type Disk = Epochs<Wallet>

/** What the initiator begins as soon as both are in step. */
export type Goal = 'ceremony' | 're-ot' | undefined

/** What a machine works with. `commit` and `send` may end it: they throw. */
export type Ports = {
  readonly group: Ristretto
  readonly me: Machine
  readonly peer: Machine
  /** Fresh for every connection. */
  readonly rng: Rng
  readonly disk: () => Disk
  readonly commit: (next: Disk) => void
  readonly send: (frame: Uint8Array) => void
  readonly goal: Goal
  /** Of new wallets and their RESHAREs. */
  readonly proposal: Partial<Proposal>
  /** The wallet's name, where the peer is no machine of this file. `told` is what the peer said. */
  readonly name?: (told: readonly { readonly keyId: Uint8Array }[]) => Uint8Array
}

/** The name of the one wallet of the test. A real machine learns it with the first share. */
const KEY_ID = new Uint8Array(32).fill(7)

/** One machine for the time of one connection. */
export function device({ group, me, peer, rng, disk, commit, send, goal, ...ports }: Ports) {
  const { name = () => KEY_ID } = ports
  const devices = [me, peer]
    .map(({ id, identityPk }) => ({ id, identityPk }))
    .toSorted((a, b) => a.id - b.id)
  const initiator = me.id < peer.id

  let theirs: Standing | undefined
  let proposal: Proposal | undefined
  let begun = false
  /** The one state that waits for a message. Taken out before it is used. */
  let waiting: Waiting | undefined
  function take<K extends Waiting['for']>(name: K): Extract<Waiting, { for: K }> | undefined {
    const found = waiting
    if (found?.for !== name) return undefined
    waiting = undefined
    return found as Extract<Waiting, { for: K }>
  }

  const ot = (): Epochs<CertifiedOt> | undefined => disk().active?.value.ot
  const stand = (): Standing => standing(disk(), ot())

  function say(type: MessageType, about: Partial<Header>, body: Uint8Array): void {
    send(concat(encodeHeader(headerOf(type, me.id, peer.id, about)), body))
  }

  function sayControl(message: ControlMessage): void {
    const ceremony = message.type === 'propose' ? message.proposal : message
    const about = 'instanceId' in ceremony ? { requestId: ceremony.instanceId } : {}
    say(message.type, about, encodeControl(message))
  }

  /** The first message of a connection. */
  function hello(): void {
    const wallets = [statusOf(name([]), stand())]
    sayControl({ type: 'hello', app: 'test', protocol: PROTOCOL, decoders: KEY_ID, wallets })
  }

  /** The OT setups of the active epoch, and in its share the one that is active now. */
  function commitOt(next: Epochs<CertifiedOt>): void {
    const { active } = disk()
    const share = withOtSetup(active!.value.share, peer.id, next.active!.value.setup)
    commit({ ...disk(), active: { ...active!, value: { share, ot: next } } })
  }

  function receive(frame: Uint8Array): void {
    const header = decodeHeader(frame.slice(0, HEADER_LENGTH))
    const body = frame.slice(HEADER_LENGTH)
    if (/^G\d$/.test(header.type)) ceremony(header, body)
    else if (/^N\d$/.test(header.type)) reOt(header, body)
    else control(decodeControl(header, body))
  }

  function control(message: ControlMessage): void {
    if (message.type === 'hello') {
      theirs = standingIn(message, name(message.wallets))
      return settle(theirs)
    }
    // Nothing is agreed with a side that has not said where it stands.
    if (!theirs) return
    if (message.type === 'propose') hearProposal(message)
    if (message.type === 'agree') hearAgreement(message.params)
    if (message.type === 'dkg-abort') hearAbort(message.sid, message.signature)
    if (message.type === 'dkg-ack') {
      const { epochs } = acceptAck(disk(), peer, message)
      if (epochs !== disk()) commit(epochs)
    }
  }

  /** Both know where the other stands. */
  function settle(peerStands: Standing): void {
    const what = reconcile(stand(), peerStands)
    switch (what.kind) {
      case 'in-step': {
        if (disk().retired) commit(forget(disk()).epochs)
        if (ot()?.retired) commitOt(forget(ot()!).epochs)
        return begin(nextOtNo(stand(), peerStands))
      }
      case 'rekey':
        if (ot()?.prepared) commitOt(giveUp(ot()!).epochs)
        return goal === 're-ot' ? begin(what.otNo) : undefined
      case 'send-cert':
        return what.of === 'epoch' ? sayG5() : sayN4()
      case 'send-abort': {
        const epochs = what.of === 'epoch' ? disk() : ot()!
        const signature = signAbort(epochs, me.id, what.sid, me.sign)
        return sayControl({ type: 'dkg-abort', from: me.id, sid: what.sid, signature })
      }
      case 'await-cert':
      case 'await-abort':
      case 'lost':
    }
  }

  function hearProposal(message: Parameters<typeof readProposal>[0]): void {
    if (proposal) return
    proposal = readProposal(message, { old: knownOld(), devices }, peer.id)
    const { instanceId } = proposal
    sayControl({ type: 'agree', instanceId, params: ceremonyParams(proposal) })
  }

  function hearAgreement(params: Uint8Array): void {
    if (!proposal || begun) return
    begun = true
    agreeParams(ceremonyParams(proposal), params, peer.id)
    const { state, g1 } = startCeremony(inputOf(proposal), rng, group)
    waiting = { for: 'G2', state }
    sayG('G1', proposal, g1)
  }

  function hearAbort(sid: Uint8Array, signature: Uint8Array): void {
    const is = (held: Held<unknown> | undefined) => held && equalBytes(held.sid, sid)
    if (is(disk().prepared)) commit(acceptAbort(disk(), peer, signature).epochs)
    else if (is(ot()?.prepared)) commitOt(acceptAbort(ot()!, peer, signature).epochs)
  }

  /** What the initiator begins. */
  function begin(otNo: number): void {
    if (!initiator || goal === undefined || begun || proposal) return
    if (goal === 're-ot') {
      begun = true
      const { state, n1 } = startReOt(reOtInput(otNo), rng, group)
      waiting = { for: 'N2', state }
      return sayN('N1', otNo, n1)
    }
    const instanceId = rng('instanceId', 16)
    proposal = proposalOf({ ...ports.proposal, devices, old: knownOld(), instanceId })
    sayControl({ type: 'propose', ...proposalMessage(proposal) })
  }

  const knownOld = () => {
    const { active } = disk()
    return active && oldEpochOfShare(active.value.share)
  }
  const inputOf = (of: Proposal) => {
    const { active } = disk()
    const oldShares = active && oldSharesOf(active.value.share)
    return { proposal: of, me: me.id, sign: me.sign, oldShares }
  }
  const epochOf = ({ old }: Proposal): number => (old ? old.epoch + 1 : 0)
  const sayG = (type: MessageType, { instanceId, ...of }: Proposal, body: Uint8Array): void =>
    say(type, { requestId: instanceId, epoch: epochOf({ instanceId, ...of }) }, body)

  type Made = Pick<Held<unknown>, 'sid' | 'tau'> & { readonly share: WalletShare }
  const walletOf = ({ share, sid, tau }: Made): Held<Wallet> => {
    const name = { epoch: share.epoch, sid, tau }
    return { ...name, value: { share, ot: firstOt({ ...name, value: share }, peer.id) } }
  }

  function ceremony({ type, requestId, epoch }: Header, body: Uint8Array): void {
    if (type === 'G5') return hearG5(epoch, body)
    if (!proposal || !equalBytes(proposal.instanceId, requestId) || epochOf(proposal) !== epoch)
      return
    if (type === 'G1') {
      if (begun) return
      begun = true
      const { state, g2 } = answerG1(inputOf(proposal), body, rng, group)
      waiting = { for: 'G3', state }
      return sayG('G2', proposal, g2)
    }
    if (type === 'G2') {
      const found = take('G2')
      if (!found) return
      const { state, g3 } = answerG2(found.state, body, rng)
      waiting = { for: 'G4', state }
      return sayG('G3', proposal, g3)
    }
    if (type === 'G3') {
      const found = take('G3')
      if (!found) return
      const { prepared, g4 } = answerG3(found.state, body, rng)
      commit(prepare(disk(), walletOf(prepared)))
      return sayG('G4', proposal, g4)
    }
    const found = take('G4')
    if (!found) return
    const done = answerG4(found.state, body)
    commit(activate(disk(), walletOf(done)).epochs)
    sayG('G5', proposal, done.g5)
  }

  /** The certificate of the active epoch, from its record. */
  function sayG5(): void {
    const { share } = disk().active!.value
    const requestId = decodeRecord(share.record).fields.instanceId
    say('G5', { requestId, epoch: share.epoch }, ownCert(share))
  }

  function hearG5(epoch: number, body: Uint8Array): void {
    const { prepared } = disk()
    if (prepared?.epoch !== epoch) return
    const share = answerG5({ ...prepared, share: prepared.value.share }, body)
    commit(activate(disk(), walletOf({ ...prepared, share })).epochs)
    sayControl({ type: 'dkg-ack', from: me.id, ...signAck(disk(), me.id, me.sign) })
  }

  const reOtInput = (otNo: number) => {
    const { share } = disk().active!.value
    return { share, peer: peer.id, otNo, sign: me.sign }
  }
  const sayN = (type: MessageType, otNo: number, body: Uint8Array): void =>
    say(type, { epoch: disk().active!.epoch, attempt: otNo, keyId: name([]) }, body)

  function reOt({ type, epoch, attempt: otNo }: Header, body: Uint8Array): void {
    const setups = ot()
    if (!setups || !theirs || disk().active?.epoch !== epoch) return
    if (type === 'N1') {
      // Both count on from what they told each other.
      if (begun || otNo !== nextOtNo(stand(), theirs)) return
      begun = true
      const { state, n2 } = answerN1(reOtInput(otNo), body, rng, group)
      waiting = { for: 'N3', state }
      return sayN('N2', otNo, n2)
    }
    if (type === 'N2') {
      const found = take('N2')
      if (!found) return
      const { prepared, n3 } = answerN2(found.state, body, rng)
      commitOt(prepare(setups, prepared))
      return sayN('N3', otNo, n3)
    }
    if (type === 'N3') {
      const found = take('N3')
      if (!found) return
      const { active, n4 } = answerN3(found.state, body)
      commitOt(activate(setups, active).epochs)
      return sayN('N4', otNo, n4)
    }
    if (setups.prepared?.epoch !== otNo) return
    commitOt(activate(setups, answerN4(setups.prepared, peer, body)).epochs)
  }

  /** My certificate of the active setup. */
  function sayN4(): void {
    const { epoch, value } = ot()!.active!
    sayN('N4', epoch, value.certs.get(me.id)!)
  }

  /** The connection is over, and with it what was in memory. */
  function drop(): void {
    const found = waiting
    waiting = undefined
    if (!found) return
    if (found.for === 'N2' || found.for === 'N3') discardReOt(found.state)
    else discardCeremony(found.state)
  }

  return { hello, receive, drop }
}

/** A state that waits for a message of this name. */
type Waiting =
  | { readonly for: 'G2'; readonly state: AfterG1 }
  | { readonly for: 'G3'; readonly state: AfterG2 }
  | { readonly for: 'G4'; readonly state: AfterG3 }
  | { readonly for: 'N2'; readonly state: AfterN1 }
  | { readonly for: 'N3'; readonly state: AfterN2 }
