export type Span = { readonly earliest: Date; readonly latest: Date }

/** Time, and what happens when some of it has gone by. */
export type Clock = {
  /** The date, as this machine has it: somebody may set it. */
  readonly now: () => Date
  /**
   * Between what the date can be: as this machine has it, and what has gone by since the start by a
   * clock that nobody sets. Left out: nobody sets the date.
   */
  readonly span?: () => Span
  /**
   * Runs `work` once when this much time has gone by, whatever the date is set to meanwhile. What
   * `work` fails with ends the process.
   *
   * @returns takes it back: after that, `work` does not begin.
   */
  readonly after: (ms: number, work: () => Promise<void>) => () => void
}
