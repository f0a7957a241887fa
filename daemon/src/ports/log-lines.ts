/**
 * What the daemon says to whoever runs it. A line is made of the fields below and of nothing else:
 * there is no place for bytes, texts of a request, messages of errors or objects.
 */
export interface LogLines {
  say(line: Line): void
}

export type Line = {
  readonly event: string
  readonly level: Level
  readonly wallet?: Name
  readonly device?: Name
  readonly request?: Name
  readonly index?: number
  readonly attempt?: number
  readonly epoch?: number
  readonly boot?: number
  readonly port?: number
  readonly left?: number
  /** A word of ours: a code, a state, a kind. */
  readonly what?: string
  /** An error and its causes, outermost first. */
  readonly failures?: readonly Failure[]
}

export const levels = ['debug', 'info', 'warn', 'error'] as const
export type Level = (typeof levels)[number]

/** Tells one public name from another: its first four bytes, in hex. */
export type Name = string & { readonly __name: unique symbol }

/** Where an error came from. What it says stays out: nobody knows what is quoted in it. */
export type Failure = {
  readonly name: string
  readonly code?: string
  /** `function (file:line:column)`, innermost first. */
  readonly frames: readonly string[]
}
