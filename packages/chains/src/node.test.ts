import { type Server, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { type Node, call, http } from './node.ts'

type Answer = { readonly status?: number; readonly body: string }

let server: Server | undefined
let asked: string[] = []

afterEach(async () => {
  asked = []
  server?.closeAllConnections()
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)))
  server = undefined
})

/** A real HTTP server on loopback that answers in turn; the last answer stays. */
async function nodeThat(...answers: Answer[]): Promise<Node> {
  server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => (body += chunk.toString()))
    request.on('end', () => {
      asked.push(body)
      const { status = 200, body: text } = answers[asked.length - 1] ?? answers.at(-1)!
      response.writeHead(status, { 'content-type': 'application/json' }).end(text)
    })
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, door: fetch, retries: 1 }
}

const ok = (result: string): Answer => ({ body: `{"jsonrpc":"2.0","id":1,"result":${result}}` })
const text = { method: 'eth_chainId', schema: z.string() }
const ask = (node: Node) => call(node, text.method, [], text.schema)

describe('a node', () => {
  test('answers a call', async () => {
    expect(await ask(await nodeThat(ok('"0x1"')))).toBe('0x1')
    expect(JSON.parse(asked[0] ?? '')).toMatchObject({ method: 'eth_chainId', params: [] })
  })

  test('is asked again after a failure that may pass', async () => {
    expect(await ask(await nodeThat({ status: 503, body: 'busy' }, ok('"0x1"')))).toBe('0x1')
    expect(asked.length).toBe(2)
  })

  test('is not asked again after a refusal', async () => {
    const refusal = { body: '{"jsonrpc":"2.0","id":1,"error":{"code":-32000,"message":"no"}}' }
    await expect(ask(await nodeThat(refusal))).rejects.toMatchObject({
      code: 'rejected',
      detail: 'no',
    })
    expect(asked.length).toBe(1)
  })

  test.for<[string, Answer, string]>([
    ['that limits us', { status: 429, body: '' }, 'rate-limited'],
    ['that fails', { status: 500, body: '' }, 'server'],
    ['that refuses by status', { status: 400, body: 'bad' }, 'rejected'],
    [
      'that refuses in JSON with a status',
      { status: 400, body: '{"error":{"code":-32600,"message":"no"}}' },
      'rejected',
    ],
    ['that answers no JSON', { body: '<html>' }, 'bad-reply'],
    ['that answers another type', ok('5'), 'bad-reply'],
    ['that answers with nothing', { body: '{"jsonrpc":"2.0","id":1}' }, 'bad-reply'],
  ])('%s is named so', async ([, answer, code]) => {
    await expect(ask(await nodeThat(answer))).rejects.toMatchObject({ code, method: 'eth_chainId' })
  })

  test('that redirects is not followed', async () => {
    const node = await nodeThat({ status: 302, body: '' })
    await expect(ask(node)).rejects.toMatchObject({ code: 'unreachable' })
  })

  test('that never stops talking is cut off', async () => {
    const node = await nodeThat({ body: `"${'a'.repeat(100_000)}"` })
    await expect(http({ ...node, maxBytes: 10_000 }, { method: 'x' })).rejects.toMatchObject({
      code: 'bad-reply',
      detail: 'more than 10000 bytes',
    })
  })

  test('that is not there is unreachable, and its address is in no error', async () => {
    const { url } = await nodeThat(ok('1'))
    await new Promise((resolve) => server?.close(resolve))
    const gone = { url: `${url}/SECRET`, door: fetch, retries: 0 }
    const failure: unknown = await ask(gone).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'unreachable' })
    expect(String(failure)).not.toContain('SECRET')
  })

  test('that is silent times out, and the connection is given up', async () => {
    let given: AbortSignal | undefined
    const silent: typeof fetch = (_url, init) => {
      given = init?.signal ?? undefined
      return new Promise((_resolve, reject) => {
        given?.addEventListener('abort', () => reject(new Error('aborted')))
      })
    }
    const node = { url: 'http://127.0.0.1:1', door: silent, timeoutMs: 1, retries: 0 }
    await expect(ask(node)).rejects.toMatchObject({ code: 'timeout' })
    expect(given?.aborted).toBe(true)
  })

  test('says large integers exactly', async () => {
    const node = await nodeThat(ok('{"lamports":18446744073709551615,"small":7,"ratio":0.5}'))
    const schema = z.object({ lamports: z.bigint(), small: z.number(), ratio: z.number() })
    expect(await call(node, 'getBalance', [], schema)).toEqual({
      lamports: 18446744073709551615n,
      small: 7,
      ratio: 0.5,
    })
  })
})
