import type { Socket } from 'node:net'

/** Longest line that is taken from the other side. */
const MAX_LINE = 262_144

const END = 0x0a

/**
 * Hands over each line of JSON. What is no JSON, or too long, ends the connection.
 *
 * @param take says how many bytes after the line are no line: they go to `takeBytes`, as they are. No
 *   string is made of them, and no copy stays here.
 */
export function lines(
  socket: Socket,
  take: (line: unknown) => number,
  takeBytes: (bytes: Uint8Array) => void,
): void {
  let rest = Buffer.alloc(0)
  let awaited = 0
  socket.on('error', () => socket.destroy())
  socket.on('data', (part: Buffer) => {
    const all = Buffer.concat([rest, part])
    part.fill(0)
    rest.fill(0)
    let at = 0
    while (at < all.length || awaited > 0) {
      const end = awaited > 0 ? at + awaited : all.indexOf(END, at)
      if (end < 0 || end > all.length) break
      if (awaited > 0) {
        takeBytes(own(all.subarray(at, end)))
        awaited = 0
        at = end
        continue
      }
      try {
        awaited = take(JSON.parse(all.toString('utf8', at, end)))
      } catch (error) {
        all.fill(0)
        if (!(error instanceof SyntaxError)) throw error
        socket.destroy()
        return
      }
      at = end + 1
    }
    rest = Buffer.from(all.subarray(at))
    all.fill(0)
    if (rest.length > MAX_LINE) socket.destroy()
  })
}

/** With a buffer of its own: the engine moves, and so copies, what is small and has none. */
function own(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new ArrayBuffer(bytes.length))
  copy.set(bytes)
  return copy
}
