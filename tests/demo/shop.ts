import { readFile } from 'node:fs/promises'
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/** Who is paid, on each chain. */
export type Payees = { readonly evm: string; readonly solana: string; readonly bitcoin: string }

export type Shop = { readonly origin: string; close(): Promise<void> }

/**
 * The demo's site, on this machine.
 *
 * @param payment the Solana transaction by which somebody pays: its bytes, unsigned.
 */
export async function startShop(
  payees: Payees,
  payment: (from: string) => Uint8Array,
): Promise<Shop> {
  async function answer({ url = '/' }: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(url, 'http://shop')
    if (pathname === '/') {
      const page = await readFile(join(import.meta.dirname, 'page.html'))
      response.writeHead(200, { 'content-type': 'text/html' }).end(page)
    } else if (pathname === '/payees.json') {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify({ payees }))
    } else if (pathname === '/solana') {
      response.writeHead(200, { 'content-type': 'application/octet-stream' })
      response.end(payment(searchParams.get('from') ?? ''))
    } else response.writeHead(404).end()
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.writeHead(500).end())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}
