import { type IncomingMessage, type Server, createServer } from 'node:http'
import type { Socket } from 'node:net'
import { WebSocketServer } from 'ws'
import type { Transport } from '../../../ports/transport.ts'
import { admit } from './admit.ts'
import { type Attended, attend } from './attend.ts'
import { strangers } from './strangers.ts'

/** No frame of the protocol is longer. */
const MAX_FRAME = 65_536

/** From the connection until a key is proven. */
const HANDSHAKE_MS = 10_000
const BEAT_MS = 15_000
/** How long what is in flight may take when the daemon stops. */
const STOP_MS = 5000

/** A session, or a pairing that names its invitation. */
const path = /^\/(?:pair\/([0-9a-f]{16}))?$/

/** Listens for WebSockets: binary frames, no compression, one frame handled at a time for each. */
export const serve: Transport = async (door, { welcome, turnedAway, fatal }, after) => {
  const attended = new Set<Attended>()
  const deadlines = new Map<Socket, () => void>()
  const unknown = strangers((address) => turnedAway('crowd', address))
  const server = createServer(
    { maxHeaderSize: 4096, headersTimeout: HANDSHAKE_MS, requestTimeout: HANDSHAKE_MS },
    (_request, response) => response.writeHead(404, { connection: 'close' }).end(),
  )
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME,
    maxFragments: 16,
    autoPong: false,
  })

  server.on('connection', (socket) => {
    unknown.add(socket)
    // SECURITY: who says nothing must not stay. Test: src/adapters/transports/ws/serve.test.ts "a caller has ten seconds to prove a key, whatever it does meanwhile"
    deadlines.set(
      socket,
      after(HANDSHAKE_MS, async () => void socket.destroy()),
    )
    // Between the server and its WebSocket nobody listens: an error would end the process.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => {
      unknown.forget(socket)
      deadlines.get(socket)?.()
      deadlines.delete(socket)
    })
  })

  server.on('upgrade', (request, stream, head) => {
    const { socket } = request
    const refuse = (status: string) => {
      stream.once('finish', () => stream.destroy())
      stream.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
    }
    const admission = admit(request, door, portOf(server))
    if (!admission.isIn) {
      turnedAway(admission.why, admission.said)
      return refuse('403 Forbidden')
    }
    const [isPath, name] = path.exec(request.url ?? '') ?? []
    if (isPath === undefined) return refuse('404 Not Found')
    const { origin } = admission
    const invitation = name === undefined ? undefined : Uint8Array.from(Buffer.from(name, 'hex'))
    sockets.handleUpgrade(request, stream, head, (websocket) => {
      const one = attend(
        websocket,
        socket,
        (line) => welcome(line, { address: addressOf(request), origin, invitation }),
        {
          answered: () => unknown.forget(socket),
          proven() {
            unknown.forget(socket)
            deadlines.get(socket)?.()
          },
        },
        fatal,
        after,
      )
      attended.add(one)
      websocket.on('close', () => attended.delete(one))
    })
  })

  let stopBeating = after(BEAT_MS, beat)
  async function beat(): Promise<void> {
    for (const one of attended) one.beat()
    stopBeating = after(BEAT_MS, beat)
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(door.port, door.host, resolve)
  })
  return {
    port: portOf(server),
    async close() {
      stopBeating()
      const stopped = new Promise<void>((resolve) => server.close(() => resolve()))
      const late = Promise.withResolvers<void>()
      const takeBack = after(STOP_MS, async () => late.resolve())
      await Promise.race([
        Promise.all([...attended].map((one) => one.end('stopping'))),
        late.promise,
      ])
      takeBack()
      for (const one of attended) one.cut()
      for (const socket of deadlines.keys()) socket.destroy()
      await stopped
    },
  }
}

function addressOf({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? ''
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
