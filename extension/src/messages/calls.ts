/** Calls from one context of the extension to another: a method, packed arguments, a packed answer. */
import * as z from 'zod'
import { EngineError } from './engine.ts'
import { pack, unpack } from './wire-json.ts'

const Call = z.strictObject({
  to: z.string(),
  method: z.string(),
  args: z.array(z.json()),
})

const Answer = z.union([
  z.strictObject({ ok: z.json() }),
  z.strictObject({ failed: z.strictObject({ code: z.string(), message: z.string() }) }),
])

type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>

/** An object whose methods ask another context. What it is, only the caller knows. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export function remote<T extends object>(
  to: string,
  send: (message: unknown) => Promise<unknown>,
): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return new Proxy({} as T, {
    get:
      (_target, method) =>
      async (...args: unknown[]) => {
        const reply = Answer.parse(await send({ to, method: String(method), args: args.map(pack) }))
        if ('failed' in reply) throw new EngineError(reply.failed.code, reply.failed.message)
        return unpack(reply.ok)
      },
  })
}

/**
 * Answers calls to an object.
 *
 * @returns nothing for a message to somebody else.
 */
export function answerCall(
  to: string,
  methods: Methods,
  message: unknown,
): Promise<unknown> | undefined {
  const parsed = Call.safeParse(message)
  if (!parsed.success || parsed.data.to !== to) return undefined
  const { method, args } = parsed.data
  return run(methods, method, args)
}

async function run(methods: Methods, method: string, args: readonly unknown[]): Promise<unknown> {
  try {
    const found = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (!found) throw new EngineError('unknown', `there is no ${method}`)
    // oxlint-disable-next-line no-unsafe-type-assertion
    return { ok: pack(await found(...(args.map(unpack) as never[]))) }
  } catch (error) {
    const code =
      error instanceof Error && 'code' in error && typeof error.code === 'string'
        ? error.code
        : 'internal'
    return { failed: { code, message: error instanceof Error ? error.message : 'failed' } }
  }
}

/** Names of the contexts that are called. */
export const ENGINE = 'engine'
export const BACKGROUND = 'background'
export const BACKGROUND_EVENTS = 'background-events'
