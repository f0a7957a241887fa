import {
  COSIGNER,
  type ControlMessage,
  DEVICE,
  type Pinned,
  decodeControl,
  encodeControl,
  followCheckpoint,
  headerOf,
} from '@tandem/protocol'
import { inTurn } from '../../messages/in-turn.ts'
import { CosignerError } from './error.ts'
import type { Witness } from './kept.ts'
import type { Ending, Line, Packet } from './link.ts'

type Type = ControlMessage['type']
export type Control<T extends Type> = Extract<ControlMessage, { type: T }>

/** What is said on one connection, in order. */
export type Talk = {
  say(message: ControlMessage, requestId?: Uint8Array): void
  send(packet: Packet): void
  /** The next packet that nobody else waits for. @throws {CosignerError} `away` */
  next(isMine: (packet: Packet) => boolean): Promise<Packet>
  /** The next control message of one of these types. @throws {CosignerError} `away` */
  hear<T extends Type>(...types: readonly T[]): Promise<Control<T>>
  /**
   * Asks for the co-signer's log as it is now, and waits until it goes on from the one that was seen:
   * it is there, and it is what it was. @throws {CosignerError} `away`
   */
  check(): Promise<void>
  /** One packet from the line. */
  take(packet: Packet): void
  end(why: Ending): void
}

export type TalkParts = {
  readonly cosigner: Pinned
  readonly witness: () => Witness
  readonly keep: (part: Partial<Witness>) => Promise<void>
  /** Messages of the rounds of a signature. */
  readonly round: (packet: Packet) => Promise<void>
  /** What nobody waits for. */
  readonly unasked: (message: ControlMessage) => Promise<void>
  /** The log is not the one that was seen: nothing is signed any more. */
  readonly fault: (error: CosignerError, length?: bigint) => void
}

/** The packets of the rounds; everything else is a control message or a flow that somebody waits for. */
const rounds = new Set(['F2', 'F4', 'S2', 'abort', 'result'])

/** What a co-signer says before it is asked on this connection, because of the last one. */
const ahead = /^([GN]\d|dkg-abort|dkg-ack)$/

/** More than any order of messages leads to. */
const MOST_AHEAD = 8

export function talk(line: Line, parts: TalkParts): Talk {
  type Waiter = {
    readonly isMine: (packet: Packet) => boolean
    readonly resolve: (packet: Packet) => void
    readonly reject: (error: Error) => void
  }
  let waiters: Waiter[] = []
  let early: Packet[] = []
  let checks: { readonly resolve: () => void; readonly reject: (error: Error) => void }[] = []
  let isOver = false
  const turn = inTurn()

  async function heard(packet: Packet): Promise<void> {
    if (rounds.has(packet.header.type)) return parts.round(packet)
    const waiter = waiters.find(({ isMine }) => isMine(packet))
    if (waiter) {
      waiters = waiters.filter((one) => one !== waiter)
      return waiter.resolve(packet)
    }
    if (ahead.test(packet.header.type)) {
      if (early.length >= MOST_AHEAD) throw new Error('messages that nobody asked for')
      return void early.push(packet)
    }
    const message = decodeControl(packet.header, packet.body)
    if (message.type === 'receipt') return parts.keep({ receipt: message.receipt })
    if (message.type === 'checkpoint') return follow(message)
    await parts.unasked(message)
  }

  async function follow(message: Control<'checkpoint'>): Promise<void> {
    const seen = parts.witness().checkpoint
    const checkpoint = followCheckpoint(seen, message, parts.cosigner.identityPk)
    if (typeof checkpoint === 'string')
      return parts.fault(
        new CosignerError(checkpoint, `the co-signer's log does not go on: ${checkpoint}`),
        message.length,
      )
    await parts.keep({ checkpoint })
    const done = checks
    checks = []
    for (const { resolve } of done) resolve()
  }

  const self: Talk = {
    say(message, requestId = new Uint8Array(16)) {
      const header = headerOf(message.type, DEVICE, COSIGNER, { requestId })
      line.send({ header, body: encodeControl(message) })
    },
    send: (packet) => line.send(packet),
    next(isMine) {
      if (isOver) return Promise.reject(new CosignerError('away', 'the connection is over'))
      const found = early.find(isMine)
      if (found) {
        early = early.filter((one) => one !== found)
        return Promise.resolve(found)
      }
      return new Promise((resolve, reject) => waiters.push({ isMine, resolve, reject }))
    },
    async hear(...types) {
      const wanted = new Set<string>(types)
      const { header, body } = await self.next((packet) => wanted.has(packet.header.type))
      const message = decodeControl(header, body)
      const isWanted = (one: ControlMessage): one is Control<(typeof types)[number]> =>
        wanted.has(one.type)
      if (!isWanted(message)) throw new Error('a message of the type that its header says')
      return message
    },
    check() {
      if (isOver) return Promise.reject(new CosignerError('away', 'the connection is over'))
      return new Promise((resolve, reject) => {
        checks.push({ resolve, reject })
        self.say({ type: 'audit', length: parts.witness().checkpoint?.length ?? 0n })
      })
    },
    take(packet) {
      turn(() => heard(packet)).catch((cause: unknown) =>
        parts.fault(new CosignerError('misbehaved', 'a message that says nothing', cause)),
      )
    },
    end(why) {
      isOver = true
      const left = [...waiters, ...checks]
      waiters = []
      checks = []
      for (const { reject } of left) reject(new CosignerError(why, 'the co-signer hung up'))
    },
  }
  return self
}
