import { webSocket } from '../../extension/src/engine/adapters/web-socket.ts'
import type { OpenSocket } from '../../extension/src/engine/ports/socket.ts'

export type Cut = {
  readonly openSocket: OpenSocket
  /** Counts frames from here on. */
  arm(): void
  isCut(): boolean
  count(): number
}

/** Sockets that are cut after so many frames in one direction. */
export function cutAt(direction: 'sent' | 'heard', frame: number): Cut {
  let [count, isArmed, isCut] = [0, false, false]
  const counts = (on: 'sent' | 'heard'): boolean => {
    if (!isArmed || isCut || on !== direction) return false
    count += 1
    isCut = count > frame
    return isCut
  }
  return {
    openSocket(url, on) {
      const socket = webSocket(url, {
        ...on,
        frame: (data) => (counts('heard') ? socket.close() : on.frame(data)),
      })
      return { ...socket, send: (data) => (counts('sent') ? socket.close() : socket.send(data)) }
    },
    arm: () => (isArmed = true),
    isCut: () => isCut,
    count: () => count,
  }
}
