/** Calls from one context of the extension to another: a method, packed arguments, a packed answer. */
import * as z from 'zod'
import { EngineError } from './engine.ts'
import { pack, unpack } from './wire-json.ts'

const Call = z.strictObject({ method: z.string(), args: z.array(z.json()) })
export type Call = z.infer<typeof Call>

export const Answer = z.union([
  z.strictObject({ ok: z.json() }),
  z.strictObject({ failed: z.strictObject({ code: z.string(), message: z.string() }) }),
])
export type Answer = z.infer<typeof Answer>

type Methods = Readonly<Record<string, (...args: never[]) => Promise<unknown>>>

/** An object whose methods ask another context. What it is, only the caller knows. */
// oxlint-disable-next-line no-unnecessary-type-parameters
export function remote<T extends object>(send: (call: Call) => Promise<unknown>): T {
  // oxlint-disable-next-line no-unsafe-type-assertion
  return new Proxy({} as T, {
    get:
      (_target, method) =>
      async (...args: unknown[]) => {
        const reply = Answer.parse(await send({ method: String(method), args: args.map(pack) }))
        if ('failed' in reply) throw new EngineError(reply.failed.code, reply.failed.message)
        return unpack(reply.ok)
      },
  })
}

/** Answers a call to an object. A failure goes back as its code. */
export async function answerCall(methods: Methods, message: unknown): Promise<Answer> {
  try {
    const { method, args } = Call.parse(message)
    const found = Object.hasOwn(methods, method) ? methods[method] : undefined
    if (!found) throw new EngineError('unknown', `there is no ${method}`)
    // oxlint-disable-next-line no-unsafe-type-assertion
    return { ok: pack(await found(...(args.map(unpack) as never[]))) }
  } catch (error) {
    return failedAs(error)
  }
}

/** A failure, as it crosses. */
export function failedAs(error: unknown): Answer {
  const code =
    error instanceof Error && 'code' in error && typeof error.code === 'string'
      ? error.code
      : 'internal'
  return { failed: { code, message: error instanceof Error ? error.message : 'failed' } }
}
