import type { Duplex } from 'node:stream'

/** Nothing that is asked or answered is longer. */
const MAX = 65_536
const HEAD = 4

/** Sends one frame, and wipes it once the system has it. */
export function sendFrame(pipe: Duplex, body: Uint8Array): void {
  const frame = Buffer.alloc(HEAD + body.length)
  frame.writeUInt32BE(body.length)
  frame.set(body, HEAD)
  body.fill(0)
  pipe.write(frame, () => frame.fill(0))
}

/** Calls `take` with each whole frame, which is wiped afterwards. A frame that is too long ends the pipe. */
export function takeFrames(pipe: Duplex, take: (body: Uint8Array) => void): void {
  let waiting = Buffer.alloc(0)
  pipe.on('data', (data: Buffer) => {
    const all = Buffer.concat([waiting, data])
    waiting.fill(0)
    data.fill(0)
    let at = 0
    while (all.length - at >= HEAD) {
      const length = all.readUInt32BE(at)
      if (length > MAX) return void pipe.destroy()
      if (all.length - at < HEAD + length) break
      take(Uint8Array.from(all.subarray(at + HEAD, at + HEAD + length)))
      at += HEAD + length
    }
    waiting = Buffer.from(all.subarray(at))
    all.fill(0)
  })
}
