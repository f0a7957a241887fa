import type { Socket } from 'node:net'
import type { WebSocket } from 'ws'
import type { Clock } from '../../../ports/clock.ts'
import { type Ending, type Handler, type Line, endings } from '../../../ports/transport.ts'

/** One WebSocket that somebody attends to. */
export type Attended = {
  /** Asks whether the other end is still there; one that did not answer twice is gone. */
  beat(): void
  /** Finishes what is being handled, says why, and waits until it is closed. */
  end(why: Ending): Promise<void>
  /** At once, without a word. */
  cut(): void
}

/** What a stranger may send: one frame of 4 KiB, and after our answer one record or two. */
const FIRST = 4096 + 14
const ANSWERED = 128 * 1024

/** Frames that wait for another one: from the first bounds on the socket is not read, the others end it. */
const MANY_WAITING = 8
const MANY_WAITING_BYTES = 64 * 1024
const MOST_WAITING = 1024
const MOST_WAITING_BYTES = 256 * 1024

/** What the other end has not read. */
const MOST_UNREAD = 1024 * 1024

/** How long what is being handled may take when everything ends. */
const FINISH_MS = 3000

/** How long the other end may take to say goodbye. */
const GOODBYE_MS = 2000

const MISSED_BEATS = 2
const PINGS_A_BEAT = 60

/**
 * Hands the frames of a socket over, one at a time and in order.
 *
 * @param answered the caller has said something that is worth an answer.
 */
export function attend(
  socket: WebSocket,
  tcp: Socket,
  welcome: (line: Line) => Handler,
  { answered, proven }: { readonly answered: () => void; readonly proven: () => void },
  fatal: (error: unknown) => void,
  after: Clock['after'],
): Attended {
  const waiting: Uint8Array[] = []
  const closed = Promise.withResolvers<void>()
  let waitingBytes = 0
  let allowance = FIRST
  let isAnswered = false
  let isEnding = false
  let work: Promise<void> | undefined
  let missed = 0
  let pings = 0
  let takeBack: (() => void) | undefined

  const handler = welcome({
    send(frame) {
      if (!isAnswered) allowance = ANSWERED
      if (!isAnswered) answered()
      isAnswered = true
      // SECURITY: who asks and does not read must not make us keep all the answers. Test: src/adapters/transports/ws/serve.test.ts "a caller who does not read is cut off"
      if (socket.bufferedAmount > MOST_UNREAD) return cut()
      socket.send(frame)
    },
    proven() {
      allowance = Infinity
      proven()
    },
    close,
  })

  function cut(): void {
    isEnding = true
    socket.terminate()
  }

  function close(why: Ending): void {
    isEnding = true
    // Its goodbye is read, too.
    socket.resume()
    socket.close(endings[why])
    takeBack ??= after(GOODBYE_MS, async () => socket.terminate())
  }

  async function handle(): Promise<void> {
    for (;;) {
      const frame = waiting.shift()
      if (!frame || isEnding) return
      waitingBytes -= frame.length
      if (await handler.take(frame)) continue
      if (!isEnding) close('refused')
      return
    }
  }

  tcp.on('data', ({ length }: Uint8Array) => {
    allowance -= length
    // SECURITY: what a stranger sends is kept until it is whole. Test: src/adapters/transports/ws/serve.test.ts "a stranger who sends more than a handshake is cut off, also within one frame"
    if (allowance < 0) cut()
  })
  socket.on('message', (data, isBinary) => {
    missed = 0
    if (isEnding) return
    if (!isBinary || !(data instanceof Buffer) || data.length === 0) return cut()
    waitingBytes += data.length
    waiting.push(Uint8Array.from(data))
    // SECURITY: small frames are cheap to send and dear to keep. Test: src/adapters/transports/ws/serve.test.ts "frames that come while one is handled wait, and no more than a bound"
    if (waiting.length > MOST_WAITING || waitingBytes > MOST_WAITING_BYTES) return cut()
    if (waiting.length > MANY_WAITING || waitingBytes > MANY_WAITING_BYTES) socket.pause()
    work ??= handle()
      .catch(fatal)
      .finally(() => {
        work = undefined
        socket.resume()
      })
  })
  socket.on('ping', (data) => {
    pings += 1
    if (pings > PINGS_A_BEAT || socket.bufferedAmount > MOST_UNREAD) return cut()
    socket.pong(data)
  })
  socket.on('pong', () => {
    missed = 0
  })
  socket.on('error', cut)
  socket.on('close', () => {
    isEnding = true
    takeBack?.()
    // Also while a frame is handled: what waits for a person must not outlive its caller.
    handler.end().catch(fatal).finally(closed.resolve)
  })

  return {
    cut,
    beat() {
      pings = 0
      // What it answers is not read now.
      if (socket.isPaused) return
      if (missed >= MISSED_BEATS) return cut()
      missed += 1
      socket.ping()
    },
    async end(why) {
      isEnding = true
      const late = Promise.withResolvers<void>()
      const inTime = after(FINISH_MS, async () => late.resolve())
      await Promise.race([work, late.promise])
      inTime()
      await handler.end()
      close(why)
      await closed.promise
    },
  }
}
