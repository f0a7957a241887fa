import { ed25519 } from '@noble/curves/ed25519.js'
import {
  ED25519,
  type Header,
  badCiphertexts,
  decodeControl,
  drawHalf,
  joinHalves,
  phraseSecret,
  restore,
  verifyRecord,
} from '@tandem/protocol'
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Kept } from '../../tests/daemon/test-device.ts'
import type { Packet } from '../../tests/daemon/wire.ts'
import { readyRistretto } from '../../tests/ristretto.ts'
import { memory } from '../src/adapters/stores/memory.ts'
import { limits } from '../src/core/limits/limits.ts'
import { loadShare, walletsOf } from '../src/core/wallet-record.ts'
import type { PhraseScreen } from '../src/ports/phrase-screen.ts'
import { tables } from '../src/ports/store.ts'
import { daemon } from './daemon-in-process.ts'

const fresh = (_label: string, length: number) => Uint8Array.from(randomBytes(length))

/** A person at the terminal. `knows` says whether they know the words afterwards. */
function person(knows: () => Promise<boolean>): PhraseScreen & { readonly seen: string[] } {
  const seen: string[] = []
  return {
    seen,
    isThere: () => true,
    confirm(words) {
      seen.push(new TextDecoder().decode(words))
      return knows()
    },
  }
}

/** One key: the ciphertexts of three take three times as long. */
const split = () => ({
  backup: { kind: 'split' } as const,
  words: drawHalf(fresh),
  proposal: { suites: [ED25519] as const },
})

describe('a wallet with a recovery phrase', () => {
  test('a wallet begins when the person here knows the words of this half', async () => {
    const store = memory()
    const screen = person(async () => true)
    const cosigner = await daemon({ store, screen, allowWithoutBackup: false })
    const device = await cosigner.connect()
    const making = split()
    await device.makeWallet(making)
    await device.audit()
    const share = device.kept.share!
    const { parts } = cosigner
    const ours = (await loadShare(parts.keys, parts.store, share.keys[0]!.keyId, 0))!

    // Both keep the same bundle, and both halves together open it.
    expect(screen.seen.length).toBe(1)
    expect(ours.backup).toEqual(share.backup)
    const { group } = await readyRistretto()
    const epoch = verifyRecord(share.record, group)
    const { publicKey, ciphertexts } = share.backup!
    expect(badCiphertexts(group, ciphertexts, epoch)).toEqual([])
    const halves = [making.words, screen.seen[0]!].map((words) => phraseSecret(group, words))
    const secret = joinHalves(group, halves, publicKey)!
    expect([...restore(group, secret, ciphertexts, epoch).keys()]).toEqual([ED25519])

    // The words are nowhere.
    const words = screen.seen[0]!.split(' ')
    const { length } = await store.head()
    const kept = (await store.events(1, length)).map(({ body }) => body)
    for (const table of tables)
      kept.push(...(await store.list(table, { limit: 1000 })).map(({ value }) => value))
    const text = kept.map((bytes) => Buffer.from(bytes).toString('latin1')).join('\n')
    expect(text.includes('self-tested')).toBe(true)
    expect(words.filter((word, at) => text.includes(`${word} ${words[at + 1] ?? ''}`))).toEqual([])
  })

  test('is not made when nobody is there, or when they do not know the words', async () => {
    const nobody: PhraseScreen = { isThere: () => false, confirm: async () => true }
    const alone = await (await daemon({ screen: nobody })).connect()
    await expect(alone.makeWallet(split())).rejects.toThrow('refused: no-terminal')
    const headless = await (await daemon()).connect()
    await expect(headless.makeWallet(split())).rejects.toThrow('refused: no-terminal')
    const cosigner = await daemon({ screen: person(async () => false) })
    const device = await cosigner.connect()
    await expect(device.makeWallet(split())).rejects.toThrow('refused: declined')
    expect(
      await walletsOf(cosigner.parts.store, ed25519.getPublicKey(device.kept.identity)),
    ).toEqual([])
  })

  test('a device that comes back does not wait for a person who looks at words', async () => {
    let shown: (signal: AbortSignal) => void = () => {}
    const signal = new Promise<AbortSignal>((resolve) => (shown = resolve))
    const slow: PhraseScreen = {
      isThere: () => true,
      confirm: (_words, ended) => {
        shown(ended)
        return new Promise(() => {})
      },
    }
    const cosigner = await daemon({ screen: slow })
    const device = await cosigner.connect()
    void device.makeWallet(split())
    const ended = await signal
    expect(ended.aborted).toBe(false)
    const again = await cosigner.connect(device.kept)
    expect(ended.aborted).toBe(true)
    await again.makeWallet({ proposal: { suites: [ED25519] } })
    expect(again.kept.share).toBeDefined()
  })

  test('a wallet without a backup, or with a backup key of the device alone, is refused', async () => {
    const strict = await (await daemon({ allowWithoutBackup: false })).connect()
    await expect(strict.makeWallet()).rejects.toThrow('refused: unsupported')
    const { group } = await readyRistretto()
    const publicKey = group.timesBase(phraseSecret(group, drawHalf(fresh)))
    const device = await (await daemon()).connect()
    await expect(
      device.makeWallet({ backup: { kind: 'third-machine', publicKey } }),
    ).rejects.toThrow('refused: unsupported')
    await expect(device.makeWallet({ proposal: { t: 3, holders: [1, 2, 3] } })).rejects.toThrow(
      'refused: unsupported',
    )
  })
})

test('a device that begins ceremonies all the time is told that we are busy', async () => {
  let left = 1
  const clock = { now: () => new Date(0), after: () => () => undefined }
  const of = { ...limits(100, clock), ceremony: () => (left -= 1) >= 0 }
  const cosigner = await daemon({ limits: of })
  const device = await cosigner.connect()
  await device.makeWallet({ proposal: { suites: [ED25519] } })
  await expect(device.makeWallet({ proposal: { suites: [ED25519] } })).rejects.toThrow(
    'refused: busy',
  )
  left = 1
  await device.makeWallet({ proposal: { suites: [ED25519] } })
})

test('a device that breaks the ceremony is told that it is over, and not why', async () => {
  const bit = (at: number) => (body: Uint8Array) =>
    body.map((byte, index) => (index === Math.floor(at * body.length) ? byte ^ 1 : byte))
  const faults: [Header['type'], (body: Uint8Array) => Uint8Array][] = [
    ['G1', (body) => body.slice(1)],
    ['G1', () => new Uint8Array(0)],
    ['G3', (body) => body.slice(0, -1)],
    ...[0, 0.2, 0.4, 0.6, 0.8, 0.99].map((at): (typeof faults)[number] => ['G3', bit(at)]),
  ]
  const cosigner = await daemon()
  let kept: Kept | undefined
  const told: unknown[] = []
  for (const [type, spoil] of faults) {
    const over = Promise.withResolvers<Packet>()
    const device = await cosigner.connect(
      kept,
      ({ header, body }) => ({ header, body: header.type === type ? spoil(body) : body }),
      (packet) => {
        if (packet.header.type === 'refuse') over.resolve(packet)
      },
    )
    // It waits for what does not come any more.
    void device.makeWallet({ proposal: { suites: [ED25519] } }).catch(() => undefined)
    const { header, body } = await over.promise
    const said = decodeControl(header, body)
    if (said.type !== 'refuse') throw new Error('a refusal')
    told.push([said.reason, body.length, header.attempt, header.index])
    await device.close()
    ;({ kept } = device)
  }
  expect(told).toEqual(faults.map(() => told[0]))
  expect(told[0]).toEqual(expect.arrayContaining(['aborted']))
  // What failed is in our own log, and the control is a device that keeps to it.
  const codes = (await cosigner.events()).flatMap((one) => (one.type === 'refused' ? one.code : []))
  expect(codes).toEqual(faults.map(() => 'bad-message'))
  const honest = await cosigner.connect(kept)
  await honest.makeWallet({ proposal: { suites: [ED25519] } })
  expect(honest.kept.share).toBeDefined()
})
