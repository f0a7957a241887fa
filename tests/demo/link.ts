/** A socket that carries frames, and on it the encrypted channel of the protocol. */
import { type Socket, connect, createServer } from 'node:net'
import {
  type Channel,
  type ConnectStep,
  DecodeError,
  type Header,
  type Pinned,
  type Rng,
  type Terms,
  advance,
  answer,
  dial,
  open,
  seal,
} from '@tandem/protocol'

/** No frame of the protocol is longer than a record. */
const MAX_FRAME = 65_536

/** Waits for one connection on loopback; `listening` is told the port. */
export function accept(listening: (port: number) => void): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => {
      server.close()
      resolve(socket)
    })
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (address && typeof address === 'object') listening(address.port)
    })
  })
}

export function reach(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket))
    socket.once('error', reject)
  })
}

function writeFrame(socket: Socket, frame: Uint8Array): void {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(frame.length)
  socket.write(Buffer.concat([length, frame]))
}

/** The frames of a socket, each with its length in front. */
async function* framesOf(socket: Socket): AsyncGenerator<Uint8Array, void> {
  let buffer = Buffer.alloc(0)
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    buffer = Buffer.concat([buffer, chunk])
    while (buffer.length >= 4) {
      const length = buffer.readUInt32BE()
      if (length > MAX_FRAME) throw new DecodeError('LENGTH', 'frame', `at most ${MAX_FRAME} bytes`)
      if (buffer.length < 4 + length) break
      yield Uint8Array.from(buffer.subarray(4, 4 + length))
      buffer = buffer.subarray(4 + length)
    }
  }
}

/** One message of the protocol, in clear on this side of the channel. */
export type Packet = { readonly header: Header; readonly body: Uint8Array }

/** An authenticated connection to the peer. */
export type Link = {
  readonly peer: Pinned
  send(packet: Packet): void
  /** The next message. @throws when the connection is over. */
  receive(): Promise<Packet>
  close(): void
}

/** Runs the handshake of a pairing. `first` dials, the other side answers. */
export async function pair(socket: Socket, terms: Terms, first: boolean, rng: Rng): Promise<Link> {
  const frames = framesOf(socket)
  async function nextFrame(): Promise<Uint8Array> {
    const next = await frames.next()
    if (next.done === true) throw new Error('the peer closed the connection')
    return next.value
  }
  let now: ConnectStep = first ? dial(terms, rng) : answer(terms, await nextFrame(), rng)
  for (;;) {
    if (now.send) writeFrame(socket, now.send)
    if (now.done) break
    now = advance(now.connecting, await nextFrame(), rng)
  }
  const { pinned } = now
  if (!pinned) throw new Error('the handshake named nobody')
  let { channel }: { channel: Channel } = now

  return {
    peer: pinned,
    send(packet) {
      const sealed = seal(channel, packet)
      channel = sealed.channel
      for (const record of sealed.records) writeFrame(socket, record)
    },
    async receive() {
      for (;;) {
        const opened = open(channel, await nextFrame())
        if (opened.event === 'closed') throw new Error(`the channel is closed: ${opened.reason}`)
        channel = opened.channel
        if (opened.event === 'message') return opened.message
      }
    },
    close() {
      socket.end()
    },
  }
}
