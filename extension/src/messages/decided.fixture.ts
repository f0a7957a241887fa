import type { Explained } from './engine.ts'
import type { Decided } from './stored.ts'

type Use = Explained['explanation']['uses'][number]

/** Where tests send what they send. */
export const chain = 'eip155:1'

export const nonce = (number: bigint): Use => ({
  kind: 'nonce',
  account: `${chain}:0x`,
  nonce: number,
})

/** A request of which nothing is said but what it uses up. */
export const using = (uses: readonly Use[], on = chain): Explained => ({
  explanation: { chain: on, account: `${on}:0x`, intents: [], claims: [], uses },
  warnings: [],
  hash: 'aa',
  concerns: [],
  parties: {},
})

/** It was sent, and this is what its node says of it. */
export const sent = (
  id: string,
  uses: readonly Use[],
  fate: Decided['fate'],
  on = chain,
): Decided => ({
  id,
  requestId: id,
  chain: on,
  account: 0,
  at: 0,
  outcome: 'sent',
  explained: using(uses, on),
  fate,
})
