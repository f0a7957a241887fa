/**
 * What every message says about itself, and what its encryption is bound to.
 *
 * ```
 * header (61 B) = u8(type) ‖ requestId(16) ‖ u16(index) ‖ u32(attempt) ‖ keyId(32) ‖ u8(from) ‖ u8(to) ‖ u32(epoch)
 * AD     (81 B) = LP("tandem-dkls23-v1") ‖ header
 * ```
 *
 * A field that a message has no use for is zeros. In a ceremony `requestId` is the instanceId.
 * PROTOCOL.md, "Identity, channel, frames".
 */
import { DecodeError, UsageError } from '../abort.ts'
import { ascii, concat, cursor, lp, u16, u32, u8 } from '../core/bytes.ts'
import { PROTOCOL } from '../core/hash.ts'
import type { PartyId } from '../party.ts'
import { type MessageType, allMessageTypes, messageTypes } from './message-types.ts'

/** What identifies one message among all of two parties. */
export type Header = {
  readonly type: MessageType
  /** 16 bytes. */
  readonly requestId: Uint8Array
  readonly index: number
  readonly attempt: number
  /** 32 bytes. */
  readonly keyId: Uint8Array
  readonly from: PartyId
  readonly to: PartyId
  readonly epoch: number
}

export const HEADER_LENGTH = 61

const byCode: ReadonlyMap<number, MessageType> = new Map(
  allMessageTypes.map((type) => [messageTypes[type].code, type]),
)

/** A header whose absent fields are zeros. */
export function headerOf(
  type: MessageType,
  from: PartyId,
  to: PartyId,
  about: Partial<Pick<Header, 'requestId' | 'index' | 'attempt' | 'keyId' | 'epoch'>> = {},
): Header {
  return {
    type,
    requestId: new Uint8Array(16),
    index: 0,
    attempt: 0,
    keyId: new Uint8Array(32),
    from,
    to,
    epoch: 0,
    ...about,
  }
}

export function encodeHeader(header: Header): Uint8Array {
  const { type, requestId, index, attempt, keyId, from, to, epoch } = header
  if (requestId.length !== 16) throw new UsageError('requestId: expected 16 bytes')
  if (keyId.length !== 32) throw new UsageError('keyId: expected 32 bytes')
  const { code } = messageTypes[type]
  return concat(u8(code), requestId, u16(index), u32(attempt), keyId, u8(from), u8(to), u32(epoch))
}

/** @throws {DecodeError} LENGTH, or ENCODING for a type that does not exist. */
export function decodeHeader(bytes: Uint8Array): Header {
  const read = cursor(bytes, 'header')
  const number = (length: number, field: string) =>
    read.take(length, field).reduce((value, byte) => value * 256 + byte, 0)
  const type = byCode.get(number(1, 'type'))
  const requestId = read.take(16, 'requestId')
  const index = number(2, 'index')
  const attempt = number(4, 'attempt')
  const keyId = read.take(32, 'keyId')
  const from = number(1, 'from')
  const to = number(1, 'to')
  const epoch = number(4, 'epoch')
  read.done()
  if (type === undefined) throw new DecodeError('ENCODING', 'header.type', 'a known message type')
  return { type, requestId, index, attempt, keyId, from, to, epoch }
}

const VERSION = lp(ascii(PROTOCOL))

/** What the encryption of a message authenticates beside it; `header` is an encoded one. */
export function associatedData(header: Uint8Array): Uint8Array {
  return concat(VERSION, header)
}
