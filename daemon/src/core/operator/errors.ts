import type { ErrorCode } from './messages.ts'

/** What the person at the command line may hear. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
