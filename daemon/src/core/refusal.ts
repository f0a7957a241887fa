import { utf8ToBytes } from '@noble/hashes/utils.js'
import {
  type ControlMessage,
  DecodeError,
  ProtocolAbort,
  UsageError,
  payloadHash,
} from '@tandem/protocol'
import { CeremonyError } from '../ports/ceremonies.ts'
import { KeyWrapError } from '../ports/key-wrap.ts'
import { ClientError, sealedAway } from './errors.ts'

/** A refusal in the form of a verdict: it decides about exactly what was asked. */
export function refusalOf(
  { requestId, hash, payload }: Extract<ControlMessage, { type: 'request' }>,
  { code, message }: ClientError,
): ControlMessage {
  return {
    type: 'verdict',
    requestId,
    hash,
    payload: payloadHash(payload),
    decision: 'deny',
    rule: code,
    detail: utf8ToBytes(JSON.stringify({ text: message })),
    expiresAt: 0n,
  }
}

/** What the device did wrong. Anything else is ours, and goes on. */
export function toClientError(error: unknown): ClientError {
  if (error instanceof ClientError) return error
  if (error instanceof DecodeError || error instanceof ProtocolAbort || error instanceof UsageError)
    return new ClientError('bad-message', error.message, error)
  if (error instanceof KeyWrapError) return sealedAway(error)
  if (error instanceof CeremonyError) return new ClientError('busy', error.message, error)
  throw error
}
