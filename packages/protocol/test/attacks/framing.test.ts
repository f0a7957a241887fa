/**
 * Hashes that mean two things. Verichains' "TSSHOCK" (Black Hat USA 2023) made proofs of key
 * generation fit another statement because their parts were joined without lengths; the weakened
 * hash here joins them so.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { describe, expect, test } from 'vitest'
import { ascii, concat, ids, u8 } from '../../src/core/bytes.ts'
import { H, type Tag } from '../../src/core/hash.ts'
import { type ParamFields, paramsHash } from '../../src/dkg/params.ts'
import { ED25519 } from '../../src/core/suite.ts'
import { type RequestEntry, requestHash } from '../../src/wire/request-hash.ts'

const joined = (tag: string, ...parts: readonly Uint8Array[]): Uint8Array =>
  sha256(concat(ascii(tag), ...parts))

describe('a hash over several parts', () => {
  test('row 41: joined without lengths, takes one ceremony for another', () => {
    const fields: ParamFields = {
      suites: [1, 2],
      t: 3,
      holders: [4, 5, 6],
      contributors: [4, 5],
      devices: [],
      backup: { kind: 'none' },
      instanceId: new Uint8Array(16),
      oldEpochSids: new Uint8Array(0),
      ccHash: new Uint8Array(0),
    }
    // One suite less, and another threshold and holder: two screens would show one hash.
    const other: ParamFields = { ...fields, suites: [1], t: 2, holders: [3, 4, 5, 6] }
    const weak = ({ suites, t, holders, contributors, instanceId }: ParamFields) =>
      joined('dkg-params', ids(suites), u8(t), ids(holders), ids(contributors), instanceId)
    expect(weak(other)).toEqual(weak(fields))
    expect(paramsHash(other)).not.toEqual(paramsHash(fields))
  })

  test('row 41: joined without lengths, takes one request for another', () => {
    // The last step of a path, or the first bytes of a message.
    const entry = (path: number[], message: Uint8Array): RequestEntry => ({
      index: 0,
      suite: ED25519,
      keyId: new Uint8Array(32),
      path,
      message,
    })
    const one = entry([501, 7], ascii('pay'))
    const other = entry([501], concat(Uint8Array.of(0, 0, 0, 7), ascii('pay')))
    const weak = ({ path, message }: RequestEntry) =>
      joined(
        'request',
        concat(...path.map((step) => Uint8Array.of(0, 0, step >> 8, step))),
        message,
      )
    expect(weak(other)).toEqual(weak(one))
    expect(requestHash([other])).not.toEqual(requestHash([one]))
  })

  test('row 41: any two ways to cut the same bytes are two hashes', () => {
    const bytes = ascii('the same twelve')
    const cuts = new Set<string>()
    const weak = new Set<string>()
    let ways = 0
    for (let first = 0; first <= bytes.length; first++)
      for (let second = first; second <= bytes.length; second++) {
        ways += 1
        const parts = [bytes.slice(0, first), bytes.slice(first, second), bytes.slice(second)]
        cuts.add(Buffer.from(H('request', ...parts)).toString('hex'))
        weak.add(Buffer.from(joined('request', ...parts)).toString('hex'))
      }
    // Also fewer and more parts, and an empty one.
    for (const parts of [[], [bytes], [bytes, new Uint8Array(0)]])
      cuts.add(Buffer.from(H('request', ...parts)).toString('hex'))
    expect(cuts.size).toBe(ways + 3)
    expect(weak.size).toBe(1)
  })

  test('without its tag, lets a signature of one purpose serve another', () => {
    // Every 32-byte statement that an identity key signs, about the same bytes.
    const tags: readonly Tag[] = ['noise-static', 'dkg-cert', 'dkg-abort', 're-ot-cert', 'dkg-ack']
    const about = new Uint8Array(32)
    expect(new Set(tags.map((tag) => H(tag, about).join())).size).toBe(tags.length)
    expect(new Set(tags.map(() => joined('', about).join())).size).toBe(1)
  })
})
