import type { Claim, Field, Intent } from '../../intent.ts'
import type { Context } from '../context.ts'
import type { Domain } from './domain.ts'

/** A document that was read. */
export type Message = {
  readonly domain: Domain
  /** `encodeType` of the primary type: two messages with the same text are of the same type. */
  readonly type: string
  readonly primaryType: string
  readonly fields: readonly Field[]
}

export type Meaning = { readonly intents: readonly Intent[]; readonly claims: readonly Claim[] }

/** What a message does, where its type is known to the letter; otherwise what it says. */
export function meaning(message: Message, _context: Context): Meaning {
  return { intents: [asData(message)], claims: [] }
}

function asData({ domain, primaryType, fields }: Message): Intent {
  return { kind: 'typed-data', domain: domain.fields, primaryType, fields }
}
