/**
 * Where a person at this machine sees the words of its half of a recovery phrase. They go nowhere
 * else: not into a log, a file, or the output of a service.
 */
export interface PhraseScreen {
  /** Whether somebody is there to see them. */
  isThere(): boolean

  /**
   * Shows the words once.
   *
   * @param words as UTF-8, separated by spaces; the caller wipes them, and nobody makes a string of them.
   * @param ended aborted when the words are of no use any more: take them off the screen.
   * @returns whether the person then knew some of them; `false` also when nobody is there.
   */
  confirm(words: Uint8Array, ended: AbortSignal): Promise<boolean>
}
