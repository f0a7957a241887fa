/** What a recorded daemon notes since it was asked before. Times are milliseconds, on the machine's clock or of work of the daemon's thread. */
export type Records = {
  /** By connection, the first one is 1. */
  readonly tallies: Readonly<Record<number, Tally>>
  readonly commits: readonly Commit[]
  /** All work of the thread until now. */
  readonly worked: number
  /** What it worked since only to note this: in `worked` of the thread, and in none of a tally or commit. */
  readonly noted: number
  /** Of one turn of the event loop. */
  readonly longest: number
}

/** What was done for one connection. */
export type Tally = {
  /** Work in its name, the cryptography of signatures included, commits left out. */
  worked: number
  /** The cryptography in it. */
  stepped: number
  steps: number
  readonly takes: Take[]
}

/** A frame of a device: when the core has it, and when the last answer to it left. */
export type Take = { readonly from: number; left?: number }

/** One transaction, of one signature or of several that came together. */
export type Commit = {
  /** Work: rows, log entries, sums, view, and what the database computes. */
  worked: number
  /** For the disk: neither work nor waiting for the core. */
  waited: number
  /** The wallets whose marks or decisions are in it. */
  wallets: readonly string[]
}
