import type { Ending } from './exit-code.ts'

/** Ends a command with a sentence for the person, and what to do about it. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly ending: Ending
  /** What to do: a command, or a sentence. */
  readonly advice: string | undefined

  constructor(ending: Ending, message: string, advice?: string, cause?: unknown) {
    super(message, { cause })
    this.ending = ending
    this.advice = advice
  }
}
