import type { OpenSocket } from '../ports/socket.ts'

/** The browser's own WebSocket. */
export const webSocket: OpenSocket = (url, on) => {
  const socket = new WebSocket(url)
  socket.binaryType = 'arraybuffer'
  socket.addEventListener('open', () => on.open())
  socket.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data instanceof ArrayBuffer) on.frame(new Uint8Array(data))
    else socket.close()
  })
  socket.addEventListener('close', ({ code }) => on.closed(code))
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(Uint8Array.from(frame))
    },
    close: () => socket.close(),
  }
}
