import type { Verdict } from './asking.ts'
import { type Connection, asCosignerError } from './connection.ts'
import { CosignerError } from './error.ts'

/** What a co-signer refuses everything with, whatever its policy says. */
const refusals = new Map<string, 'rollback' | 'version'>([
  ['rolled-back', 'rollback'],
  ['version', 'version'],
])

/** The verdict, once it is known what it, or the lack of it, says of the line. @throws {CosignerError} */
export async function judged(line: Connection, answer: Promise<Verdict>): Promise<Verdict> {
  try {
    const verdict = await answer
    const code = verdict.decision === 'deny' ? refusals.get(verdict.rule) : undefined
    if (code) line.fault(new CosignerError(code, 'the co-signer refuses everything'))
    return verdict
  } catch (cause) {
    // What cannot be read is no answer, either.
    const error = asCosignerError(cause)
    if (error.code === 'misbehaved') line.fault(error)
    // Who does not answer may be gone, and the socket not know of it.
    if (error.code === 'timeout') void line.wake()
    throw error
  }
}
