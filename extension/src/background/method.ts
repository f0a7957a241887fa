import type * as z from 'zod'
import type { Engine } from '../messages/engine.ts'
import type { Approvals } from './approvals.ts'

/** What a method may use. Built once, in the background's entrypoint. */
export type Background = {
  readonly engine: Engine
  readonly approvals: Approvals
}

/** One method that a page can call. `params` are parsed before `run` sees them. */
export type Method<Params> = {
  readonly params: z.ZodType<Params>
  run(params: Params, origin: string, background: Background): Promise<z.core.util.JSONType>
}

/** Keeps the types of one method together. */
export const method = <Params>(definition: Method<Params>): Method<unknown> => ({
  params: definition.params,
  run: (params, origin, background) =>
    definition.run(definition.params.parse(params), origin, background),
})
