import { bytesToHex } from '@noble/hashes/utils.js'
import type { Store } from '../ports/store.ts'
import { inTurn } from './log/in-turn.ts'

/** Of the wallets for which something is done or waits: there may be very many others. */
type Turns = Map<string, { readonly turn: ReturnType<typeof inTurn>; waiting: number }>

const turns = new WeakMap<Store, Turns>()

/**
 * Does what changes the decisions of a wallet one after the other, whichever connection it comes
 * from: what was read at the start of `work` is still so at its end. Never to be nested.
 */
export async function serially<T>(
  store: Store,
  wallet: Uint8Array,
  work: () => Promise<T>,
): Promise<T> {
  const ofStore: Turns = turns.get(store) ?? new Map()
  turns.set(store, ofStore)
  const name = bytesToHex(wallet)
  const own = ofStore.get(name) ?? { turn: inTurn(), waiting: 0 }
  ofStore.set(name, own)
  own.waiting += 1
  try {
    return await own.turn(work)
  } finally {
    own.waiting -= 1
    if (own.waiting === 0) ofStore.delete(name)
  }
}
