/**
 * The control messages: everything that is not a fixed layout of PROTOCOL.md. Each is the
 * deterministic CBOR of one map, its `type` repeats the header's, and an unknown key is refused. A
 * message whose shape changes gets another type.
 *
 * Zod compiles schemas with `Function` where it may. An entry that runs under a content security
 * policy says `z.config({ jitless: true })` before anything else.
 */
import { z } from 'zod'
import { DecodeError, UsageError } from '../abort.ts'
import { equalBytes } from '../core/bytes.ts'
import { Cancel, Request, Verdict } from './approval.ts'
import { Abort, Query, ReceiptNote, Result } from './attempt.ts'
import { decode, encode } from './cbor.ts'
import { Agree, DkgAbort, DkgAck, Propose, Refuse } from './ceremony.ts'
import { Audit, Checkpoint } from './checkpoint.ts'
import { Enrol, Enrolment } from './enrol.ts'
import { Factor } from './factor.ts'
import type { Header } from './frame.ts'
import { Hello, PairRekey } from './hello.ts'
import { Inspect, Inspection } from './inspection.ts'
import { messageTypes } from './message-types.ts'
import { Policy } from './policy.ts'

export const ControlMessage = z.discriminatedUnion('type', [
  Hello,
  Request,
  Verdict,
  Cancel,
  Abort,
  Query,
  Result,
  ReceiptNote,
  Propose,
  Agree,
  Refuse,
  DkgAbort,
  DkgAck,
  PairRekey,
  Factor,
  Enrol,
  Enrolment,
  Audit,
  Checkpoint,
  Policy,
  Inspect,
  Inspection,
])
export type ControlMessage = z.infer<typeof ControlMessage>

/** @throws {UsageError} for a message that its own schema refuses. */
export function encodeControl(message: ControlMessage): Uint8Array {
  const plain = z.safeEncode(ControlMessage, message)
  if (!plain.success) throw new UsageError(`${message.type}: not a message`)
  const body = encode(plain.data)
  const { maxLength } = messageTypes[message.type]
  if (body.length > maxLength)
    throw new UsageError(`${message.type}: expected at most ${maxLength} bytes`)
  return body
}

/**
 * The message under a header. Where the message names an attempt or an instance, it is the
 * header's.
 *
 * @throws {DecodeError} ENCODING
 */
export function decodeControl(header: Header, body: Uint8Array): ControlMessage {
  const value = decode(body, messageTypes[header.type].maxLength, header.type)
  const parsed = ControlMessage.safeParse(value)
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path ?? []
    throw new DecodeError(
      'ENCODING',
      [header.type, ...path.map(String)].join('.'),
      'a message of its schema',
    )
  }
  requireAgreement(header, parsed.data)
  return parsed.data
}

function requireAgreement(header: Header, message: ControlMessage): void {
  const refuse = (field: string) => {
    throw new DecodeError('ENCODING', `${header.type}.${field}`, 'the value of the header')
  }
  // SECURITY: the bounds and the rights of a message follow from the type in its header. Test: src/wire/messages.test.ts "a message under the header of another type is refused"
  if (message.type !== header.type) refuse('type')
  const id = requestIdOf(message)
  // SECURITY: what is bound to one request must not speak of another. Test: src/wire/messages.test.ts "a message about another attempt than its header is refused"
  if (id && !equalBytes(id, header.requestId)) refuse('requestId')
  if ('index' in message && message.index !== header.index) refuse('index')
  if ('attempt' in message && message.attempt !== header.attempt) refuse('attempt')
}

/** The requestId, or the instanceId that takes its place in the header of a ceremony's message. */
function requestIdOf(message: ControlMessage): Uint8Array | undefined {
  if ('requestId' in message) return message.requestId
  if ('instanceId' in message) return message.instanceId
  return message.type === 'propose' ? message.proposal.instanceId : undefined
}
