import { type IncomingMessage, type ServerResponse, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { bytesToHex, hexToBytes } from '@noble/curves/utils.js'
import { scriptOfAddress } from '../../../packages/chains/test/bitcoin/scripts.ts'
import { virtualSize } from '../../../packages/chains/test/bitcoin/wire.ts'
import { type Entry, Rejected, ledger } from './ledger.ts'

/** Block 0 of regtest, as its hash is written. */
const GENESIS = '0f9188f13cb7b2c71f2a335e3a4fc328bf5beb436012afca590b1a11466e2206'

/** A node on loopback that answers like Esplora (Blockstream/esplora, API.md). */
export async function esplora() {
  const chain = ledger()
  /** Satoshi for each virtual byte, by the number of blocks that one is ready to wait. */
  let estimates: Readonly<Record<string, number>> = { 1: 12.3, 2: 11.01, 6: 5.5, 25: 3, 144: 1.2 }
  const asked: string[] = []

  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    asked.push(`${request.method ?? 'GET'} ${path}`)
    void respond(request, response, path)
  })

  async function respond(request: IncomingMessage, response: ServerResponse, path: string) {
    const { status, body } = await answer(request, path)
    const text = typeof body === 'string'
    response.writeHead(status, { 'content-type': text ? 'text/plain' : 'application/json' })
    response.end(text ? body : JSON.stringify(body))
  }

  async function answer(request: IncomingMessage, path: string): Promise<Answer> {
    if (request.method === 'POST' && path === '/tx') return send(await bodyOf(request))
    const [first, second, third] = path.split('/').slice(1)
    if (first === 'fee-estimates') return ok(estimates)
    if (path === '/blocks/tip/height') return ok(String(chain.height))
    if (path === '/block-height/0') return ok(GENESIS)
    if (first === 'address' && second) return ofAddress(second, third)
    if (first === 'tx' && second) return ofTransaction(second, third)
    return { status: 404, body: 'Not found' }
  }

  function send(hex: string): Answer {
    try {
      return ok(chain.accept(hexToBytes(hex)).id)
    } catch (error) {
      const message = error instanceof Rejected ? error.message : 'TX decode failed'
      return { status: 400, body: `sendrawtransaction RPC error: {"message":"${message}"}` }
    }
  }

  function ofAddress(address: string, what: string | undefined): Answer {
    const script = scriptOfAddress(address)
    const unspent = chain.unspent(script)
    if (what === 'utxo')
      return ok(
        unspent.map(({ entry, vout, amount }) => ({
          txid: entry.id,
          vout,
          status: statusOf(entry),
          value: Number(amount),
        })),
      )
    const wanted = bytesToHex(script)
    const touching = chain
      .entries()
      .filter(({ tx }) => tx.outputs.some((output) => bytesToHex(output.script) === wanted))
    const confirmed = touching.filter(({ height }) => height !== undefined).length
    return ok({
      address,
      chain_stats: { tx_count: confirmed },
      mempool_stats: { tx_count: touching.length - confirmed },
    })
  }

  function ofTransaction(id: string, what: string | undefined): Answer {
    const entry = chain.find(id)
    // Esplora answers the status of a transaction that it does not know as well.
    if (what === 'status') return ok(entry ? statusOf(entry) : { confirmed: false })
    if (!entry) return { status: 404, body: 'Transaction not found' }
    if (what === 'hex') return ok(bytesToHex(entry.raw))
    const { version, lockTime, outputs } = entry.tx
    return ok({
      txid: id,
      version,
      locktime: lockTime,
      vout: outputs.map(({ amount, script }) => ({
        scriptpubkey: bytesToHex(script),
        value: Number(amount),
      })),
      size: entry.raw.length,
      weight: virtualSize(entry.tx) * 4,
      fee: Number(entry.fee),
      status: statusOf(entry),
    })
  }

  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    chain,
    /** What inclusion costs from now on. */
    setEstimates(rates: Readonly<Record<string, number>>): void {
      estimates = rates
    },
    /** Every request so far, `GET /fee-estimates`. */
    asked,
    async close(): Promise<void> {
      server.closeAllConnections()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
      })
    },
  }
}

export type Server = Awaited<ReturnType<typeof esplora>>

type Answer = { readonly status: number; readonly body: unknown }

function ok(body: unknown): Answer {
  return { status: 200, body }
}

function statusOf({ height }: Entry) {
  if (height === undefined) return { confirmed: false }
  const hash = height.toString(16).padStart(64, '0')
  return { confirmed: true, block_height: height, block_hash: hash, block_time: height * 600 }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}
