import type { Seed } from '../ports/ceremonies.ts'
import type { Parts } from './parts.ts'

/** All the randomness of one message of a ceremony, as hedged as any other. */
export function seedOf({ hedged }: Pick<Parts, 'hedged'>, bind: Uint8Array): Seed {
  return { key: hedged(bind)('seed', 32), bind }
}
