import { readFileSync, readdirSync } from 'node:fs'
import { expand_message_xmd } from '@noble/curves/abstract/hash-to-curve.js'
import { ristretto255_hasher } from '@noble/curves/ed25519.js'
import { bytesToHex } from '@noble/curves/utils.js'
import { sha512 } from '@noble/hashes/sha2.js'
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { DecodeError } from '../abort.ts'
import { ascii, concat, equalBytes, u16, u8 } from '../core/bytes.ts'
import { H, expandToPoint } from '../core/hash.ts'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import { type Ristretto, nobleRistretto } from '../core/ristretto.ts'
import { oncePerLabel } from '../rng.ts'
import { testRng } from '../testing.ts'
import {
  BASE_OTS,
  baseSid,
  checkBotA,
  checkBotR,
  receiverFinish,
  receiverInit,
  senderFinish,
  senderInit,
} from './base.ts'

let group: Ristretto
beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
})

const sid = H('dkg-sid2', ascii('test'))
const bsid = baseSid(sid, 1, 2)
const part = (bytes: Uint8Array, index: number) => bytes.slice(32 * index, 32 * index + 32)
const bit = (bytes: Uint8Array, index: number) => (bytes[index >> 3]! >> (index & 7)) & 1

function run(on: Ristretto, seed: string) {
  const sender = senderInit(on, testRng(`${seed}/sender`))
  const receiver = receiverInit(on, bsid, testRng(`${seed}/receiver`))
  const keys = senderFinish(on, bsid, sender, receiver.botR, 'botR')
  const chosen = receiverFinish(on, bsid, receiver, sender.botA)
  return { sender, receiver, keys, chosen }
}

/** What a receiver that draws the other point as ρ·G would compute, were H2C's logarithm known. */
function stealOther(on: Ristretto, seed: string) {
  const sender = senderInit(on, testRng(`${seed}/sender`))
  const rng = testRng(`${seed}/receiver`)
  const receiver = receiverInit(on, bsid, rng)
  const { delta, botR } = receiver
  let stolen = 0
  const keys = senderFinish(on, bsid, sender, botR, 'botR')
  for (let i = 0; i < BASE_OTS; i++) {
    const c = bit(delta, i)
    const s = [part(botR, 2 * i), part(botR, 2 * i + 1)] as const
    const hash = expandToPoint(c === 0 ? 'bot-1' : 'bot-0', bsid, u16(i), s[c]!)
    // y = ρ·G + η·G, so a·y = ρ·A + η·A with η the logarithm that a bad hash gives away.
    const A = part(sender.botA, i)
    const y = on.add(on.times(on.reduce(rng(`bot-rho/${i}`, 64)), A), on.times(on.reduce(hash), A))
    const guess = H('bot-key', bsid, u16(i), u8(1 - c), A, s[0], s[1], y)
    if (equalBytes(guess, part(c === 0 ? keys.k1 : keys.k0, i))) stolen++
  }
  return stolen
}

describe('base OT', () => {
  test('the receiver gets the key of its choice and not the other', () => {
    const { keys, chosen } = run(group, 'honest')
    for (let i = 0; i < BASE_OTS; i++) {
      const [mine, other] = bit(chosen.delta, i) ? [keys.k1, keys.k0] : [keys.k0, keys.k1]
      expect(part(chosen.k, i)).toEqual(part(mine, i))
      expect(part(chosen.k, i)).not.toEqual(part(other, i))
    }
  })

  test('libsodium and noble give the same bytes', () => {
    const [fast, reference] = [run(group, 'same'), run(nobleRistretto, 'same')]
    expect(fast.sender.botA).toEqual(reference.sender.botA)
    expect(fast.receiver.botR).toEqual(reference.receiver.botR)
    expect(fast.keys).toEqual(reference.keys)
    expect(fast.chosen).toEqual(reference.chosen)
  })

  test("the hash to the group is RFC 9380's", () => {
    const message = concat(bsid, u16(7), part(run(group, 'hash').sender.botA, 0))
    const dst = 'tandem-dkls23-v1/bot-1'
    const uniform = expandToPoint('bot-1', bsid, u16(7), message.slice(34))
    expect(uniform).toEqual(expand_message_xmd(message, ascii(dst), 64, sha512))
    const reference = ristretto255_hasher.hashToCurve(message, { DST: dst })
    expect(bytesToHex(group.fromUniform(uniform))).toBe(reference.toHex())
  })

  test('row 5: a receiver that knows its logarithms cannot derive the other key', () => {
    const weak: Ristretto = { ...group, fromUniform: (hash) => group.timesBase(group.reduce(hash)) }
    expect(stealOther(weak, 'steal')).toBe(BASE_OTS)
    expect(stealOther(group, 'steal')).toBe(0)
  })

  test('row 5: no source file makes a point from a hash by multiplying the base', () => {
    const forbidden =
      /(BASE|base)\s*\.multiply(Unsafe)?\(\s*(H2S|H|hash|sha|toBigInt)|timesBase\(\s*(suite,\s*)?(H2S|H512|H|group\.reduce\(\s*(H|expand))/
    const root = new URL('..', import.meta.url)
    const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    expect(sources.length).toBeGreaterThan(10)
    const found = sources.filter((file) =>
      forbidden.test(readFileSync(new URL(file, root), 'utf8')),
    )
    expect(found).toEqual([])
    expect('group.timesBase(group.reduce(H512(').toMatch(forbidden)
    expect('suite.base.multiply(H2S(').toMatch(forbidden)
  })

  test('row 6: both points of every pair are elements, for both choices', () => {
    const seen = [0, 0]
    for (const seed of ['a', 'b', 'c']) {
      const { receiver } = run(group, seed)
      for (let i = 0; i < BASE_OTS; i++) {
        seen[bit(receiver.delta, i)]!++
        expect(nobleRistretto.isPoint(part(receiver.botR, 2 * i))).toBe(true)
        expect(nobleRistretto.isPoint(part(receiver.botR, 2 * i + 1))).toBe(true)
      }
      // No byte position tells the two apart: the mean of each is that of a uniform byte.
      for (const side of [0, 1]) {
        let sum = 0
        for (let i = 0; i < BASE_OTS; i++) sum += receiver.botR[64 * i + 32 * side + 9]!
        expect(Math.abs(sum / BASE_OTS - 127.5)).toBeLessThan(35)
      }
    }
    expect(Math.min(...seen)).toBeGreaterThan(100)
  })

  test('row 7: the same pair in every instance still gives 256 distinct keys', () => {
    const sender = senderInit(group, testRng('repeat/sender'))
    const { botR } = receiverInit(group, bsid, testRng('repeat/receiver'))
    const repeated = concat(...Array.from({ length: BASE_OTS }, () => botR.slice(0, 64)))
    const { k0, k1 } = senderFinish(group, bsid, sender, repeated, 'botR')
    const keys = new Set<string>()
    for (let i = 0; i < BASE_OTS; i++)
      keys.add(bytesToHex(part(k0, i))).add(bytesToHex(part(k1, i)))
    expect(keys.size).toBe(2 * BASE_OTS)
    // Even where sender key and pair repeat, the index separates the instances.
    const once = senderInit(group, testRng('repeat/sender'))
    const same = { a: new Uint8Array(4096), botA: new Uint8Array(4096) }
    for (let i = 0; i < BASE_OTS; i++) {
      same.a.set(part(once.a, 0), 32 * i)
      same.botA.set(part(once.botA, 0), 32 * i)
    }
    const again = senderFinish(group, bsid, same, repeated, 'botR')
    expect(new Set(Array.from({ length: 128 }, (_, i) => bytesToHex(part(again.k0, i)))).size).toBe(
      128,
    )
  })

  test('row 8: one session draws its choice bits once', () => {
    const rng = oncePerLabel(testRng('one session'))
    receiverInit(group, bsid, rng)
    // Another peer or another direction would be another session, with randomness of its own.
    for (const other of [bsid, baseSid(sid, 2, 1), baseSid(sid, 1, 3)])
      expect(() => receiverInit(group, other, rng)).toThrow(/label bot-delta drawn twice/)
  })

  test('a pair that cancels its hash is refused', () => {
    const sender = senderInit(group, testRng('cancel/sender'))
    const { botR } = receiverInit(group, bsid, testRng('cancel/receiver'))
    const hash = group.fromUniform(expandToPoint('bot-0', bsid, u16(3), part(botR, 7)))
    const zero = new Uint8Array(32)
    botR.set(group.subtract(zero, hash), 64 * 3)
    expect(() => senderFinish(group, bsid, sender, botR, 'G2.botR')).toThrow(
      expect.objectContaining({ code: 'POINT', field: 'G2.botR' }),
    )
  })

  test('points that are not canonical elements, or too few of them, are refused', () => {
    const { sender, receiver } = run(group, 'decode')
    for (const bad of [
      new Uint8Array(32),
      new Uint8Array(32).fill(255),
      Uint8Array.of(1, ...new Uint8Array(31)),
    ]) {
      const botA = sender.botA.slice()
      botA.set(bad, 32 * 127)
      expect(() => checkBotA(group, botA, 'G2.botA')).toThrow(DecodeError)
      const botR = receiver.botR.slice()
      botR.set(bad, 64 * 127 + 32)
      expect(() => checkBotR(group, botR, 'G2.botR')).toThrow(
        expect.objectContaining({ code: 'POINT', field: 'G2.botR' }),
      )
    }
    expect(() => checkBotA(group, sender.botA.slice(1), 'G2.botA')).toThrow(
      expect.objectContaining({ code: 'LENGTH' }),
    )
    checkBotA(group, sender.botA, 'G2.botA')
    checkBotR(group, receiver.botR, 'G2.botR')
  })

  test('the secrets of both sides are wiped when the keys are made', () => {
    const { sender, receiver } = run(group, 'wiped')
    expect(sender.a).toEqual(new Uint8Array(4096))
    expect(receiver.b).toEqual(new Uint8Array(4096))
  })
})
