/**
 * Counts up, and is kept where a copy of our disk does not reach: who puts an old copy back finds it
 * ahead. A machine without such a place has no counter, and its devices are the only witnesses.
 */
export interface RollbackCounter {
  /** @throws {CounterError} */
  read(): Promise<bigint>

  /** Such memory wears out: once a start, not once a signature. @returns the next value; it is durable. @throws {CounterError} then it may have counted or not. */
  increment(): Promise<bigint>
}

/**
 * - `gone`     the device does not answer
 * - `missing`  it answers, without our counter. Never a reason to begin at nought
 * - `behind`   it is lower than it was: its device was set back, or is another one
 * - `unsafe`   what is in its place can be set back
 * - `failed`   everything else
 */
export type CounterErrorCode = 'gone' | 'missing' | 'behind' | 'unsafe' | 'failed'

export class CounterError extends Error {
  override readonly name = 'CounterError'
  readonly code: CounterErrorCode

  constructor(code: CounterErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.code = code
  }
}
