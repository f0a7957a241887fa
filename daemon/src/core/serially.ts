import { bytesToHex } from '@noble/hashes/utils.js'
import type { Store } from '../ports/store.ts'
import { inTurn } from './log/in-turn.ts'

const turns = new WeakMap<Store, Map<string, ReturnType<typeof inTurn>>>()

/**
 * Does what changes the decisions of a wallet one after the other, whichever connection it comes
 * from: what was read at the start of `work` is still so at its end. Never to be nested.
 */
export function serially<T>(store: Store, wallet: Uint8Array, work: () => Promise<T>): Promise<T> {
  const ofStore = turns.get(store) ?? new Map<string, ReturnType<typeof inTurn>>()
  turns.set(store, ofStore)
  const name = bytesToHex(wallet)
  const turn = ofStore.get(name) ?? inTurn()
  ofStore.set(name, turn)
  return turn(work)
}
