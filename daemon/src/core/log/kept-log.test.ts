import { ed25519 } from '@noble/curves/ed25519.js'
import {
  type SignedState,
  followCheckpoint,
  isSignedCheckpoint,
  leafHash,
  verifyConsistency,
  verifyInclusion,
} from '@tandem/protocol'
import * as fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { naiveConsistency, naiveRoot } from '../../../../packages/protocol/test/naive-merkle.ts'
import { append, bodyOf, live, now, root } from '../../../test/log/history.ts'
import { memory } from '../../adapters/stores/memory.ts'
import { storeContract } from '../../ports/store.contract.ts'
import type { Store } from '../../ports/store.ts'
import { ClientError } from '../errors.ts'
import { auditing } from './auditing.ts'
import { checkpointSince } from './checkpoint.ts'
import type { Log } from './kept-log.ts'
import { openLog } from './open-log.ts'
import { proveConsistency, proveInclusion } from './proofs.ts'
import { rootOf } from './range.ts'
import { EVERY } from './rows.ts'
import { verifyLog } from './verify-log.ts'

storeContract('a store with a log', {
  open: async () => (await openLog(memory(), root, now)).store,
})

const ENTRIES = 20_000
const raw = memory()
let log: Log
let leaves: Uint8Array[]
const identityPk = ed25519.getPublicKey(root.identity)

beforeAll(async () => {
  log = await openLog(raw, root, now)
  await live(log.store, 0, 100)
  await append(log.store, 100, ENTRIES)
  const entries = await raw.events(1, ENTRIES)
  leaves = entries.map(({ hash }) => leafHash(hash))
})

const treeOf = (length: number) => ({
  length: BigInt(length),
  root: naiveRoot(leaves.slice(0, length)),
})

describe('a log of 20,000 entries', () => {
  test('has the Merkle root of its definition', () => {
    expect(rootOf(log.tip().range)).toEqual(naiveRoot(leaves))
  })

  test('proves that it continues every earlier length, as the definition does', async () => {
    const length = fc.integer({ min: 1, max: ENTRIES })
    const check = async (a: number, b: number) => {
      const [before, after] = a < b ? [a, b] : [b, a]
      const proof = await proveConsistency(log.store, before, after)
      expect(proof).toEqual(
        before === after ? [] : naiveConsistency(leaves.slice(0, after), before),
      )
      expect(verifyConsistency(treeOf(before), treeOf(after), proof)).toBe(true)
    }
    for (const edge of [1, 256, 257, 4096, ENTRIES - 1]) await check(edge, ENTRIES)
    await fc.assert(fc.asyncProperty(length, length, check), { seed: 1, numRuns: 5 })
  })

  test('proves each entry with at most 15 hashes', async () => {
    const tree = treeOf(ENTRIES)
    for (const place of [1, 2, 256, 257, 8192, 12_345, ENTRIES]) {
      const proof = await proveInclusion(log.store, place, ENTRIES)
      expect(proof.length).toBeLessThanOrEqual(15)
      const leaf = leaves[place - 1]!
      expect(verifyInclusion(leaf, BigInt(place - 1), tree, proof)).toBe(true)
      expect(verifyInclusion(leaf, BigInt(place % ENTRIES), tree, proof)).toBe(false)
    }
  })

  test('verifies in full, its signed checkpoints included', async () => {
    expect(await verifyLog(log, root)).toMatchObject({
      entries: ENTRIES,
      checkpoints: Math.floor(ENTRIES / EVERY),
      root: rootOf(log.tip().range),
    })
    // The same daemon with another identity never signed these.
    const other = { ...root, identity: new Uint8Array(32).fill(9) }
    await expect(verifyLog(log, other)).rejects.toThrow('checkpoint after entry 4096')
  })

  test('verifies while others work', async () => {
    let turns = 0
    const others = setInterval(() => (turns += 1), 0)
    await verifyLog(log, root)
    clearInterval(others)
    expect(turns).toBeGreaterThan(10)
  })

  test('is opened again by reading only what came after the last checkpoint', async () => {
    const read: number[] = []
    const watched: Store = {
      ...raw,
      events: (from, limit) => {
        read.push(from)
        return raw.events(from, limit)
      },
    }
    const again = await openLog(watched, root, now)
    expect(again.tip()).toEqual(log.tip())
    expect(Math.min(...read)).toBe(4 * EVERY + 1)
  })
})

describe('an audit', () => {
  test('answers with a signed checkpoint that a device can follow', async () => {
    const parts = { log, root, now }
    const first = await checkpointSince(parts, 0n)
    expect(first.proof).toEqual([])
    expect(isSignedCheckpoint(first, identityPk)).toBe(true)
    const kept = followCheckpoint(undefined, first, identityPk)
    if (typeof kept === 'string') throw new Error(kept)
    await append(log.store, ENTRIES, ENTRIES + 3)
    const next = await checkpointSince(parts, kept.length)
    expect(followCheckpoint(kept, next, identityPk)).toMatchObject({ length: kept.length + 3n })
  })

  test('is answered also when the device knows more, and the log says so', async () => {
    const sent: unknown[] = []
    const audit = auditing({ log, root, now }, (message) => sent.push(message))
    await audit.signed()
    expect(sent).toEqual([])
    await expect(audit.answer(1_000_000n)).rejects.toThrow(ClientError)
    await audit.answer(0n)
    await audit.signed()
    expect(sent).toHaveLength(3)
  })

  test('goes on from what was sent unasked while the device was asking', async () => {
    let kept: SignedState | undefined
    const audit = auditing({ log, root, now }, (message) => {
      if (message.type !== 'checkpoint') throw new Error(message.type)
      const next = followCheckpoint(kept, message, identityPk)
      if (typeof next === 'string') throw new Error(next)
      kept = next
    })
    const grow = async () => {
      const { length } = log.tip().range
      await append(log.store, length, length + 2)
    }
    await audit.answer(0n)
    const asked = kept!.length
    await grow()
    await audit.signed()
    await grow()
    await audit.answer(asked)
    expect(kept!.length).toBe(BigInt(log.tip().range.length))
  })
})

describe('a commit', () => {
  test('that fails leaves the log as it was', async () => {
    const inner = memory()
    let fails = false
    const faulty: Store = {
      ...inner,
      commit: (batch) => (fails ? Promise.reject(new Error('disk')) : inner.commit(batch)),
    }
    const { store, tip } = await openLog(faulty, root, now)
    await live(store, 0, 5)
    const before = tip()
    fails = true
    await expect(store.commit({ events: [bodyOf(5)] })).rejects.toThrow('disk')
    expect(tip()).toEqual(before)
    fails = false
    await live(store, 5, 9)
    expect((await openLog(inner, root, now)).tip()).toEqual(tip())
  })

  test('waits for the one before, however they come in', async () => {
    const inner = memory()
    const { store, tip } = await openLog(inner, root, now)
    await Promise.all(Array.from({ length: 50 }, (_, place) => live(store, place, place + 1)))
    expect(tip().range.length).toBe(50)
    expect((await openLog(inner, root, now)).tip()).toEqual(tip())
  })
})
