import { type Server, createServer } from 'node:http'
import { type WebSocket, WebSocketServer } from 'ws'

/** What a socket becomes: frames in order, and the end. */
export type Handler = {
  take(frame: Uint8Array): Promise<boolean>
  end(): Promise<void>
}

export type Door = {
  readonly host: string
  readonly port: number
  /** Exact values of `Origin` that may come in; a caller without one is no browser. */
  readonly origins: readonly string[]
  /** Exact values of `Host`, port included: a page that rebinds a name brings its own. */
  readonly hosts: readonly string[]
}

/** No frame of the protocol is longer. */
const MAX_FRAME = 65_536

/** Frames that wait while one is handled; a peer that sends more is cut off. */
const MAX_WAITING = 64

/**
 * Listens for WebSockets: binary frames, no compression, one message handled at a time for each.
 *
 * @param fatal what cannot be handled: the process must end.
 */
export async function serve(
  door: Door,
  handle: (line: { send(frame: Uint8Array): void; close(): void }) => Handler,
  fatal: (error: unknown) => void,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const server = createServer((_request, response) => response.writeHead(404).end())
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME,
    perMessageDeflate: false,
    clientTracking: true,
  })
  server.on('upgrade', (request, socket, head) => {
    const { origin, host } = request.headers
    // SECURITY: a web page must not reach the daemon through its visitor's browser. Test: src/adapters/transports/ws/serve.test.ts "a page of another origin or under another name is refused"
    if ((origin !== undefined && !door.origins.includes(origin)) || !isHost(host)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (websocket) => attend(websocket))
  })

  function isHost(host: string | undefined): boolean {
    return (
      host !== undefined && (door.hosts.includes(host) || host === `${door.host}:${portOf(server)}`)
    )
  }

  function attend(socket: WebSocket): void {
    const handler = handle({
      send: (frame) => socket.send(frame),
      close: () => socket.close(),
    })
    let waiting = 0
    let last: Promise<unknown> = Promise.resolve()
    const enqueue = (work: () => Promise<unknown>) => {
      last = last.then(work).catch(fatal)
    }
    socket.on('message', (data, isBinary) => {
      waiting += 1
      if (!isBinary || waiting > MAX_WAITING || !(data instanceof Buffer)) return socket.terminate()
      enqueue(async () => {
        const goesOn = await handler.take(Uint8Array.from(data))
        waiting -= 1
        if (!goesOn) socket.close()
      })
    })
    socket.on('close', () => enqueue(() => handler.end()))
    socket.on('error', () => socket.terminate())
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(door.port, door.host, resolve)
  })
  return {
    port: portOf(server),
    async close() {
      for (const socket of sockets.clients) socket.terminate()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address ? address.port : 0
}
