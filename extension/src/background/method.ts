import type * as z from 'zod'
import type { Engine } from '../messages/engine.ts'
import type { Asks } from './approvals/approvals.types.ts'
import type { AskNode } from './ask-node.ts'
import { ProviderError } from './provider-error.ts'

/** What a method may use. Built once, in the background's entrypoint. */
export type Background = {
  readonly engine: Engine
  readonly askNode: AskNode
  readonly approvals: Asks
}

/** One method that a page can call: checks what it was given, and answers. */
export type Method = (
  params: unknown,
  origin: string,
  background: Background,
) => Promise<z.core.util.JSONType>

/** @param run sees only what `params` lets through. */
export function method<Params>({
  params,
  run,
}: {
  readonly params: z.ZodType<Params>
  readonly run: (
    params: Params,
    origin: string,
    background: Background,
  ) => Promise<z.core.util.JSONType>
}): Method {
  return async (given, origin, background) => {
    const parsed = params.safeParse(given)
    if (!parsed.success) throw new ProviderError('invalid-params', parsed.error)
    return run(parsed.data, origin, background)
  }
}
