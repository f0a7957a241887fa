import {
  COSIGNER,
  type Channel,
  type ConnectStep,
  DEVICE,
  DecodeError,
  HandshakeError,
  type Terms,
  advance,
  answer,
  identityCard,
  open,
  readCall,
  seal,
} from '@tandem/protocol'
import type { Caller, Ending, Handler, Line } from '../ports/transport.ts'
import { type Conversation, converse } from './conversation.ts'
import { deviceBy, pinDevice } from './devices.ts'
import { encodeEvent } from './event.ts'
import { fairTurn } from './fair-turn.ts'
import { refuse } from './limits/refuse.ts'
import type { Pairing, Try } from './pairing.ts'
import type { Device, Parts } from './parts.ts'
import type { Said } from './say.ts'
import type { Wallets } from './wallets.ts'

/** Longest frame from somebody who has proven nothing. */
const MAX_STRANGER = 4096

/** One connection, from its first frame on. It knows no socket. */
export function connection(
  parts: Parts,
  registry: Wallets,
  codes: Pairing,
  line: Line,
  caller: Caller,
): Handler {
  let step: ConnectStep | undefined
  let device: Device | undefined
  let tried: Try | undefined
  let channel: Channel | undefined
  let conversation: Conversation | undefined
  let isOver = false
  const rng = (_label: string, length: number) => parts.entropy.bytes(length)

  async function termsFor(frame: Uint8Array): Promise<Terms | string> {
    const call = readCall(frame)
    const us = { me: COSIGNER, peer: DEVICE, keys: parts.root.noise } as const
    if (call.kind === 'pairing') {
      tried = caller.invitation && codes.attempt(caller.invitation)
      if (!tried) return 'a pairing without an invitation'
      const card = identityCard(COSIGNER, parts.root.identity, parts.root.noise.publicKey)
      return { ...us, kind: 'pairing', secret: tried.secret, card }
    }
    device = await deviceBy(parts.store, call.noisePk)
    // SECURITY: a device that was revoked, or never paired, gets no answer at all. Test: test/pairing.test.ts "a stranger and a revoked device get no answer"
    if (!device || device.revoked) return 'a device that is not paired'
    // SECURITY: an extension that nobody invited has nothing to say, whatever key it brings. Test: test/pairing.test.ts "a device comes back from where it was paired, and from nowhere else"
    if (device.origin !== caller.origin) return 'a device that comes from elsewhere'
    // SECURITY: who repeats the first frame of a device makes us compute, and never proves the key. Test: test/pairing.test.ts "first frames that somebody repeats are answered a few times only"
    if (parts.limits?.handshake(device.noisePk, caller.address) === false)
      return 'handshakes that lead nowhere'
    return { ...us, kind: 'session', peerNoisePk: device.noisePk }
  }

  async function shake(frame: Uint8Array): Promise<boolean> {
    if (frame.length > MAX_STRANGER) return turnAway('a frame that is too long')
    if (step?.done === false) {
      step = advance(step.connecting, frame, rng)
    } else {
      const terms = await termsFor(frame)
      if (typeof terms === 'string') return turnAway(terms)
      step = answer(terms, frame, rng)
    }
    if (step.send) line.send(step.send)
    if (!step.done) return true
    channel = step.channel
    // Who calls as a device has proven its key with the first record; who pairs, with the handshake.
    if (!tried) return true
    if (!step.pinned || !tried.succeed()) return refused()
    device = await pinDevice(parts.store, step.pinned, parts.now(), caller.origin)
    return device ? begin(device) : false
  }

  /** The other end is a device that we know. */
  async function begin(known: Device): Promise<boolean> {
    line.proven()
    conversation = await converse(parts, registry, known, say, hangUp)
    const now = await deviceBy(parts.store, known.noisePk)
    // SECURITY: a device may be revoked after it was looked up, before there is a conversation to end. Test: test/pairing.test.ts "a device that is revoked while it shakes hands is cut off"
    if (!now || now.revoked) hangUp('refused')
    // The caller went before there was a conversation to end.
    if (isOver) await conversation.end()
    return !isOver
  }

  function say(said: Said): void {
    if (!channel) return
    const sealed = seal(channel, said)
    channel = sealed.channel
    for (const record of sealed.records) line.send(record)
  }

  function hangUp(why: Ending): void {
    isOver = true
    channel = undefined
    line.close(why)
  }

  async function hear(from: Channel, known: Device, frame: Uint8Array): Promise<boolean> {
    if (conversation) await parts.limits?.frame(known.identityPk)
    if (isOver) return false
    const opened = open(from, frame)
    if (opened.event === 'closed') {
      isOver = true
      channel = undefined
      return false
    }
    channel = opened.channel
    // SECURITY: the first frame of a session may be a copy of an old one; only a record shows that its sender has the key. Test: test/pairing.test.ts "a repeated first frame does not put out the device that sent it"
    if (opened.event === 'dropped') return true
    if (!conversation) {
      parts.limits?.proven(known.noisePk, caller.address)
      if (!(await begin(known))) return false
    }
    if (opened.event === 'message')
      await conversation?.hear(opened.message.header, opened.message.body)
    return !isOver
  }

  async function refused(): Promise<false> {
    const at = parts.now().getTime()
    const event = { type: 'pairing-refused', at, left: codes.triesLeft() } as const
    await parts.store.commit({ events: [encodeEvent(event)] })
    return false
  }

  async function turnAway(message: string): Promise<false> {
    await refuse(parts, undefined, { code: 'stranger', message })
    return false
  }

  return {
    async take(frame) {
      await fairTurn()
      if (isOver) return false
      if (channel && device) return hear(channel, device, frame)
      try {
        return await shake(frame)
      } catch (error) {
        if (!(error instanceof HandshakeError || error instanceof DecodeError)) throw error
        return tried ? refused() : turnAway('a frame that opens nothing')
      }
    },
    async end() {
      isOver = true
      channel = undefined
      await conversation?.end()
    },
  }
}
