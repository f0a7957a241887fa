import { inspect } from 'node:util'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deal, flip } from '../../test/deal.ts'
import { ownVectors } from '../../test/vectors.ts'
import { walletShare } from '../../test/wallet.ts'
import { DecodeError, UsageError } from '../abort.ts'
import { concat } from '../core/bytes.ts'
import { type SuiteId, suites } from '../core/suite.ts'
import { decodeShare, encodeShare } from './codec.ts'
import type { KeyShare, WalletShare } from './share.ts'

const share = walletShare('codec')
const bytes = encodeShare(share)

/** Where the fields of the sample lie. */
const holdersAt = 11
const devicesAt = holdersAt + 1 + 3
const keysAt = devicesAt + 1 + 2 * 33
const keyLength = (id: SuiteId) => 1 + 32 + 32 + 2 * suites[id].pointLength + 32
const peersAt = keysAt + 1 + keyLength(1) + keyLength(2) + keyLength(3)
const backupAt = peersAt + 1 + 1 + 32 + 4 + 3 * 4096 + 16

function put(at: number, ...values: readonly (number | Uint8Array)[]): Uint8Array {
  const out = bytes.slice()
  out.set(concat(...values.map((one) => (typeof one === 'number' ? Uint8Array.of(one) : one))), at)
  return out
}

function refusal(encoded: Uint8Array): [code: string, field: string] {
  try {
    decodeShare(encoded)
  } catch (error) {
    if (error instanceof DecodeError) return [error.code, error.field]
    throw error
  }
  throw new Error('expected a refusal')
}

describe('share codec', () => {
  test('a share survives the round trip, with and without a backup', () => {
    for (const me of [1, 2])
      for (const backup of [true, false]) {
        const one = walletShare('round trip', me, backup)
        const encoded = encodeShare(one)
        expect(decodeShare(encoded)).toEqual(one)
        expect(encodeShare(decodeShare(encoded))).toEqual(encoded)
      }
  })

  test('a share that was written by format 1 loads for ever', () => {
    const sample = Buffer.from(ownVectors('old-shares/v1/share.hex').replaceAll('\n', ''), 'hex')
    const read = decodeShare(sample)
    expect(read).toEqual(walletShare('old-shares/v1'))
    expect(Buffer.from(encodeShare(read)).equals(sample)).toBe(true)
  })

  test('an unknown format is refused', () => {
    for (const format of [0, 2, 255])
      expect(refusal(put(4, format))).toEqual(['VERSION', 'share.format'])
    expect(refusal(put(0, 0x54, 0x53, 0x48, 0x51))).toEqual(['ENCODING', 'share.magic'])
  })

  test('every truncation and every extension is refused', () => {
    for (let length = 0; length < bytes.length; length += length < 600 ? 1 : 97)
      expect(refusal(bytes.slice(0, length))[0]).toBe('LENGTH')
    expect(refusal(concat(bytes, Uint8Array.of(0)))).toEqual(['LENGTH', 'share'])
  })

  const secretAt = keysAt + 1 + 33
  const commitmentsAt = secretAt + 32
  const edAt = keysAt + 1 + keyLength(1) + keyLength(2)
  const order = suites[1].encodeScalar(suites[1].order - 1n)
  const overOrder = order.with(31, order[31]! + 1)
  const torsion = Uint8Array.from({ length: 32 }, (_, at) =>
    at === 0 ? 0xec : at === 31 ? 0x7f : 0xff,
  )

  test.for<[what: string, encoded: Uint8Array, code: string, field: string]>([
    ['t of 1', put(9, 1), 'IDS', 'share.holders'],
    ['t above n', put(9, 4), 'IDS', 'share.holders'],
    ['me who holds nothing', put(10, 9), 'IDS', 'share.me'],
    ['holders that descend', put(holdersAt + 1, 2, 1), 'IDS', 'share.holders'],
    ['a holder twice', put(holdersAt + 1, 1, 1), 'IDS', 'share.holders'],
    ['holder 0', put(holdersAt + 1, 0), 'IDS', 'share.holders'],
    ['a device that holds nothing', put(devicesAt + 1 + 33, 9), 'IDS', 'share.devices'],
    ['a device twice', put(devicesAt + 1 + 33, 1), 'IDS', 'share.devices'],
    ['an identity key of small order', put(devicesAt + 2, torsion), 'POINT', 'share.identityPk'],
    [
      'no keys',
      concat(bytes.slice(0, keysAt), Uint8Array.of(0), bytes.slice(peersAt)),
      'ENCODING',
      'share.keys',
    ],
    ['an unknown suite', put(keysAt + 1, 4), 'ENCODING', 'share.suite'],
    ['suites that repeat', put(keysAt + 1 + keyLength(1), 1), 'ENCODING', 'share.keys'],
    ['a secret that is the order', put(secretAt, overOrder), 'SCALAR', 'share.secret'],
    [
      'a secret above the order',
      put(secretAt, new Uint8Array(32).fill(255)),
      'SCALAR',
      'share.secret',
    ],
    ['a secret that is zero', put(secretAt, new Uint8Array(32)), 'SCALAR', 'share.secret'],
    ['the secret of another key', put(secretAt, share.keys[1]!.secret), 'SCALAR', 'share.secret'],
    [
      'the identity as commitment',
      put(commitmentsAt, new Uint8Array(33)),
      'POINT',
      'share.commitments',
    ],
    [
      'a commitment off the curve',
      put(commitmentsAt, 2, new Uint8Array(31), 5),
      'POINT',
      'share.commitments',
    ],
    ['a commitment of small order', put(edAt + 65, torsion), 'POINT', 'share.commitments'],
    [
      'another polynomial',
      put(commitmentsAt + 33, share.keys[1]!.publicKey),
      'SCALAR',
      'share.secret',
    ],
    [
      'a public share that is the identity',
      put(commitmentsAt, identityAtThree()),
      'POINT',
      'share.commitments',
    ],
    ['a peer that is me', put(peersAt + 1, 1), 'IDS', 'share.peers'],
    ['a peer that is no device', put(peersAt + 1, 3), 'IDS', 'share.peers'],
    ['two backups', put(backupAt, 2), 'ENCODING', 'share.backup'],
    [
      'a backup key that is the identity',
      put(backupAt + 1, new Uint8Array(32)),
      'POINT',
      'share.backup.publicKey',
    ],
    ['a contributor twice', put(backupAt + 1 + 32 + 1 + 1 + 4 + 500, 1), 'IDS', 'share.backup'],
    [
      'a ciphertext beyond the end',
      put(backupAt + 1 + 32 + 1 + 1, 255),
      'LENGTH',
      'share.backup.ciphertexts',
    ],
  ])('%s is refused', ([, encoded, code, field]) => {
    expect(refusal(encoded)).toEqual([code, field])
  })

  /** Commitments whose polynomial is zero at holder 3. */
  function identityAtThree(): Uint8Array {
    const one = suites[1].base
    return concat(one.multiply(3n).negate().toBytes(), one.toBytes())
  }

  test("a secret that is not this holder's share of the key is refused", () => {
    expect(refusal(put(10, 2))).toEqual(['SCALAR', 'share.secret'])
    for (const at of [0, 1, 2]) {
      const keys = share.keys.map((key, index) =>
        index === at ? { ...key, secret: deal(key.suite, 'codec').get(3)!.secret } : key,
      )
      expect(() => encodeShare({ ...share, keys })).toThrow('share.secret')
    }
  })

  test('a share that would not load again is not written', () => {
    const [peer] = share.peers
    const key = (change: Partial<KeyShare>): Partial<WalletShare> => ({
      keys: [{ ...share.keys[0]!, ...change }, ...share.keys.slice(1)],
    })
    const shifted = {
      ...peer!,
      zsSeed: peer!.zsSeed.slice(1),
      ot: {
        ...peer!.ot,
        asSender: { ...peer!.ot.asSender, k: concat(peer!.ot.asSender.k, Uint8Array.of(1)) },
      },
    }
    const wrong: Partial<WalletShare>[] = [
      { peers: [shifted] },
      key({ keyId: flip(share.keys[0]!.keyId, 0) }),
      key({ publicKey: share.keys[1]!.publicKey }),
      key({ publicShares: share.keys[1]!.publicShares }),
      key({ publicShares: new Map() }),
    ]
    for (const change of wrong)
      expect(() => encodeShare({ ...share, ...change })).toThrow(UsageError)
    expect(() => encodeShare({ ...share, t: 3 })).toThrow(DecodeError)
    expect(() => encodeShare({ ...share, epoch: -1 })).toThrow(UsageError)
  })

  test('bytes that are changed anywhere load as themselves or not at all', () => {
    fc.assert(
      fc.property(fc.nat(8 * bytes.length - 1), (bit) => {
        const changed = flip(bytes, bit)
        let read
        try {
          read = decodeShare(changed)
        } catch (error) {
          expect(error).toBeInstanceOf(DecodeError)
          return
        }
        expect(Buffer.from(encodeShare(read)).equals(changed)).toBe(true)
      }),
      { numRuns: process.env['TANDEM_LONG'] === '1' ? 5000 : 40 },
    )
  })

  test('neither an error nor a printed share shows a secret', () => {
    const read = decodeShare(bytes)
    const secrets = [
      ...read.keys.map(({ secret }) => secret),
      ...read.peers.flatMap(({ zsSeed, ot }) => [
        zsSeed,
        ot.asSender.delta,
        ot.asSender.k,
        ot.asReceiver.k0,
      ]),
    ]
    const printed = [
      read,
      read.keys,
      read.keys[0],
      read.peers,
      { deep: [read.peers[0]!.ot] },
    ].flatMap((value) => [
      JSON.stringify(value),
      inspect(value, { depth: 9, maxArrayLength: null }),
    ])
    for (const change of [
      put(secretAt, new Uint8Array(32).fill(255)),
      bytes.slice(0, 900),
      put(10, 2),
    ])
      try {
        decodeShare(change)
      } catch (error) {
        printed.push(inspect(error, { depth: 9 }), JSON.stringify(error))
      }
    expect(printed).toHaveLength(16)
    for (const text of printed)
      for (const secret of secrets) {
        const four = Array.from(secret.slice(0, 4))
        expect(text).not.toContain(four.join(','))
        expect(text).not.toMatch(new RegExp(four.join(String.raw`\D+`)))
        expect(text).not.toContain(Buffer.from(secret.slice(0, 4)).toString('hex'))
      }
    // The control: the same share shows them when it is not wrapped.
    expect(JSON.stringify(share.keys[0])).toContain(`"0":${share.keys[0]!.secret[0]}`)
    expect(JSON.stringify(read.keys[0])).toBe('"<redacted>"')
  })
})
