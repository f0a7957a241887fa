/** Callers who have nothing but the port: raw bytes, as many connections as they like. */
import { once } from 'node:events'
import { connect } from 'node:net'

export type Stranger = {
  /** An upgrade to a WebSocket, and frames right behind it. */
  knock(path: string, ...frames: readonly Uint8Array[]): void
  /** One frame more. */
  say(frame: Uint8Array): void
  send(bytes: Uint8Array): void
  /** The frames that have come so far. */
  frames(): Uint8Array[]
  /** The first of them; nothing: the other end hung up. */
  first(): Promise<Uint8Array | undefined>
  /** Until the other end says goodbye, or hangs up. */
  ended(): Promise<void>
  close(): void
}

const GOODBYE = 8

/** A binary frame as a client sends it, under a mask of zeros. */
function framed(bytes: Uint8Array): Buffer {
  const { length } = bytes
  const head =
    length < 126
      ? Buffer.from([0x82, 0x80 | length])
      : Buffer.from([0x82, 0xfe, length >> 8, length & 0xff])
  return Buffer.concat([head, Buffer.alloc(4), bytes])
}

/** @param from another address of this machine: `127.0.0.2`. */
export async function stranger(port: number, from = '127.0.0.1'): Promise<Stranger> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  const closed = Promise.withResolvers<void>()
  socket.on('close', () => closed.resolve())
  let heard = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    heard = Buffer.concat([heard, chunk])
    const isRefused = heard.includes('\r\n\r\n') && !heard.includes(' 101 ')
    // Nobody waits for our goodbye.
    if (isRefused || framesIn(heard).some(({ code }) => code === GOODBYE)) socket.destroy()
  })
  await Promise.race([once(socket, 'connect'), closed.promise])
  const frames = () =>
    framesIn(heard)
      .filter(({ code }) => code === 2)
      .map(({ bytes }) => bytes)
  return {
    frames,
    knock(path, ...more) {
      const lines = [
        `GET ${path} HTTP/1.1`,
        `Host: 127.0.0.1:${port}`,
        'Upgrade: websocket',
        'Connection: Upgrade',
        'Sec-WebSocket-Version: 13',
        'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      ]
      const head = Buffer.from(`${lines.join('\r\n')}\r\n\r\n`)
      socket.write(Buffer.concat([head, ...more.map(framed)]))
    },
    say: (frame) => void socket.write(framed(frame)),
    send: (bytes) => void socket.write(bytes),
    async first() {
      for (;;) {
        const [frame] = frames()
        if (frame || socket.closed) return frame
        await Promise.race([once(socket, 'data'), closed.promise])
      }
    },
    ended: () => closed.promise,
    close: () => void socket.destroy(),
  }
}

/** The whole frames behind the answer to an upgrade. */
function framesIn(heard: Buffer): { code: number; bytes: Uint8Array }[] {
  const found: { code: number; bytes: Uint8Array }[] = []
  let at = heard.indexOf('\r\n\r\n') + 4
  while (at > 3 && at + 2 <= heard.length) {
    const short = heard.readUInt8(at + 1)
    const start = at + (short < 126 ? 2 : 4)
    if (start > heard.length) break
    const end = start + (short < 126 ? short : heard.readUInt16BE(at + 2))
    if (end > heard.length) break
    found.push({
      code: heard.readUInt8(at) & 15,
      bytes: Uint8Array.from(heard.subarray(start, end)),
    })
    at = end
  }
  return found
}

/** Does something so many times, so many at once. */
export async function times(
  count: number,
  atOnce: number,
  work: (number: number) => Promise<void>,
): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) {
      next += 1
      await work(next - 1)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, worker))
}
