import { describe, expect, test } from 'vitest'
import { flip } from '../../test/deal.ts'
import { bit, idealOt } from '../../test/dkls.ts'
import { naiveReceive, rowBytes } from '../../test/naive-ot.ts'
import { DecodeError } from '../abort.ts'
import { H } from '../core/hash.ts'
import { toBigInt, u32 } from '../core/bytes.ts'
import { testRng } from '../testing.ts'
import { EXTENSION_LENGTH, extensionSid, receive, send } from './extension.ts'

const rng = testRng('extension')
const setup = idealOt(rng)
const osid = H('ote-sid', rng('osid', 32))
const choices = rng('beta', 52)
const mask = rng('mask', 16)

describe('OT extension', () => {
  test('rows differ by the choice times delta', () => {
    const { message, rows } = receive(osid, setup.asReceiver, choices, mask)
    const sent = send(osid, setup.asSender, message)
    expect(sent.consistent).toBe(true)
    const t = rowBytes(rows)
    const q = rowBytes(sent.rows)
    expect(t.length).toBe(416 * 16)
    for (let at = 0; at < t.length; at++) {
      const chosen = bit(choices, Math.floor(at / 16))
      expect(q[at]! ^ t[at]!).toBe(chosen * setup.asSender.delta[at % 16]!)
    }
  })

  test('the message is the one that the specification spells out', () => {
    const { message } = receive(osid, setup.asReceiver, choices, mask)
    expect(message).toEqual(naiveReceive(osid, setup.asReceiver, choices, mask))
    expect(message.length).toBe(10_768)
  })

  test('row 10: any single flipped bit fails', () => {
    const { message } = receive(osid, setup.asReceiver, choices, mask)
    const u = 8 * 8704
    const places = [
      0,
      u - 1,
      u,
      u + 127,
      u + 128,
      8 * EXTENSION_LENGTH - 1,
      ...Array.from({ length: 60 }, (_, i) => Math.floor((i * u) / 60) + 7 * i),
      ...Array.from({ length: 30 }, (_, i) => u + 4 * i),
      ...Array.from({ length: 60 }, (_, i) => u + 128 + 270 * i),
    ]
    for (const place of places)
      expect(send(osid, setup.asSender, flip(message, place)).consistent).toBe(false)
  })

  test('rows of choices that contradict each other are not given out', () => {
    const { message } = receive(osid, setup.asReceiver, choices, mask)
    for (const place of [0, 8 * 8704 + 31, 8 * EXTENSION_LENGTH - 1])
      expect(send(osid, setup.asSender, flip(message, place)).rows).toEqual(new Uint32Array(1664))
  })

  test('row 10: another name or another setup fails', () => {
    const { message } = receive(osid, setup.asReceiver, choices, mask)
    expect(send(H('ote-sid'), setup.asSender, message).consistent).toBe(false)
    expect(send(osid, idealOt(testRng('other')).asSender, message).consistent).toBe(false)
  })

  test('row 10: a cheating receiver passes exactly when it guesses the bit of delta', () => {
    // What makes one failed check worth burning the setup for.
    for (let i = 0; i < 64; i++) {
      const guess = (i & 1) as 0 | 1
      const row = 2 * i + ((i >> 1) & 1)
      const error = testRng('error')(`${i}`, 68)
      const message = naiveReceive(osid, setup.asReceiver, choices, mask, { row, error, guess })
      const { consistent } = send(osid, setup.asSender, message)
      expect(consistent).toBe(bit(setup.asSender.delta, row) === guess)
    }
  })

  test('row 4: one osid with two choices leaks their difference', () => {
    const other = rng('other beta', 52)
    const one = receive(osid, setup.asReceiver, choices, mask).message
    const two = receive(osid, setup.asReceiver, other, mask).message
    for (let i = 0; i < 128; i++) {
      const leak = one.slice(68 * i, 68 * i + 52).map((byte, at) => byte ^ two[68 * i + at]!)
      expect(leak).toEqual(choices.map((byte, at) => byte ^ other[at]!))
    }
  })

  test('row 4: no two extensions share an osid, even with a stuck nonce', () => {
    const nonce = new Uint8Array(32)
    const seen = new Set<bigint>()
    const runs = 100_000
    for (let i = 0; i < runs; i++) {
      // Attempts of one request, both directions, several setups.
      const hdr = H('sign-hdr', u32(i >> 3))
      const receiver = 1 + (i & 1)
      seen.add(toBigInt(extensionSid(hdr, (i >> 1) & 3, receiver, 3 - receiver, nonce)))
    }
    expect(seen.size).toBe(runs)
    const nonces = Array.from({ length: 100 }, (_, i) => rng(`n/${i}`, 32))
    expect(new Set(nonces.map((n) => toBigInt(extensionSid(osid, 0, 1, 2, n)))).size).toBe(100)
  })

  test('a message of another length is not looked at', () => {
    const { message } = receive(osid, setup.asReceiver, choices, mask)
    expect(() => send(osid, setup.asSender, message.slice(1))).toThrow(DecodeError)
  })
})
