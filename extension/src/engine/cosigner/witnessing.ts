import { inTurn } from '../../messages/in-turn.ts'
import type { Disk } from '../ports/disk.ts'
import { type Receipt, type Witness, loadWitness, saveWitness } from './kept.ts'

/** What this browser saw of the co-signer's log, which has to go on from there. */
export type Witnessing = {
  /** With which a log is compared. */
  seen(): Witness
  /** The same, without what is seen of a log with which a person may begin anew. */
  kept(): Witness
  isAnew(): boolean
  keep(part: Partial<Witness>): Promise<void>
  /** From now on another log is looked at, from its beginning; what was kept stays. */
  beginAnew(): void
  /** The other log is the one that has to go on from now on. */
  goOnAnew(): Promise<void>
  /** What was seen of the other log does not count. */
  giveUpAnew(): void
}

export async function openWitness(disk: Disk): Promise<Witnessing> {
  let kept = await loadWitness(disk)
  let anew: Witness | undefined
  const turn = inTurn()

  async function goOn(): Promise<void> {
    const next = anew
    if (!next) return
    await saveWitness(disk, next)
    kept = next
    // What came in meanwhile goes on from this log, and was not compared with the one before.
    if (anew !== next) return goOn()
    anew = undefined
  }

  return {
    seen: () => anew ?? kept,
    kept: () => kept,
    isAnew: () => anew !== undefined,

    async keep(part) {
      if (anew) {
        anew = after(anew, part)
        return
      }
      await turn(async () => {
        const next = after(kept, part)
        await saveWitness(disk, next)
        kept = next
      })
    },

    beginAnew() {
      anew = { receipt: undefined, checkpoint: undefined }
    },

    giveUpAnew() {
      anew = undefined
    },

    goOnAnew: () => turn(goOn),
  }
}

const after = (witness: Witness, { receipt, checkpoint }: Partial<Witness>): Witness => ({
  receipt: receipt && isNewer(receipt, witness.receipt) ? receipt : witness.receipt,
  checkpoint: checkpoint ?? witness.checkpoint,
})

/** Receipts of later epochs are newer; in one epoch, those of a longer log. */
function isNewer(receipt: Receipt, than: Receipt | undefined): boolean {
  if (!than || receipt.epoch > than.epoch) return true
  return receipt.epoch === than.epoch && receipt.counter > than.counter
}
