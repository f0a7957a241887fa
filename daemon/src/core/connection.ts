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
import { type Conversation, converse } from './conversation.ts'
import { deviceBy, pinDevice } from './devices.ts'
import { encodeEvent } from './event.ts'
import type { Pairing } from './pairing.ts'
import type { Device, Parts } from './parts.ts'
import type { Wallets } from './wallets.ts'

/** One connection, from its first frame on. It knows no socket. */
export type Connection = {
  /** One frame of the transport. After `false` the connection is over. */
  take(frame: Uint8Array): Promise<boolean>
  end(): Promise<void>
}

/** The other end of a connection. */
export type Line = { send(frame: Uint8Array): void; close(): void }

/** Longest frame from somebody who has proven nothing. */
const MAX_STRANGER = 4096

/** Answers one caller: a paired device, or whoever holds the link of an open invitation. */
export function connection(
  parts: Parts,
  registry: Wallets,
  codes: Pairing,
  line: Line,
): Connection {
  let step: ConnectStep | undefined
  let device: Device | undefined
  let isPairing = false
  let channel: Channel | undefined
  let conversation: Conversation | undefined
  let isOver = false
  const rng = (_label: string, length: number) => parts.entropy.bytes(length)

  async function termsFor(frame: Uint8Array): Promise<Terms | undefined> {
    const call = readCall(frame)
    const us = { me: COSIGNER, peer: DEVICE, keys: parts.root.noise } as const
    if (call.kind === 'pairing') {
      isPairing = true
      const secret = codes.attempt()
      if (!secret) return undefined
      const card = identityCard(COSIGNER, parts.root.identity, parts.root.noise.publicKey)
      return { ...us, kind: 'pairing', secret: secret.slice(), card }
    }
    device = await deviceBy(parts.store, call.noisePk)
    // SECURITY: a device that was revoked, or never paired, gets no answer at all. Test: test/pairing.test.ts "a stranger and a revoked device get no answer"
    if (!device || device.revoked) return undefined
    return { ...us, kind: 'session', peerNoisePk: device.noisePk }
  }

  async function shake(frame: Uint8Array): Promise<boolean> {
    if (frame.length > MAX_STRANGER) return false
    if (step?.done === false) {
      step = advance(step.connecting, frame, rng)
    } else {
      const terms = await termsFor(frame)
      if (!terms) return false
      step = answer(terms, frame, rng)
    }
    if (step.send) line.send(step.send)
    if (!step.done) return true
    channel = step.channel
    if (isPairing) {
      if (!step.pinned) return false
      device = await pinDevice(parts.store, step.pinned, parts.now())
      if (device) codes.succeed()
    }
    if (!device) return false
    conversation = await converse(
      parts,
      registry,
      device,
      ({ header, body }) => {
        if (!channel) return
        const sealed = seal(channel, { header, body })
        channel = sealed.channel
        for (const record of sealed.records) line.send(record)
      },
      hangUp,
    )
    return !isOver
  }

  function hangUp(): void {
    isOver = true
    channel = undefined
    line.close()
  }

  async function refused(): Promise<void> {
    if (!isPairing) return
    const event = {
      type: 'pairing-refused',
      at: parts.now().getTime(),
      left: codes.triesLeft(),
    } as const
    await parts.store.commit({ events: [encodeEvent(event)] })
  }

  return {
    async take(frame) {
      if (isOver) return false
      if (!channel || !conversation) {
        try {
          const goesOn = await shake(frame)
          if (!goesOn) await refused()
          return goesOn
        } catch (error) {
          if (!(error instanceof HandshakeError || error instanceof DecodeError)) throw error
          await refused()
          return false
        }
      }
      const opened = open(channel, frame)
      if (opened.event === 'closed') {
        isOver = true
        channel = undefined
        return false
      }
      channel = opened.channel
      if (opened.event === 'message')
        await conversation.hear(opened.message.header, opened.message.body)
      return !isOver
    },
    async end() {
      isOver = true
      channel = undefined
      await conversation?.end()
    },
  }
}
