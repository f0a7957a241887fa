import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { UsageError } from '../../abort.ts'
import { aeadOpen, aeadSeal } from '../../core/aead.ts'
import { EMPTY, concat } from '../../core/bytes.ts'
import * as x25519 from '../../core/x25519.ts'
import { ownVectors } from '../../../test/vectors.ts'
import type { Rng } from '../../rng.ts'
import { testRng } from '../../testing.ts'
import {
  type Handshake,
  HandshakeError,
  type Pattern,
  type Start,
  finishHandshake,
  readMessage,
  startHandshake,
  whoseTurn,
  writeMessage,
} from './noise.ts'

vi.mock(import('../../core/x25519.ts'), { spy: true })

const { dhKeys } = x25519
const rng = (seed: string): Rng => testRng(seed)
const key = (seed: string) => dhKeys(testRng(seed)('key', 32))

type Ends = { readonly initiator: Handshake; readonly responder: Handshake }

function ends(
  pattern: Pattern,
  change: { readonly initiator?: Partial<Start>; readonly responder?: Partial<Start> } = {},
): Ends {
  const start = (initiator: boolean): Start => {
    const [keys, peer] = initiator ? [key('i'), key('r')] : [key('r'), key('i')]
    const common = { initiator, prologue: Uint8Array.of(1), keys }
    return pattern === 'KK'
      ? { ...common, pattern, peerKey: peer.publicKey }
      : { ...common, pattern, psk: new Uint8Array(32).fill(5) }
  }
  return {
    initiator: startHandshake({ ...start(true), ...change.initiator } as Start),
    responder: startHandshake({ ...start(false), ...change.responder } as Start),
  }
}

/** Runs a handshake to its end; `tamper` sees every message. */
function run(
  { initiator, responder }: Ends,
  tamper = (message: Uint8Array, _turn: number) => message,
) {
  let [mine, theirs] = [initiator, responder]
  for (let turn = 0; whoseTurn(mine) !== 'done'; turn++) {
    const sent = writeMessage(mine, EMPTY, rng(`noise ${turn}`))
    const read = readMessage(theirs, tamper(sent.message, turn))
    ;[mine, theirs] = [read.handshake, sent.handshake]
    if (whoseTurn(mine) === 'done') break
  }
  const [i, r] = mine.initiator ? [mine, theirs] : [theirs, mine]
  return { initiator: finishHandshake(i), responder: finishHandshake(r) }
}

const patterns = ['XXpsk3', 'KK'] as const

describe('noise', () => {
  const vectors = ownVectors('noise/vectors.txt')
    .trim()
    .split('\n\n')
    .map(
      (block) =>
        new Map(block.split('\n').map((line) => [line.split('=')[0]!, line.split('=')[1]!])),
    )

  test('published vectors: there are four of each handshake', () => {
    const names = vectors.map((vector) => vector.get('handshake'))
    expect(names.filter((name) => name === 'Noise_KK_25519_ChaChaPoly_SHA256').length).toBe(4)
    expect(names.filter((name) => name === 'Noise_XXpsk3_25519_ChaChaPoly_SHA256').length).toBe(4)
  })

  test.for(vectors.map((vector, at) => [at, vector.get('handshake')!, vector] as const))(
    'published vector %i of %s: every message is the same bytes',
    ([, name, vector]) => {
      const bytes = (field: string) => hexToBytes(vector.get(field) ?? '')
      const [i, r] = [dhKeys(bytes('init_static')), dhKeys(bytes('resp_static'))]
      const start = (initiator: boolean): Start => {
        const common = { initiator, prologue: bytes('prologue'), keys: initiator ? i : r }
        return name.includes('_KK_')
          ? { ...common, pattern: 'KK', peerKey: (initiator ? r : i).publicKey }
          : { ...common, pattern: 'XXpsk3', psk: bytes('preshared_key') }
      }
      const ephemeral: Record<string, Uint8Array> = {
        true: bytes('gen_init_ephemeral'),
        false: bytes('gen_resp_ephemeral'),
      }
      let [mine, theirs] = [startHandshake(start(true)), startHandshake(start(false))]
      let turn = 0
      for (; ; turn++) {
        const payload = bytes(`msg_${turn}_payload`)
        const sent = writeMessage(mine, payload, () => ephemeral[String(mine.initiator)]!.slice())
        expect(bytesToHex(sent.message)).toBe(vector.get(`msg_${turn}_ciphertext`))
        const read = readMessage(theirs, sent.message)
        expect(read.payload).toEqual(payload)
        ;[mine, theirs] = [read.handshake, sent.handshake]
        if (whoseTurn(mine) === 'done') break
      }
      const [i1, r1] = mine.initiator ? [mine, theirs] : [theirs, mine]
      const [one, other] = [finishHandshake(i1), finishHandshake(r1)]
      expect(one.binding).toEqual(other.binding)
      // What follows are two transport messages of Noise itself, the first by the initiator.
      for (const [at, sendKey, receiveKey] of [
        [turn + 1, one.sendKey, other.receiveKey],
        [turn + 2, other.sendKey, one.receiveKey],
      ] as const) {
        const sealed = aeadSeal(sendKey, new Uint8Array(12), EMPTY, bytes(`msg_${at}_payload`))
        expect(bytesToHex(sealed)).toBe(vector.get(`msg_${at}_ciphertext`))
        expect(aeadOpen(receiveKey, new Uint8Array(12), EMPTY, sealed)).toEqual(
          bytes(`msg_${at}_payload`),
        )
      }
      expect(vector.has(`msg_${turn + 2}_ciphertext`)).toBe(true)
      expect(vector.has(`msg_${turn + 3}_ciphertext`)).toBe(false)
    },
  )

  test.for(patterns)(
    '%s: both ends get the same keys, crossed, and learn the other static key',
    (pattern) => {
      const { initiator, responder } = run(ends(pattern))
      expect(initiator.sendKey).toEqual(responder.receiveKey)
      expect(initiator.receiveKey).toEqual(responder.sendKey)
      expect(initiator.sendKey).not.toEqual(initiator.receiveKey)
      expect(initiator.binding).toEqual(responder.binding)
      expect(initiator.peerKey).toEqual(key('r').publicKey)
      expect(responder.peerKey).toEqual(key('i').publicKey)
    },
  )

  test.for<[string, Pattern, Parameters<typeof ends>[1]]>([
    ['another psk', 'XXpsk3', { responder: { psk: new Uint8Array(32).fill(6) } }],
    ['another prologue', 'XXpsk3', { responder: { prologue: Uint8Array.of(2) } }],
    ['another prologue', 'KK', { responder: { prologue: Uint8Array.of(2) } }],
    ['a wrong static key of the responder', 'KK', { initiator: { peerKey: key('x').publicKey } }],
    ['a wrong static key of the initiator', 'KK', { responder: { peerKey: key('x').publicKey } }],
    ['an impostor as initiator', 'KK', { initiator: { keys: key('x') } }],
    ['an impostor as responder', 'KK', { responder: { keys: key('x') } }],
    [
      'a pattern without the psk',
      'XXpsk3',
      { responder: { pattern: 'KK', peerKey: key('i').publicKey } },
    ],
    [
      'a pattern without pinned keys',
      'KK',
      { responder: { pattern: 'XXpsk3', psk: new Uint8Array(32) } },
    ],
    ['a static key of low order', 'KK', { initiator: { peerKey: new Uint8Array(32) } }],
    ['a static key of another length', 'KK', { initiator: { peerKey: new Uint8Array(31) } }],
  ])('%s ends %s', ([, pattern, change]) => {
    expect(() => run(ends(pattern, change))).toThrow(HandshakeError)
  })

  test.for(patterns)('%s: a changed, a cut and a longer message end it', (pattern) => {
    const turns = pattern === 'KK' ? 2 : 3
    for (let turn = 0; turn < turns; turn++) {
      const on = (change: (message: Uint8Array) => Uint8Array) => () =>
        run(ends(pattern), (message, at) => (at === turn ? change(message) : message))
      for (const at of [0, 31, 32, 40, -1]) {
        const flip = (message: Uint8Array) =>
          message.map((byte, i) => (i === (at + message.length) % message.length ? byte ^ 1 : byte))
        expect(on(flip)).toThrow(HandshakeError)
      }
      expect(on((message) => message.subarray(1))).toThrow(HandshakeError)
      expect(on((message) => message.subarray(0, 20))).toThrow(HandshakeError)
      expect(on((message) => concat(message, Uint8Array.of(0)))).toThrow(HandshakeError)
      expect(on(() => EMPTY)).toThrow(HandshakeError)
    }
    run(ends(pattern), (message) => message)
  })

  test.for(patterns)('%s: an ephemeral key of low order ends it', (pattern) => {
    const lowOrder = [
      '00',
      '01',
      'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
      'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
      '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    ]
    for (const hex of lowOrder) {
      const point = hexToBytes(hex.padEnd(64, '0'))
      const replace = (message: Uint8Array, turn: number) =>
        turn === 1 ? concat(point, message.subarray(32)) : message
      vi.mocked(x25519.dh).mockClear()
      expect(() => run(ends(pattern), replace)).toThrow(HandshakeError)
      expect(vi.mocked(x25519.dh).mock.results.at(-1)).toEqual({ type: 'return', value: undefined })
    }
  })

  test('a replayed handshake gives the one who replays it no keys', () => {
    const { initiator, responder } = ends('KK')
    const recorded = writeMessage(initiator, EMPTY, rng('first')).message
    const first = readMessage(responder, recorded)
    const again = readMessage(ends('KK').responder, recorded)
    const one = writeMessage(first.handshake, EMPTY, rng('a'))
    const other = writeMessage(again.handshake, EMPTY, rng('b'))
    expect(one.message).not.toEqual(other.message)
    expect(finishHandshake(one.handshake).sendKey).not.toEqual(
      finishHandshake(other.handshake).sendKey,
    )
    expect(() => readMessage(ends('KK').initiator, other.message)).toThrow(UsageError)
  })

  test('a handshake goes on once', () => {
    const { initiator, responder } = ends('XXpsk3')
    const { message } = writeMessage(initiator, EMPTY, rng('a'))
    expect(() => writeMessage(initiator, EMPTY, rng('b'))).toThrow(UsageError)
    readMessage(responder, message)
    expect(() => readMessage(responder, message)).toThrow(UsageError)
  })

  test('no side speaks or finishes out of turn', () => {
    const { initiator, responder } = ends('KK')
    expect(() => writeMessage(responder, EMPTY, rng('a'))).toThrow(UsageError)
    expect(() => readMessage(initiator, EMPTY)).toThrow(UsageError)
    expect(() => finishHandshake(initiator)).toThrow(UsageError)
  })

  test('secrets are wiped when a handshake ends, well or badly', () => {
    for (const tamper of [(message: Uint8Array) => message, () => EMPTY]) {
      const psk = new Uint8Array(32).fill(5)
      const drawn: Uint8Array[] = []
      const { initiator, responder } = ends('XXpsk3', { responder: { psk } })
      const keep: Rng = (label, length) => {
        const bytes = testRng('x')(label, length)
        drawn.push(bytes)
        return bytes
      }
      const first = writeMessage(initiator, EMPTY, rng('i'))
      const second = writeMessage(readMessage(responder, first.message).handshake, EMPTY, keep)
      const third = writeMessage(
        readMessage(first.handshake, second.message).handshake,
        EMPTY,
        rng('i2'),
      )
      const last = () =>
        finishHandshake(readMessage(second.handshake, tamper(third.message)).handshake)
      const outcome = tamper(psk).length > 0 ? 'ends' : 'fails'
      if (outcome === 'ends') last()
      else expect(last).toThrow(HandshakeError)
      expect(psk).toEqual(new Uint8Array(32))
      expect(drawn).toEqual([new Uint8Array(32)])
      // The long-lived key stays.
      expect(key('r').secret).not.toEqual(new Uint8Array(32))
    }
  })

  describe('before authentication', () => {
    beforeEach(() => {
      vi.mocked(x25519.dh).mockClear()
    })

    test('a handshake message above 4 KiB costs nothing', () => {
      const message = writeMessage(
        ends('KK').initiator,
        new Uint8Array(4096 - 48),
        rng('a'),
      ).message
      expect(message.length).toBe(4096)
      vi.mocked(x25519.dh).mockClear()
      expect(readMessage(ends('KK').responder, message).payload.length).toBe(4048)
      expect(x25519.dh).toHaveBeenCalledTimes(2)
      vi.mocked(x25519.dh).mockClear()
      expect(() => readMessage(ends('KK').responder, concat(message, Uint8Array.of(0)))).toThrow(
        HandshakeError,
      )
      expect(x25519.dh).not.toHaveBeenCalled()
    })
  })
})
