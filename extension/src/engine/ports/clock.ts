/** Time, as far as the background sees it. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number

  /** @returns how to call it off. */
  after(ms: number, work: () => void): () => void
}
