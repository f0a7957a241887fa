import type { Connected } from './load.ts'
import type { Records } from './records.ts'

/**
 * What one signature cost the co-signer, in milliseconds. With fifty in flight on one core most of what a
 * device waits for is the cryptography of the others: that is in `wall`, and in nothing else.
 */
export type Cost = {
  /** `worked` and `waited`: all that it costs beside its cryptography. */
  readonly overhead: number
  /** Work in its name beside its cryptography, and its share of the work of transactions that it is in with others. */
  readonly worked: number
  /** For the disk: in full, also where others waited for the same transaction. */
  readonly waited: number
  /** The cryptography: work as well. */
  readonly crypto: number
  /** From each of its messages leaving the device until the last answer to it left the co-signer. */
  readonly wall: number
  /** The transactions that it was in. */
  readonly commits: number
}

/** The cost of each device's signature. @param records since before the first of them. */
export function costsOf(records: Records, devices: readonly Connected[]): readonly Cost[] {
  return devices.map(({ connection, wallet, sent }) => {
    const tally = records.tallies[connection]
    if (!tally) throw new Error('a signature without any work')
    const { stepped: crypto, takes } = tally
    const mine = records.commits.filter(({ wallets }) => wallets.includes(wallet))
    const sum = (of: (one: (typeof mine)[number]) => number) =>
      mine.reduce((total, one) => total + of(one), 0)
    const worked = tally.worked - crypto + sum((one) => one.worked / one.wallets.length)
    const waited = sum((one) => one.waited)
    const wall = sent.reduce((total, at) => {
      const left = takes.find((take) => take.from >= at && take.left !== undefined)?.left
      if (left === undefined) throw new Error('a message without an answer')
      return total + left - at
    }, 0)
    return { overhead: worked + waited, worked, waited, crypto, wall, commits: mine.length }
  })
}
