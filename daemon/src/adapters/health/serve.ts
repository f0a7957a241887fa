import { type ServerResponse, createServer } from 'node:http'

/** What is asked of the daemon. */
export type Health = {
  readonly isSealed: () => boolean
  /** Opens something sealed, for the asking. `false`, or a rejection: the daemon could not sign. */
  readonly probe: () => Promise<boolean>
  readonly metrics: () => Promise<string>
}

/** How long an answer of `/readyz` stands: a token may be slow, and must not be worn out. */
export const READY_MS = 10_000

/** Connections at once. */
export const MOST = 32

/**
 * Answers on a port of this machine only: `/healthz` says that the process lives and whether it is
 * sealed, `/readyz` proves that it can unseal, `/metrics` is for Prometheus.
 *
 * @param port 0 for any.
 */
export async function serveHealth(
  port: number,
  health: Health,
  now: () => number,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  let known: { readonly at: number; readonly ready: Promise<boolean> } | undefined

  function ready(): Promise<boolean> {
    if (health.isSealed()) return Promise.resolve(false)
    const at = now()
    // SECURITY: who asks often must not keep a token busy, or lock it. Test: src/adapters/health/serve.test.ts "unseals once in ten seconds, however often it is asked"
    if (!known || at - known.at >= READY_MS || at < known.at)
      known = { at, ready: health.probe().catch(() => false) }
    return known.ready
  }

  async function answer(path: string, response: ServerResponse): Promise<void> {
    switch (path) {
      case '/healthz':
        return json(response, 200, { alive: true, sealed: health.isSealed() })
      case '/readyz': {
        const isReady = await ready()
        return json(response, isReady ? 200 : 503, { ready: isReady })
      }
      case '/metrics': {
        const page = await health.metrics()
        response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
        response.end(page)
        return
      }
      default:
        return json(response, 404, { error: 'not-found' })
    }
  }

  const server = createServer(
    {
      maxHeaderSize: 4096,
      requestTimeout: 5000,
      headersTimeout: 5000,
      connectionsCheckingInterval: 1000,
    },
    (request, response) => {
      const { method, url, headers } = request
      const own = [`127.0.0.1:${portOf()}`, `localhost:${portOf()}`]
      // SECURITY: a web page that rebinds its name to this machine must not read the figures. Test: src/adapters/health/serve.test.ts "a page under another name is refused"
      if (!own.includes(headers.host ?? '') || headers.origin !== undefined || method !== 'GET')
        return json(response, 403, { error: 'refused' })
      answer(url ?? '', response).catch(() => {
        if (!response.headersSent) response.writeHead(500)
        response.end()
      })
    },
  )
  // SECURITY: whoever is on this machine can connect, and each connection takes a descriptor that signing needs. Test: src/adapters/health/serve.test.ts "has room for a few connections, and no more"
  server.maxConnections = MOST
  const portOf = () => {
    const address = server.address()
    return typeof address === 'object' && address ? address.port : 0
  }
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return {
    port: portOf(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(`${JSON.stringify(body)}\n`)
}
