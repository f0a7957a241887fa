import {
  type Channel,
  type Header,
  type Pinned,
  type Terms,
  advance,
  dial,
  open,
  pairingName,
  seal,
} from '@tandem/protocol'
import { bytesToHex } from '@noble/hashes/utils.js'
import type { Clock } from '../ports/clock.ts'
import type { OpenSocket } from '../ports/socket.ts'
import { type CosignerCode, CosignerError } from './error.ts'

/** One message of the protocol, outside of the channel. */
export type Packet = { readonly header: Header; readonly body: Uint8Array }

/** The encrypted channel to the co-signer. */
export type Line = { send(packet: Packet): void; close(): void }

export type Heard = {
  /** In the order in which they were sent. */
  packet(packet: Packet): void
  /** Once. */
  closed(why: Ending): void
}

/** Why a connection is over, as the other end said it: anybody on the way could have. */
export type Ending = Extract<CosignerCode, 'away' | 'locked' | 'revoked' | 'replaced'>

const endings = new Map<number | undefined, Ending>([
  [1008, 'revoked'],
  [1013, 'locked'],
  [4001, 'replaced'],
])

/** What a connection needs of the world. */
export type Network = {
  readonly openSocket: OpenSocket
  readonly entropy: (length: number) => Uint8Array
  readonly clock: Clock
}

/** Who pairs names the invitation: others cannot use up its tries. */
function urlOf(address: string, terms: Terms): string {
  const path = terms.kind === 'pairing' ? `pair/${bytesToHex(pairingName(terms.secret))}` : ''
  return `ws://${address}/${path}`
}

/** How long a co-signer may take to answer the first frames. */
const CONNECT_MS = 10_000

/**
 * Dials, and shakes hands on these terms.
 *
 * @returns who is at the other end of a pairing, pinned.
 * @throws {CosignerError} with the {@link Ending}; `away` where nobody answers, or says why it hangs up.
 */
export function connect(
  { openSocket, entropy, clock }: Network,
  address: string,
  terms: Terms,
  heard: Heard,
): Promise<{ readonly line: Line; readonly pinned: Pinned | undefined }> {
  return new Promise((resolve, reject) => {
    const rng = (_label: string, length: number) => entropy(length)
    let step: ReturnType<typeof dial> | undefined
    let channel: Channel | undefined
    let isOver = false

    const stop = clock.after(CONNECT_MS, () => over())
    const socket = openSocket(urlOf(address, terms), {
      open() {
        step = dial(terms, rng)
        if (step.send) socket.send(step.send)
      },
      frame(frame) {
        if (isOver) return
        try {
          if (channel) hear(frame)
          else shake(frame)
        } catch {
          // A frame that does not open says nothing about who wrote it.
          over()
        }
      },
      closed: (code) => over(endings.get(code)),
    })

    function shake(frame: Uint8Array): void {
      if (step?.done !== false) return over()
      step = advance(step.connecting, frame, rng)
      if (step.send) socket.send(step.send)
      if (!step.done) return
      stop()
      ;({ channel } = step)
      const line: Line = {
        send(packet) {
          if (!channel) return
          const sealed = seal(channel, packet)
          channel = sealed.channel
          for (const record of sealed.records) socket.send(record)
        },
        close: () => over(),
      }
      resolve({ line, pinned: step.pinned })
    }

    function hear(frame: Uint8Array): void {
      if (!channel) return
      const opened = open(channel, frame)
      if (opened.event === 'closed') return over()
      channel = opened.channel
      if (opened.event === 'message') heard.packet(opened.message)
    }

    function over(why: Ending = 'away'): void {
      if (isOver) return
      isOver = true
      stop()
      channel = undefined
      socket.close()
      reject(new CosignerError(why, `the co-signer is ${why}`))
      heard.closed(why)
    }
  })
}
