import { bytesToHex } from '@noble/hashes/utils.js'
import * as fc from 'fast-check'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../../abort.ts'
import * as aead from '../../core/aead.ts'
import { EMPTY, concat, u32, u64 } from '../../core/bytes.ts'
import { testRng } from '../../testing.ts'
import { associatedData, encodeHeader, headerOf } from '../frame.ts'
import { type MessageType, allMessageTypes, messageTypes } from '../message-types.ts'
import {
  type Channel,
  MAX_RECORD,
  type Message,
  type Opened,
  RECORD_OVERHEAD,
  channelOf,
  close,
  open,
  seal,
} from './record.ts'

vi.mock(import('../../core/aead.ts'), { spy: true })

const long = process.env['TANDEM_LONG'] === '1'

/** Two ends of a connection, and the keys that only a cheating peer would use by hand. */
function pair(seed = 'channel') {
  const key = (label: string) => testRng(seed)(label, 32)
  const session = (sendKey: string, receiveKey: string) => ({
    sendKey: key(sendKey),
    receiveKey: key(receiveKey),
    binding: key('binding'),
    peerKey: key('peer'),
  })
  const sessions = { device: session('d', 'c'), cosigner: session('c', 'd') }
  return {
    device: channelOf(1, 2, sessions.device),
    cosigner: channelOf(2, 1, sessions.cosigner),
    sessions,
  }
}

function message(type: MessageType, body: Uint8Array, from = 1, to = 2): Message {
  return { header: headerOf(type, from, to, { attempt: 7, index: 1, epoch: 3 }), body }
}

const text = (fill: number, length = 20) => new Uint8Array(length).fill(fill)

/** Seals `content` as the device's record number `seq`, by hand. */
function record(seq: bigint, content: Uint8Array, header = headerOf('F1', 1, 2), seed = 'channel') {
  const bytes = encodeHeader(header)
  const nonce = concat(u32(0), u64(seq))
  const sealed = aead.aeadSeal(testRng(seed)('d', 32), nonce, associatedData(bytes), content)
  return concat(u64(seq), bytes, sealed)
}

function whole(body: Uint8Array): Uint8Array {
  return concat(u32(body.length), body)
}

/** Opens records one after the other; stops where the channel closes. */
function openAll(channel: Channel, records: readonly Uint8Array[]): Opened[] {
  const all: Opened[] = []
  let at: Channel | undefined = channel
  for (const one of records) {
    if (!at) break
    const opened = open(at, one)
    all.push(opened)
    at = opened.event === 'closed' ? undefined : opened.channel
  }
  return all
}

const events = (all: readonly Opened[]) =>
  all.map((one) => (one.event === 'closed' ? `closed: ${one.reason}` : one.event))

beforeEach(() => {
  vi.mocked(aead.aeadSeal).mockClear()
  vi.mocked(aead.aeadOpen).mockClear()
})

describe('record', () => {
  test('one record is the sequence number, the header and the sealed body, byte for byte', () => {
    const { device } = pair()
    const one = message('F4', text(5, 65))
    const { channel, records } = seal(device, one)
    expect(records).toEqual([record(0n, whole(text(5, 65)), one.header)])
    expect(records[0]!.length).toBe(65 + RECORD_OVERHEAD)
    expect(seal(channel, one).records).toEqual([record(1n, whole(text(5, 65)), one.header)])
    expect(bytesToHex(records[0]!.subarray(0, 12))).toBe('000000000000000013000000')
  })

  test('a signature costs at most 103 000 bytes with headers and tags, each flow in one record', () => {
    let { device } = pair()
    let bytes = 0
    for (const type of ['F1', 'F2', 'F3', 'F4'] as const) {
      const sealed = seal(device, message(type, new Uint8Array(messageTypes[type].maxLength)))
      device = sealed.channel
      expect(sealed.records.length).toBe(1)
      bytes += sealed.records[0]!.length
    }
    expect(bytes).toBe(102_249 + 4 * RECORD_OVERHEAD)
    expect(bytes).toBeLessThanOrEqual(103_000)
  })

  test('every message arrives as it was sent, in both directions, whatever its length', () => {
    let { device, cosigner } = pair()
    const lengths = [0, 1, 65_446, 65_447, 65_448, 130_897, 130_898, 130_899, 1_048_576]
    for (const length of lengths) {
      for (const from of [1, 2]) {
        const body = testRng(`${length}`)('body', 255)
        const one = message(
          'request',
          new Uint8Array(length).map((_, i) => body[i % 255]!),
          from,
          3 - from,
        )
        const [sender, receiver] = from === 1 ? [device, cosigner] : [cosigner, device]
        const { channel, records } = seal(sender, one)
        expect(
          records.every((each, at) => each.length === MAX_RECORD || at === records.length - 1),
        ).toBe(true)
        const all = openAll(receiver, records)
        const last = all.at(-1)!
        expect(last).toMatchObject({ event: 'message', message: one })
        expect(events(all.slice(0, -1))).toEqual(records.slice(1).map(() => 'partial'))
        const next = last.event === 'closed' ? receiver : last.channel
        ;[device, cosigner] = from === 1 ? [channel, next] : [next, channel]
      }
    }
  })

  test('row 32: ten thousand random frames change nothing, and an authentic one does', () => {
    let { device, cosigner } = pair()
    const rng = testRng('noise')
    const start = seal(device, message('F1', text(1)))
    device = start.channel
    const first = open(cosigner, start.records[0]!)
    if (first.event !== 'message') throw new Error(first.event)
    cosigner = first.channel
    const base = start.records[0]!
    for (let i = 0; i < 10_000; i++) {
      // Half of them are random to the last byte, half an authentic record with a few bytes changed.
      const bytes = rng(`${i}`, 200)
      const frame = i % 2 === 0 ? bytes.subarray(0, bytes[0]) : base.slice()
      if (i % 2 === 1) frame[bytes[1]! % frame.length]! ^= 1 + (bytes[2]! % 255)
      const opened = open(cosigner, frame)
      if (opened.event !== 'dropped') throw new Error(opened.event)
      cosigner = opened.channel
    }
    const sent = seal(device, message('F1', text(2)))
    const opened = open(cosigner, sent.records[0]!)
    expect(opened).toMatchObject({ event: 'message', message: { body: text(2) } })
    if (opened.event !== 'message') throw new Error(opened.event)
    // The control: it moved the counter, so the very same bytes are a replay now.
    expect(events([open(opened.channel, sent.records[0]!)])).toEqual(['closed: sequence'])
  })

  test('a channel that sealed or opened is spent', () => {
    const { device, cosigner } = pair()
    const { records } = seal(device, message('F1', text(1)))
    expect(() => seal(device, message('F1', text(2)))).toThrow(UsageError)
    expect(() => open(device, records[0]!)).toThrow(UsageError)
    open(cosigner, records[0]!)
    expect(() => open(cosigner, records[0]!)).toThrow(UsageError)
    expect(() => seal(cosigner, message('F2', text(1), 2, 1))).toThrow(UsageError)
    expect(() => close(cosigner)).toThrow(UsageError)
  })

  test('a replayed record closes the channel', () => {
    const { device, cosigner } = pair()
    const { records } = seal(device, message('F1', text(1)))
    expect(events(openAll(cosigner, [...records, ...records]))).toEqual([
      'message',
      'closed: sequence',
    ])
  })

  test('a missing record closes the channel', () => {
    const { device, cosigner } = pair()
    const first = seal(device, message('F1', text(1)))
    const second = seal(first.channel, message('F1', text(2)))
    expect(events(openAll(cosigner, second.records))).toEqual(['closed: sequence'])
  })

  test('records in another order close the channel', () => {
    const { device, cosigner } = pair()
    const { records } = seal(device, message('request', text(1, 200_000)))
    const [a, b, c, d] = records as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    expect(events(openAll(cosigner, [a, c, b, d]))).toEqual(['partial', 'closed: sequence'])
  })

  test('a record that is cut, longer, or changed in any byte is dropped, and the next one still opens', () => {
    const { device, cosigner } = pair()
    const one = seal(device, message('F4', text(1, 65))).records[0]!
    const bad = [
      ...Array.from(one, (_, at) => one.map((byte, i) => (i === at ? byte ^ 0x80 : byte))),
      ...Array.from(one, (_, at) => one.subarray(0, at)),
      concat(one, Uint8Array.of(0)),
    ]
    const all = openAll(cosigner, [...bad, one])
    expect(events(all)).toEqual([...bad.map(() => 'dropped'), 'message'])
  })

  test('a record of another connection or of the other direction is dropped', () => {
    const { device, cosigner } = pair()
    const other = pair('another connection')
    const foreign = seal(other.device, message('F1', text(1))).records[0]!
    const { channel, records } = seal(cosigner, message('F2', text(1), 2, 1))
    expect(events([open(channel, foreign)])).toEqual(['dropped'])
    // Reflected to its sender.
    const own = pair().cosigner
    expect(events([open(own, records[0]!)])).toEqual(['dropped'])
    expect(events([open(device, records[0]!)])).toEqual(['message'])
  })

  test('an oversize frame closes the channel and nothing is decrypted', () => {
    for (const length of [MAX_RECORD + 1, 64 << 20]) {
      const { cosigner, sessions } = pair()
      expect(events([open(cosigner, new Uint8Array(length))])).toEqual(['closed: oversize'])
      expect(sessions.cosigner.receiveKey).toEqual(new Uint8Array(32))
    }
    expect(aead.aeadOpen).not.toHaveBeenCalled()
    const { cosigner } = pair()
    expect(events([open(cosigner, new Uint8Array(MAX_RECORD))])).toEqual(['dropped'])
    expect(aead.aeadOpen).toHaveBeenCalledTimes(1)
  })

  test('a message longer than its type allows closes the channel with its first record', () => {
    for (const type of allMessageTypes) {
      const { maxLength } = messageTypes[type]
      const header = headerOf(type, 1, 2)
      const content = (total: number) =>
        concat(u32(total), new Uint8Array(Math.min(total, MAX_RECORD - RECORD_OVERHEAD)))
      const most = open(pair().cosigner, record(0n, content(maxLength), header))
      expect(['message', 'partial']).toContain(most.event)
      expect(events([open(pair().cosigner, record(0n, content(maxLength + 1), header))])).toEqual([
        'closed: oversize',
      ])
    }
    expect(
      events([open(pair().cosigner, record(0n, concat(u32(0xffffffff), text(0, 10))))]),
    ).toEqual(['closed: oversize'])
  })

  test("a message in another party's name closes the channel", () => {
    for (const [from, to] of [
      [2, 1],
      [3, 2],
      [1, 3],
      [0, 0],
    ] as const) {
      const bytes = record(0n, whole(text(1)), headerOf('F1', from, to))
      expect(events([open(pair().cosigner, bytes)])).toEqual(['closed: header'])
    }
  })

  test('a type that does not exist closes the channel', () => {
    const bytes = encodeHeader(headerOf('F1', 1, 2))
    bytes[0] = 0xee
    const key = testRng('channel')('d', 32)
    const sealed = aead.aeadSeal(key, new Uint8Array(12), associatedData(bytes), whole(text(1)))
    expect(events([open(pair().cosigner, concat(u64(0n), bytes, sealed))])).toEqual([
      'closed: header',
    ])
  })

  test('a record of another message in between closes the channel', () => {
    const { device, cosigner } = pair()
    const { records } = seal(device, message('request', text(1, 70_000)))
    const changed = headerOf('request', 1, 2, { attempt: 8, index: 1, epoch: 3 })
    const stray = record(1n, text(1, 70_000 - (MAX_RECORD - RECORD_OVERHEAD)), changed)
    expect(events(openAll(cosigner, [records[0]!, stray]))).toEqual(['partial', 'closed: header'])
  })

  test.for<[string, readonly Uint8Array[]]>([
    ['no length', [text(0, 3)]],
    ['no content', [EMPTY]],
    [
      'fewer bytes than the length says, in a record that is not full',
      [concat(u32(100), text(1, 99))],
    ],
    ['more bytes than the length says', [concat(u32(100), text(1, 101))]],
    ['a short record in the middle', [concat(u32(70_000), text(1, 60_000)), text(1, 10_000)]],
    ['a last record that is too long', [concat(u32(70_000), text(1, 65_447)), text(1, 4_554)]],
    ['a last record that is too short', [concat(u32(70_000), text(1, 65_447)), text(1, 4_552)]],
    ['a last record that is empty', [concat(u32(70_000), text(1, 65_447)), EMPTY]],
  ])('a message with %s closes the channel', ([, contents]) => {
    const header = headerOf('request', 1, 2)
    const records = contents.map((content, at) => record(BigInt(at), content, header))
    expect(events(openAll(pair().cosigner, records)).at(-1)).toBe('closed: length')
  })

  test('closing wipes both keys', () => {
    const one = pair()
    close(one.device)
    const other = pair()
    openAll(other.cosigner, [record(1n, whole(text(1)))])
    for (const { sendKey, receiveKey } of [one.sessions.device, other.sessions.cosigner])
      expect([sendKey, receiveKey]).toEqual([new Uint8Array(32), new Uint8Array(32)])
  })

  test('a sender refuses what no receiver would take', () => {
    expect(() => seal(pair().device, message('cancel', text(1, 257)))).toThrow(UsageError)
    expect(() => seal(pair().device, message('F1', text(1), 2, 1))).toThrow(UsageError)
    expect(() => seal(pair().device, message('F1', text(1), 1, 3))).toThrow(UsageError)
  })

  test('any split of a stream of messages into directions arrives in order', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.boolean(), fc.nat({ max: 140_000 })), { maxLength: 8 }),
        (script) => {
          let ends = pair()
          for (const [at, [forward, length]] of script.entries()) {
            const one = message('request', text(at, length), forward ? 1 : 2, forward ? 2 : 1)
            const { channel, records } = seal(forward ? ends.device : ends.cosigner, one)
            const last = openAll(forward ? ends.cosigner : ends.device, records).at(-1)!
            expect(last).toMatchObject({ event: 'message', message: one })
            if (last.event !== 'message') throw new Error(last.event)
            ends = forward
              ? { ...ends, device: channel, cosigner: last.channel }
              : { ...ends, cosigner: channel, device: last.channel }
          }
        },
      ),
      { numRuns: long ? 500 : 20 },
    )
  })
})
