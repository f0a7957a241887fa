import { utf8ToBytes } from '@noble/hashes/utils.js'
import type { Clock } from '../../ports/clock.ts'
import type { Store } from '../../ports/store.ts'
import { countdown } from '../countdown.ts'
import { encodeEvent } from '../event.ts'
import { inTurn } from '../log/in-turn.ts'
import type { Codes } from './code.ts'

const KEY = utf8ToBytes('app that leaves')

/** An app of which its owner has no code any more: it counts on until its removal has waited. */
export type LostApp = {
  /** When it is removed, if the co-signer runs until then. */
  leavesAt(): Date | undefined
  /** Removes it once this much time has gone by; a removal that waits goes on. */
  remove(ms: number): Promise<void>
  /** It was found. @returns whether its removal waited. */
  keep(): Promise<boolean>
  close(): void
}

export async function lostApp({
  store,
  codes,
  now,
  after,
}: Clock & { readonly store: Store; readonly codes: Codes }): Promise<LostApp> {
  const turn = inTurn()
  const waits = await countdown({ store, now, after, turn }, KEY, async (_what, gone) => {
    await codes.remove()
    await store.commit({ rows: gone })
  })

  const noted = (what: 'lost' | 'found') =>
    encodeEvent({ type: 'factor', at: now().getTime(), kind: 'code', what })

  return {
    leavesAt: () => waits.waiting()?.at,
    remove: (ms) =>
      turn(async () => {
        if (!waits.waiting()) await waits.begin('app', ms, [noted('lost')])
      }),
    keep: () =>
      turn(async () => {
        if (!waits.waiting()) return false
        await waits.cancel([noted('found')])
        return true
      }),
    close: () => waits.close(),
  }
}
