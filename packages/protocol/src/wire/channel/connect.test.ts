import { bytesToHex } from '@noble/hashes/utils.js'
import { describe, expect, test, vi } from 'vitest'
import { DecodeError, UsageError } from '../../abort.ts'
import { ascii, concat, u8 } from '../../core/bytes.ts'
import { H } from '../../core/hash.ts'
import { dhKeys } from '../../core/x25519.ts'
import { testRng } from '../../testing.ts'
import { headerOf } from '../frame.ts'
import { type Step, type Terms, advance, answer, dial, readCall } from './connect.ts'
import { identityCard } from './identity.ts'
import { HandshakeError, startHandshake, writeMessage } from './noise.ts'
import { type Channel, type Message, open, seal } from './record.ts'

/** Every (key, nonce) that sealed something, as it was then: keys are wiped later. */
const sealedWith: string[] = vi.hoisted(() => [])
vi.mock(import('../../core/aead.ts'), async (original) => {
  const real = await original()
  return {
    ...real,
    aeadSeal(key, nonce, ad, plaintext) {
      sealedWith.push(`${bytesToHex(key)} ${bytesToHex(nonce)}`)
      return real.aeadSeal(key, nonce, ad, plaintext)
    },
  }
})

const long = process.env['TANDEM_LONG'] === '1'

function device(id: number, seed = `device ${id}`) {
  const rng = testRng(seed)
  const keys = dhKeys(rng('noise', 32))
  return { id, keys, card: identityCard(id, rng('identity', 32), keys.publicKey) }
}

const [one, two] = [device(1), device(2)]
const secret = testRng('link')('secret', 16)

const pairing = (me: ReturnType<typeof device>, peer: number, change: Partial<Terms> = {}): Terms =>
  ({ kind: 'pairing', me: me.id, peer, keys: me.keys, card: me.card, secret, ...change }) as Terms
const session = (me: ReturnType<typeof device>, peer: ReturnType<typeof device>): Terms => ({
  kind: 'session',
  me: me.id,
  peer: peer.id,
  keys: me.keys,
  peerNoisePk: peer.keys.publicKey,
})

/** Connects two ends; `tamper` sees every frame. */
function connect(
  caller: Terms,
  called: Terms,
  seed = 'connect',
  tamper = (frame: Uint8Array, _turn: number) => frame,
): { readonly caller: Step & { done: true }; readonly called: Step & { done: true } } {
  let turn = 0
  const frame = (step: Step) => tamper(step.send!, turn++)
  let near = dial(caller, testRng(`${seed} near`))
  let far = answer(called, frame(near), testRng(`${seed} far`))
  while (!near.done || !far.done) {
    if (!near.done) near = advance(near.connecting, frame(far), testRng(`${seed} near again`))
    if (!far.done) far = advance(far.connecting, frame(near), testRng(`${seed} far again`))
  }
  return { caller: near, called: far }
}

function deliver(from: Channel, to: Channel, message: Message) {
  const { channel, records } = seal(from, message)
  let at = to
  for (const record of records) {
    const opened = open(at, record)
    if (opened.event === 'closed' || opened.event === 'dropped') throw new Error(opened.event)
    at = opened.channel
    if (opened.event === 'message') return { from: channel, to: at, message: opened.message }
  }
  throw new Error('the message did not end')
}

const hello = (from: number, to: number, length = 3): Message => ({
  header: headerOf('hello', from, to),
  body: new Uint8Array(length).fill(from),
})

describe('connect', () => {
  test('a pairing tells each end who the other is, and opens a channel', () => {
    const { caller, called } = connect(pairing(one, 2), pairing(two, 1))
    expect(caller.pinned).toEqual({
      id: 2,
      identityPk: two.card.slice(1, 33),
      noisePk: two.keys.publicKey,
    })
    expect(called.pinned).toEqual({
      id: 1,
      identityPk: one.card.slice(1, 33),
      noisePk: one.keys.publicKey,
    })
    expect(caller.channel.binding).toEqual(called.channel.binding)
    const there = deliver(caller.channel, called.channel, hello(1, 2))
    expect(there.message).toEqual(hello(1, 2))
    expect(deliver(there.to, there.from, hello(2, 1)).message).toEqual(hello(2, 1))
  })

  test('a session opens a channel between pinned devices', () => {
    const { caller, called } = connect(session(one, two), session(two, one))
    expect([caller.pinned, called.pinned]).toEqual([undefined, undefined])
    expect(caller.channel.binding).toEqual(called.channel.binding)
    expect(deliver(called.channel, caller.channel, hello(2, 1)).message).toEqual(hello(2, 1))
  })

  test('every connection has its own binding and its own keys', () => {
    const runs = ['a', 'b', 'c'].map((seed) => connect(session(one, two), session(two, one), seed))
    const bindings = runs.map(({ caller }) => bytesToHex(caller.channel.binding))
    expect(new Set(bindings).size).toBe(3)
    const { records } = seal(runs[0]!.caller.channel, hello(1, 2))
    expect(open(runs[1]!.called.channel, records[0]!).event).toBe('dropped')
  })

  test('row 33: no key meets a nonce twice, over reconnects and both directions', () => {
    const [connections, rounds] = long ? [300, 200] : [10, 30]
    const before = sealedWith.length
    for (let i = 0; i < connections; i++) {
      const ends = connect(session(one, two), session(two, one), `connection ${i}`)
      let [near, far] = [ends.caller.channel, ends.called.channel]
      for (let j = 0; j < rounds; j++) {
        const there = deliver(near, far, hello(1, 2, j === 7 ? 32_000 : j))
        const back = deliver(there.to, there.from, {
          header: headerOf('request', 2, 1),
          body: new Uint8Array(j === 11 ? 140_000 : j),
        })
        ;[near, far] = [back.to, back.from]
      }
    }
    // Two in the handshake, and one record a message but for three.
    expect(sealedWith.length - before).toBe(connections * (2 + 2 * rounds + 2))
    expect(new Set(sealedWith).size).toBe(
      new Set(sealedWith.slice(0, before)).size + sealedWith.length - before,
    )
  })

  test('the first frame says what it opens, and by whom', () => {
    const call = (terms: Terms) => readCall(dial(terms, testRng('call')).send!)
    expect(call(pairing(one, 2))).toEqual({ kind: 'pairing' })
    expect(call(session(one, two))).toEqual({ kind: 'session', noisePk: one.keys.publicKey })
    for (const bad of [[], [0], [3], [2], [2, ...Array.from({ length: 31 }, () => 1)]])
      expect(() => readCall(Uint8Array.from(bad))).toThrow(DecodeError)
    expect(() => readCall(new Uint8Array(4097).fill(1))).toThrow(DecodeError)
  })

  test('the frames are the handshake messages behind their clear part', () => {
    const prologue = H('channel', ascii('KK'), u8(1), u8(2))
    const { message } = writeMessage(
      startHandshake({
        pattern: 'KK',
        initiator: true,
        prologue,
        keys: one.keys,
        peerKey: two.keys.publicKey,
      }),
      new Uint8Array(0),
      testRng('layout'),
    )
    expect(dial(session(one, two), testRng('layout')).send).toEqual(
      concat(u8(2), one.keys.publicKey, message),
    )
    const first = writeMessage(
      startHandshake({
        pattern: 'XXpsk3',
        initiator: true,
        prologue: H('channel', ascii('XXpsk3'), u8(1), u8(2)),
        keys: one.keys,
        psk: H('pairing-psk', secret),
      }),
      new Uint8Array(0),
      testRng('layout'),
    )
    expect(dial(pairing(one, 2), testRng('layout')).send).toEqual(concat(u8(1), first.message))
  })

  test.for<[string, Terms, Terms]>([
    ['another secret', pairing(one, 2), pairing(two, 1, { secret: new Uint8Array(16) })],
    ['a card of another device', pairing(one, 2, { card: two.card }), pairing(two, 1)],
    [
      'a card of another Noise key',
      pairing(one, 2, { card: device(1, 'x').card }),
      pairing(two, 1),
    ],
    ['a called device with another number', pairing(one, 2), pairing(device(3), 1)],
    ['a caller with another number', pairing(device(4), 2), pairing(two, 1)],
    ['a called device that expects another number', pairing(one, 2), pairing(two, 4)],
    ['the wrong device at the other end', session(one, two), session(device(2, 'x'), one)],
    ['a caller that is not pinned', session(device(1, 'x'), two), session(two, one)],
    ['both ends with one number', session({ ...one, id: 2 }, two), session(two, one)],
    ['a pairing that meets a session', pairing(one, 2), session(two, one)],
    ['a session that meets a pairing', session(one, two), pairing(two, 1)],
  ])('%s makes no channel', ([, caller, called]) => {
    expect(() => connect(caller, called)).toThrow(HandshakeError)
  })

  test('a call for another handshake is refused', () => {
    // The clear part says pairing, the rest is a session, and the other way round.
    const swap = (kind: number, from: number) => (frame: Uint8Array, turn: number) =>
      turn === 0 ? concat(u8(kind), frame.subarray(from)) : frame
    expect(() => connect(session(one, two), pairing(two, 1), 'a', swap(1, 33))).toThrow(
      HandshakeError,
    )
    const padded = (frame: Uint8Array, turn: number) =>
      turn === 0 ? concat(u8(2), one.keys.publicKey, frame.subarray(1)) : frame
    expect(() => connect(pairing(one, 2), session(two, one), 'a', padded)).toThrow(HandshakeError)
  })

  test('connections that are crossed over do not come about', () => {
    const [three, four] = [device(3), device(4)]
    const a = dial(session(one, two), testRng('a'))
    const b = dial(session(three, four), testRng('b'))
    expect(() => answer(session(four, three), a.send!, testRng('c'))).toThrow(HandshakeError)
    expect(() => answer(session(two, one), b.send!, testRng('d'))).toThrow(HandshakeError)
    const [toOne, toThree] = [
      answer(session(two, one), a.send!, testRng('e')),
      answer(session(four, three), b.send!, testRng('f')),
    ]
    if (a.done || b.done) throw new Error('too early')
    expect(() => advance(a.connecting, toThree.send!, testRng('g'))).toThrow(HandshakeError)
    expect(() => advance(b.connecting, toOne.send!, testRng('h'))).toThrow(HandshakeError)
  })

  test('a replayed call is answered, and no record of the recorded channel opens', () => {
    const recorded: Uint8Array[] = []
    const first = connect(session(one, two), session(two, one), 'first', (frame) => {
      recorded.push(frame)
      return frame
    })
    const { records } = seal(first.caller.channel, hello(1, 2))
    const replayed = answer(session(two, one), recorded[0]!, testRng('second far'))
    if (!replayed.done) throw new Error('expected a channel')
    expect(open(replayed.channel, records[0]!).event).toBe('dropped')
  })

  test('a frame that is cut, longer or changed makes no channel', () => {
    const changes: ((frame: Uint8Array) => Uint8Array)[] = [
      (frame) => frame.subarray(0, -1),
      (frame) => concat(frame, u8(0)),
      (frame) => frame.map((byte, at) => (at === frame.length - 1 ? byte ^ 1 : byte)),
      (frame) => frame.map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
      () => new Uint8Array(0),
      () => new Uint8Array(5000),
    ]
    for (const [turns, caller, called] of [
      [3, pairing(one, 2), pairing(two, 1)],
      [2, session(one, two), session(two, one)],
    ] as const)
      for (let turn = 0; turn < turns; turn++)
        for (const change of changes)
          expect(() =>
            connect(caller, called, 'bad', (frame, at) => (at === turn ? change(frame) : frame)),
          ).toThrow(HandshakeError)
  })

  test('a payload where none belongs makes no channel', () => {
    const loud = startHandshake({
      pattern: 'KK',
      initiator: true,
      prologue: H('channel', ascii('KK'), u8(1), u8(2)),
      keys: one.keys,
      peerKey: two.keys.publicKey,
    })
    const { message } = writeMessage(loud, u8(1), testRng('loud'))
    const frame = concat(u8(2), one.keys.publicKey, message)
    expect(() => answer(session(two, one), frame, testRng('far'))).toThrow(HandshakeError)
  })

  test('a secret or a card of another length is a mistake of the caller', () => {
    expect(() => dial(pairing(one, 2, { secret: new Uint8Array(15) }), testRng('a'))).toThrow(
      UsageError,
    )
    expect(() => dial(pairing(one, 2, { card: new Uint8Array(96) }), testRng('a'))).toThrow(
      UsageError,
    )
  })
})
