/** Other shares, or another link, in the place of those in use, and what becomes of the line by it. */
import type { Connection } from './connection.ts'
import { CosignerError } from './error.ts'
import type { Keys } from './keys.ts'
import type { Making } from './making.ts'
import type { Talk } from './talk.ts'
import type { Witnessing } from './witnessing.ts'

export type Replacing = {
  /**
   * New shares of the same keys, which a person at the co-signer has allowed. It is also the way on
   * with one that was restored from a backup: nothing that it signed since counts then.
   *
   * @throws {CosignerError}
   */
  refresh(progress: (step: Making) => void): Promise<void>
  /** A fresh link after a burn. @throws {CosignerError} `too-early` */
  renew(): Promise<void>
}

export function replacing({
  keys,
  line,
  witness,
  reached,
  told,
}: {
  readonly keys: Keys
  readonly line: Connection
  readonly witness: Witnessing
  readonly reached: () => Promise<Talk>
  /** It is over, whatever came of it. */
  readonly told: () => void
}): Replacing {
  /** What was broken off in the middle is settled on the next line. */
  async function brokenOff(work: Promise<void>): Promise<void> {
    try {
      await work
    } catch (error) {
      const isNo =
        error instanceof CosignerError && ['refused', 'too-early', 'busy'].includes(error.code)
      if (!isNo) line.hangUp()
      throw error
    } finally {
      told()
    }
  }

  async function withNewLog(work: (talk: Talk) => Promise<void>): Promise<void> {
    const before = keys.wallet()?.active.epoch
    const status = line.status()
    const isOld = status.state === 'fault' && status.code === 'rollback'
    if (!isOld) return work(await reached())
    witness.beginAnew()
    try {
      await line.retry()
      await work(line.talk())
    } finally {
      if (keys.wallet()?.active.epoch === before) {
        witness.giveUpAnew()
        line.fault(new CosignerError('rollback', 'no new shares were made'))
      } else {
        await witness.goOnAnew()
        // What both said of themselves on this line was true of the copy.
        line.hangUp()
        await line.wake()
      }
    }
  }

  return {
    refresh: (progress) => withNewLog((talk) => brokenOff(keys.refresh(talk, progress))),
    renew: async () => brokenOff(keys.renew(await reached())),
  }
}
