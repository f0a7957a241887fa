/**
 * The record layer of a connection after its handshake.
 *
 * ```
 * record = u64(seq) ‖ header(61) ‖ ChaCha20-Poly1305(key, nonce, AD, content)       at most 65 536 B
 * nonce  = u32(0) ‖ u64(seq)          AD = LP("tandem-dkls23-v1") ‖ header, see frame.ts
 * content of a message's first record = u32(length of the body) ‖ its first bytes; of the others: the next bytes
 * ```
 *
 * A message is cut into records that are full but for the last, all under its header, with nothing
 * between them; a transport frame carries one record. Each direction has a key of its own and counts
 * records from 0. PROTOCOL.md, "Identity, channel, frames".
 */
import { UsageError } from '../../abort.ts'
import { TAG_LENGTH, aeadOpen, aeadSeal } from '../../core/aead.ts'
import { concat, equalBytes, toBigInt, u32, u64, wipe } from '../../core/bytes.ts'
import { type Once, once } from '../../core/once.ts'
import type { PartyId } from '../../party.ts'
import { HEADER_LENGTH, type Header, associatedData, decodeHeader, encodeHeader } from '../frame.ts'
import { messageTypes } from '../message-types.ts'
import type { Session } from './noise.ts'

/** No record is longer. */
export const MAX_RECORD = 65_536

const SEQUENCE_LENGTH = 8
const TOTAL_LENGTH = 4
const CLEAR_LENGTH = SEQUENCE_LENGTH + HEADER_LENGTH

/** What a message that fits one record costs beyond its body. */
export const RECORD_OVERHEAD = CLEAR_LENGTH + TOTAL_LENGTH + TAG_LENGTH

/** Body bytes in a full record that continues a message. */
const CAPACITY = MAX_RECORD - CLEAR_LENGTH - TAG_LENGTH

/** A message in memory: what it says of itself, and its fixed layout or CBOR. */
export type Message = { readonly header: Header; readonly body: Uint8Array }

/** One end of a connection. Every call gives the next one; a channel that was used is spent. */
export type Channel = {
  readonly me: PartyId
  readonly peer: PartyId
  /** The handshake's transcript hash, the same on both ends and different on every connection. */
  readonly binding: Uint8Array
  readonly inner: Once<Inner>
}

type Inner = {
  readonly sendKey: Uint8Array
  readonly receiveKey: Uint8Array
  /** The sequence numbers to use and to expect next. */
  readonly sending: bigint
  readonly receiving: bigint
  readonly partial: Unfinished | undefined
}

/** A message whose last record has not come. */
type Unfinished = {
  readonly header: Uint8Array
  readonly total: number
  readonly received: number
  readonly parts: readonly Uint8Array[]
}

/**
 * Why the channel is closed: by what an authenticated peer sent, or by a frame that is too long to
 * be one of its records.
 */
export type CloseReason = 'oversize' | 'sequence' | 'header' | 'length'

/** What a record came to. After `closed` there is no channel: the keys are wiped. */
export type Opened =
  | { readonly event: 'message'; readonly channel: Channel; readonly message: Message }
  | { readonly event: 'partial'; readonly channel: Channel }
  | { readonly event: 'dropped'; readonly channel: Channel }
  | { readonly event: 'closed'; readonly reason: CloseReason }

/** The keys of `session` are the channel's from here on. */
export function channelOf(me: PartyId, peer: PartyId, session: Session): Channel {
  const { sendKey, receiveKey, binding } = session
  const inner = { sendKey, receiveKey, sending: 0n, receiving: 0n, partial: undefined }
  return { me, peer, binding, inner: once('channel', inner) }
}

/** Encrypts a message into records to be sent in this order. */
export function seal(
  from: Channel,
  { header, body }: Message,
): { readonly channel: Channel; readonly records: readonly Uint8Array[] } {
  if (header.from !== from.me || header.to !== from.peer)
    throw new UsageError(`expected a message from ${from.me} to ${from.peer}`)
  const { maxLength } = messageTypes[header.type]
  if (body.length > maxLength)
    throw new UsageError(`${header.type}: expected at most ${maxLength} bytes`)

  const headerBytes = encodeHeader(header)
  const content = concat(u32(body.length), body)
  const inner = from.inner.take()
  const records: Uint8Array[] = []
  let { sending } = inner
  for (let at = 0; at < content.length; at += CAPACITY) {
    const part = content.subarray(at, at + CAPACITY)
    const sealed = aeadSeal(inner.sendKey, nonce(sending), associatedData(headerBytes), part)
    records.push(concat(u64(sending), headerBytes, sealed))
    sending += 1n
  }
  return { channel: after(from, { ...inner, sending }), records }
}

/**
 * Takes what the transport delivered. Bytes that the peer did not seal change nothing and blame
 * nobody; bytes that it did seal, and that do not belong here, close the channel.
 */
export function open(to: Channel, record: Uint8Array): Opened {
  const inner = to.inner.take()
  // SECURITY: a frame that no record can be is not decrypted, hashed or copied. Test: src/wire/channel/record.test.ts "an oversize frame closes the channel and nothing is decrypted"
  if (record.length > MAX_RECORD) return closed(inner, 'oversize')
  if (record.length < CLEAR_LENGTH + TAG_LENGTH) return dropped(to, inner)
  const seq = toBigInt(record.subarray(0, SEQUENCE_LENGTH))
  const header = record.slice(SEQUENCE_LENGTH, CLEAR_LENGTH)
  const sealed = record.subarray(CLEAR_LENGTH)
  const content = aeadOpen(inner.receiveKey, nonce(seq), associatedData(header), sealed)
  if (!content) return dropped(to, inner)
  // SECURITY: an authentic record out of its turn is a replay, or hides one that is missing. Test: src/wire/channel/record.test.ts "a replayed record closes the channel"
  if (seq !== inner.receiving) return closed(inner, 'sequence')
  return accept(to, { ...inner, receiving: seq + 1n }, header, content)
}

/** Ends a connection and wipes its keys. */
export function close(channel: Channel): void {
  wipeInner(channel.inner.take())
}

function accept(to: Channel, inner: Inner, header: Uint8Array, content: Uint8Array): Opened {
  const parsed = parse(header)
  if (!parsed) return closed(inner, 'header')
  // SECURITY: a message speaks for the device at the other end only. Test: src/wire/channel/record.test.ts "a message in another party's name closes the channel"
  if (parsed.from !== to.peer || parsed.to !== to.me) return closed(inner, 'header')

  const partial = inner.partial ?? begin(header, content)
  if (!partial) return closed(inner, 'length')
  // SECURITY: a message is decrypted under one header from its first byte to its last. Test: src/wire/channel/record.test.ts "a record of another message in between closes the channel"
  if (!equalBytes(partial.header, header)) return closed(inner, 'header')
  // SECURITY: the type bounds what is kept in memory before a message is whole. Test: src/wire/channel/record.test.ts "a message longer than its type allows closes the channel with its first record"
  if (partial.total > messageTypes[parsed.type].maxLength) return closed(inner, 'oversize')

  const part = inner.partial ? content : content.slice(TOTAL_LENGTH)
  const room = inner.partial ? CAPACITY : CAPACITY - TOTAL_LENGTH
  const received = partial.received + part.length
  // A record is full unless it is the last: one message has one way to be cut.
  if (part.length !== Math.min(room, partial.total - partial.received))
    return closed(inner, 'length')

  const parts = [...partial.parts, part]
  if (received < partial.total)
    return {
      event: 'partial',
      channel: after(to, { ...inner, partial: { ...partial, received, parts } }),
    }
  const message = { header: parsed, body: concat(...parts) }
  return { event: 'message', channel: after(to, { ...inner, partial: undefined }), message }
}

function begin(header: Uint8Array, content: Uint8Array): Unfinished | undefined {
  if (content.length < TOTAL_LENGTH) return undefined
  const total = Number(toBigInt(content.subarray(0, TOTAL_LENGTH)))
  return { header, total, received: 0, parts: [] }
}

function parse(header: Uint8Array): Header | undefined {
  try {
    return decodeHeader(header)
  } catch {
    return undefined
  }
}

function nonce(seq: bigint): Uint8Array {
  return concat(u32(0), u64(seq))
}

function after(channel: Channel, inner: Inner): Channel {
  return { ...channel, inner: once('channel', inner) }
}

function dropped(channel: Channel, inner: Inner): Opened {
  return { event: 'dropped', channel: after(channel, inner) }
}

function closed(inner: Inner, reason: CloseReason): Opened {
  wipeInner(inner)
  return { event: 'closed', reason }
}

function wipeInner({ sendKey, receiveKey, partial }: Inner): void {
  wipe(sendKey, receiveKey, ...(partial?.parts ?? []))
}
