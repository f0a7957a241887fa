import { type ControlMessage, equalBytes } from '@tandem/protocol'
import { CosignerError } from './error.ts'

type Verdict = Extract<ControlMessage, { type: 'verdict' }>

/** @throws {CosignerError} `misbehaved` for a verdict about something else than was asked. */
export function requireSame(
  message: ControlMessage,
  hash: Uint8Array,
  payload: Uint8Array,
): asserts message is Verdict {
  const isAbout =
    message.type === 'verdict' &&
    equalBytes(message.hash, hash) &&
    equalBytes(message.payload, payload)
  // SECURITY: a verdict about other bytes allows something that nobody was shown. Test: src/engine/cosigner/verdict.test.ts "a verdict about other bytes is none"
  if (!isAbout) throw new CosignerError('misbehaved', 'a verdict about something else')
}
