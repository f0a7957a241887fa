/**
 * A line between a device and a daemon that goes wrong at one chosen frame. It cuts the byte stream
 * into the frames of a WebSocket, knows nothing of what is in them, and keeps what went over it.
 */
import { once } from 'node:events'
import { type Server, type Socket, connect, createServer } from 'node:net'

export const directions = ['to-daemon', 'to-device'] as const
export type Direction = (typeof directions)[number]

export const actions = [
  /** Both ends hear an orderly end of the stream. */
  'cut',
  'reset',
  /** From here on nothing gets through, and nobody is told. */
  'half-open',
  'drop',
  'duplicate',
  /** After the one that follows it. */
  'reorder',
  'slow',
  'truncate',
  'flip',
  /** Followed by a frame of the connection before. */
  'replay a frame',
  /** Somebody else calls meanwhile, and says all that was said on the connection before. */
  'replay a connection',
] as const
export type Action = (typeof actions)[number]

/** Which frame, counted from where the fault was set, and what becomes of it. */
export type Fault = {
  readonly direction: Direction
  readonly frame: number
  readonly action: Action
}

export type Proxy = {
  readonly address: string
  /** Counts frames from here on. */
  arm(fault?: Fault): void
  /** Whether the fault happened. */
  fired(): boolean
  /** Frames since it was armed. */
  counted(): Readonly<Record<Direction, number>>
  /** Bytes that went through, in all. */
  moved(): number
  /** Nothing of this line is left open. */
  cut(): Promise<void>
  close(): Promise<void>
}

type Frame = { readonly raw: Buffer; readonly payloadAt: number }

/** The first whole frame of a stream. */
function frameOf(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const second = bytes.readUInt8(1)
  const short = second & 127
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0
  if (bytes.length < 2 + lengthBytes) return undefined
  const length =
    lengthBytes === 0
      ? short
      : lengthBytes === 2
        ? bytes.readUInt16BE(2)
        : Number(bytes.readBigUInt64BE(2))
  const payloadAt = 2 + lengthBytes + (second & 128 ? 4 : 0)
  if (bytes.length < payloadAt + length) return undefined
  return { raw: Buffer.from(bytes.subarray(0, payloadAt + length)), payloadAt }
}

/** The same frame with half of its payload, under a header that says so. */
function halved({ raw, payloadAt }: Frame): Buffer {
  const half = (raw.length - payloadAt) >> 1
  const isMasked = (raw.readUInt8(1) & 128) !== 0
  const length = Buffer.from([raw.readUInt8(0), (isMasked ? 128 : 0) | 126, half >> 8, half & 255])
  const mask = isMasked ? raw.subarray(payloadAt - 4, payloadAt) : Buffer.alloc(0)
  return Buffer.concat([length, mask, raw.subarray(payloadAt, payloadAt + half)])
}

function flipped({ raw, payloadAt }: Frame): Buffer {
  const changed = Buffer.from(raw)
  const at = payloadAt + ((raw.length - payloadAt) >> 1)
  changed.writeUInt8(changed.readUInt8(at) ^ 4, at)
  return changed
}

/** What was said on one connection. */
type Past = { hello: Buffer; readonly frames: Record<Direction, Buffer[]> }

export async function proxy(daemon: string): Promise<Proxy> {
  const [host = '', port = ''] = daemon.split(':')
  let fault: Fault | undefined
  let hasFired = false
  let counts = { 'to-daemon': 0, 'to-device': 0 }
  let before: Past | undefined
  let now: Past | undefined
  let moved = 0
  const open = new Set<Socket>()

  const server: Server = createServer((device) => {
    before = now
    const past: Past = { hello: Buffer.alloc(0), frames: { 'to-daemon': [], 'to-device': [] } }
    now = past
    const line = { isDead: false, device, daemon: connect(Number(port), host) }
    for (const socket of [line.device, line.daemon]) keep(socket)
    line.device.on('close', () => line.isDead || line.daemon.destroy())
    line.daemon.on('close', () => line.isDead || line.device.destroy())
    carry(line.device, line.daemon, 'to-daemon')
    carry(line.daemon, line.device, 'to-device')

    function carry(from: Socket, to: Socket, direction: Direction): void {
      let waiting = Buffer.alloc(0)
      let isUpgraded = false
      let held: Buffer | undefined
      // One write after the other, also where one takes its time.
      let last: Promise<unknown> = Promise.resolve()
      const write = (bytes: Buffer) => {
        last = last.then(() => line.isDead || to.destroyed || to.write(bytes))
      }
      from.on('data', (data: Buffer) => {
        moved += data.length
        if (line.isDead) return
        waiting = Buffer.concat([waiting, data])
        if (!isUpgraded) {
          const end = waiting.indexOf('\r\n\r\n')
          if (end < 0) return
          isUpgraded = true
          const head = waiting.subarray(0, end + 4).toString('latin1')
          waiting = waiting.subarray(end + 4)
          const asked = Buffer.from(head.replace(/^Host: .*$/im, `Host: ${daemon}`), 'latin1')
          if (direction === 'to-daemon') past.hello = asked
          write(asked)
        }
        for (;;) {
          const frame = frameOf(waiting)
          if (!frame) return
          waiting = waiting.subarray(frame.raw.length)
          pass(frame)
        }
      })
      from.on('end', () => {
        last = last.then(() => line.isDead || to.destroyed || to.end())
      })

      function pass(frame: Frame): void {
        const { raw } = frame
        // Pings and the end of a WebSocket are not counted.
        if ((raw.readUInt8(0) & 15) > 7) return write(raw)
        past.frames[direction].push(raw)
        counts[direction] += 1
        const isIt =
          !hasFired && fault?.direction === direction && fault.frame === counts[direction]
        if (isIt) {
          hasFired = true
          return happen(frame)
        }
        if (!line.isDead) write(raw)
        if (held) write(held)
        held = undefined
      }

      function happen(frame: Frame): void {
        const { raw } = frame
        switch (fault?.action) {
          case 'cut':
            from.end()
            to.end()
            return
          case 'reset':
            from.resetAndDestroy()
            to.resetAndDestroy()
            return
          case 'half-open':
            line.isDead = true
            return
          case 'drop':
            return
          case 'duplicate':
            write(raw)
            return write(raw)
          case 'reorder':
            held = raw
            return
          case 'slow':
            last = last.then(() => slowly(raw, to, (size) => (moved += size)))
            return
          case 'truncate':
            return write(halved(frame))
          case 'flip':
            return write(flipped(frame))
          case 'replay a frame': {
            write(raw)
            const old = before?.frames[direction]
            const again = old?.[Math.min(past.frames[direction].length, old.length) - 1]
            if (!again) hasFired = false
            else write(again)
            return
          }
          case 'replay a connection':
            write(raw)
            if (before) last = last.then(() => callAs(before!))
            else hasFired = false
            return
          case undefined:
            throw new Error('no fault')
        }
      }
    }
  })

  function keep(socket: Socket): void {
    socket.setNoDelay(true)
    open.add(socket)
    socket.on('error', () => socket.destroy())
    socket.on('close', () => open.delete(socket))
  }

  /** Says what a device said before, and waits until the daemon hangs up or has had it all. */
  async function callAs({ hello, frames }: Past): Promise<void> {
    const caller = connect(Number(port), host)
    keep(caller)
    caller.resume()
    await once(caller, 'connect')
    for (const bytes of [hello, ...frames['to-daemon']])
      await new Promise<void>((resolve) => {
        if (caller.destroyed) resolve()
        else caller.write(bytes, () => resolve())
      })
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('a port')

  async function cut(): Promise<void> {
    const all = [...open]
    const closed = all.map((socket) => once(socket, 'close').catch(() => undefined))
    for (const socket of all) socket.destroy()
    await Promise.all(closed)
  }

  return {
    address: `127.0.0.1:${address.port}`,
    arm(next) {
      fault = next
      hasFired = false
      counts = { 'to-daemon': 0, 'to-device': 0 }
    },
    fired: () => hasFired,
    counted: () => counts,
    moved: () => moved,
    cut,
    async close() {
      await cut()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Bytes that are written alone before larger pieces follow: a frame has 50,000. */
const ALONE = 256

async function slowly(bytes: Buffer, to: Socket, wrote: (size: number) => void): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const size = at < ALONE ? 1 : 997
    if (to.destroyed) return
    to.write(bytes.subarray(at, at + size))
    at += size
    wrote(size)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
