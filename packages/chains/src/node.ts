import {
  ExponentialBackoff,
  TaskCancelledError,
  TimeoutStrategy,
  handleWhen,
  retry,
  timeout,
} from 'cockatiel'
import * as z from 'zod'
import { RpcError, type RpcErrorCode } from './rpc-error.ts'

/** A node, and the way to it. `door` is the one place that says which hosts may be asked. */
export type Node = {
  readonly url: string
  readonly door: typeof fetch
  /** For each try. 10 s. */
  readonly timeoutMs?: number
  /** How often it is asked again after a failure that may pass. 2. */
  readonly retries?: number
  /** The longest answer, in bytes. 8 MiB. */
  readonly maxBytes?: number
}

export type HttpRequest = {
  /** What errors call it. */
  readonly method: string
  /** Appended to the node's URL. */
  readonly path?: string
  readonly body?: { readonly type: string; readonly text: string }
}

const RETRIED = new Set<RpcErrorCode>(['timeout', 'unreachable', 'rate-limited', 'server'])

/** One HTTP exchange, with tries and deadlines. @returns the body's text @throws {RpcError} */
export async function http(node: Node, request: HttpRequest): Promise<string> {
  const { timeoutMs = 10_000, retries = 2 } = node
  const policy = retry(
    handleWhen((error) => error instanceof RpcError && RETRIED.has(error.code)),
    {
      maxAttempts: retries,
      backoff: new ExponentialBackoff({ initialDelay: 250, maxDelay: 4_000 }),
    },
  )
  const limit = timeout(timeoutMs, TimeoutStrategy.Aggressive)
  return policy.execute(async () => {
    try {
      return await limit.execute(async ({ signal }) => exchange(node, request, signal))
    } catch (error) {
      if (error instanceof TaskCancelledError)
        throw new RpcError('timeout', request.method, `no answer in ${timeoutMs} ms`)
      throw error
    }
  })
}

/** JSON-RPC 2.0, one call. Integers beyond 2^53 arrive as bigint. @throws {RpcError} */
export async function call<T>(
  node: Node,
  method: string,
  params: readonly unknown[],
  result: z.ZodType<T>,
): Promise<T> {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await http(node, { method, body: { type: 'application/json', text } })
  const reply = read(Reply, parseJson(answer, method), method)
  if (reply.error) {
    const code = reply.error.code === -32005 ? 'rate-limited' : 'rejected'
    throw new RpcError(code, method, reply.error.message)
  }
  return read(result, reply.result, method)
}

/** What a node answers a method that the wallet does not read itself: its own words, as they came. */
export type Answer =
  | { readonly result: z.core.util.JSONType }
  | {
      readonly error: {
        readonly code: number
        readonly message: string
        readonly data?: z.core.util.JSONType | undefined
      }
    }

/** One call of JSON-RPC 2.0 for somebody else. @throws {RpcError} there is no answer */
export async function forward(
  node: Node,
  method: string,
  params: readonly unknown[],
): Promise<Answer> {
  const text = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
  const answer = await http(node, { method, body: { type: 'application/json', text } })
  const json: unknown = attemptJson(answer)
  const failed = z.object({ error: Failure }).safeParse(json)
  if (failed.success) return failed.data
  const given = z.object({ result: Parsed }).safeParse(json)
  if (given.success) return given.data
  throw new RpcError('bad-reply', method, 'neither a result nor an error')
}

/** A part of a JSON text that was parsed: looking at each value of it again takes longer than the node. */
const Parsed = z.custom<z.core.util.JSONType>((value) => value !== undefined)

const Failure = z.object({ code: z.int(), message: z.string(), data: Parsed.optional() })

function attemptJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Some nodes send `error: null` beside a result. */
const Reply = z.object({
  result: z.unknown().optional(),
  error: z.object({ code: z.number(), message: z.string() }).nullish(),
})

/** @throws {RpcError} `bad-reply`, which names the field. */
export function read<T>(schema: z.ZodType<T>, value: unknown, method: string): T {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const where = issue?.path.join('.') ?? ''
  throw new RpcError('bad-reply', method, `${where || 'result'}: ${issue?.message ?? 'not valid'}`)
}

/** @throws {RpcError} `bad-reply` */
export function parseJson(text: string, method: string): unknown {
  try {
    return JSON.parse(text, exactIntegers)
  } catch (cause) {
    throw new RpcError('bad-reply', method, 'no JSON', cause)
  }
}

/** A balance of more than 2^53 lamports must not lose its last digits. */
function exactIntegers(_key: string, value: unknown, context?: { readonly source?: string }) {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const source = context?.source ?? ''
  return /^-?[0-9]+$/.test(source) ? BigInt(source) : value
}

async function exchange(node: Node, request: HttpRequest, signal: AbortSignal): Promise<string> {
  const { method, path = '', body } = request
  try {
    const response = await node.door(`${node.url}${path}`, {
      signal,
      redirect: 'error',
      credentials: 'omit',
      cache: 'no-store',
      referrerPolicy: 'no-referrer',
      ...(body && { method: 'POST', headers: { 'content-type': body.type }, body: body.text }),
    })
    const text = await bodyOf(response, node.maxBytes ?? 8 * 1024 * 1024, method)
    if (response.ok) return text
    // Many nodes answer a JSON-RPC error with a status of its own.
    if (isJsonRpcError(text)) return text
    throw new RpcError(codeOf(response.status), method, `HTTP ${response.status} ${text}`)
  } catch (error) {
    if (error instanceof RpcError) throw error
    if (signal.aborted) throw new RpcError('timeout', method, 'no answer in time')
    throw new RpcError('unreachable', method, 'no connection', error)
  }
}

function codeOf(status: number): RpcErrorCode {
  if (status === 429) return 'rate-limited'
  return status >= 500 ? 'server' : 'rejected'
}

function isJsonRpcError(text: string): boolean {
  if (!text.startsWith('{')) return false
  try {
    const value: unknown = JSON.parse(text)
    return Reply.safeParse(value).data?.error != null
  } catch {
    return false
  }
}

/** Stops reading where a hostile node would fill the memory. */
async function bodyOf(response: Response, maxBytes: number, method: string): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    if (size > maxBytes) throw new RpcError('bad-reply', method, `more than ${maxBytes} bytes`)
    text += decoder.decode(chunk, { stream: true })
  }
  return text + decoder.decode()
}
