import type { Parts } from '../src/core/parts.ts'
import type { Keep } from '../src/core/signing.ts'

/** Keeps what was decided where nothing is signed. */
export const keptApart =
  ({ store }: Pick<Parts, 'store'>): Keep =>
  async (decided) => {
    await store.commit(decided)
  }
