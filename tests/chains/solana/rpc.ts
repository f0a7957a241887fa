import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { base58Of } from '../../../packages/chains/test/solana/addresses.ts'
import type { Svm } from '../../../packages/chains/test/solana/svm.ts'
import { type Rpc, RpcFault, methods } from './methods.ts'

/** A Solana node on loopback, for tests: the real virtual machine behind a validator's JSON-RPC. */
export type SolanaNode = {
  readonly url: string
  readonly rpc: Rpc
  /** What was asked, in order. */
  readonly asked: readonly string[]
  /** Answers one method instead of the machine: for nodes that lie or fail. */
  lie(method: string, answer?: (params: readonly unknown[]) => unknown): void
  close(): Promise<void>
}

/** The first 32 characters are the CAIP-2 reference of its network. */
export const GENESIS = base58Of(createHash('sha256').update('tandem').digest())

export async function solanaNode(vm: Svm, genesis = GENESIS): Promise<SolanaNode> {
  const rpc: Rpc = { vm, genesis, landed: new Map(), prices: [0, 0, 0] }
  const asked: string[] = []
  const lies = new Map<string, (params: readonly unknown[]) => unknown>()

  const answer = (request: { id?: unknown; method?: unknown; params?: unknown }) => {
    const method = String(request.method)
    const params = Array.isArray(request.params) ? request.params : []
    asked.push(method)
    const body = { jsonrpc: '2.0', id: request.id ?? null }
    try {
      const work = lies.get(method) ?? methods[method]?.bind(undefined, rpc)
      if (!work) throw new RpcFault(-32601, 'Method not found')
      return { ...body, result: work(params) }
    } catch (error) {
      if (!(error instanceof RpcFault)) throw error
      const { code, message, details } = error
      return { ...body, error: { code, message, ...(details && { data: details }) } }
    }
  }

  const server = createServer((request, response) => {
    const headers = {
      'access-control-allow-origin': '*',
      'access-control-allow-headers': 'content-type',
      'content-type': 'application/json',
    }
    if (request.method === 'OPTIONS') {
      response.writeHead(204, headers).end()
      return
    }
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const parsed = JSON.parse(Buffer.concat(chunks).toString()) as object
      const reply = Array.isArray(parsed) ? parsed.map(answer) : answer(parsed)
      response.writeHead(200, headers).end(toJson(reply))
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    rpc,
    asked,
    lie(method, answer) {
      if (answer) lies.set(method, answer)
      else lies.delete(method)
    },
    close: async () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

/** Numbers beyond 2^53 as a validator writes them: digits without quotes. */
function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'bigint' ? rawJson(String(item)) : item,
  )
}

const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }
