import { readFileSync, readdirSync } from 'node:fs'
import sodium, { ready } from 'libsodium-wrappers-sumo'
import { beforeAll, describe, expect, test } from 'vitest'
import { sodiumRistretto } from '../core/ristretto-sodium.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { ED25519, type SuiteId, TAPROOT, mod, suites } from '../core/suite.ts'
import { D, E, type Machine, type Run, ceremony, machine, proposalOf } from '../../test/ceremony.ts'
import type { Proposal } from '../dkg/params.ts'
import { lagrangeAtZero } from '../dkg/polynomial.ts'
import {
  oldEpochOfRecord,
  oldEpochOfShare,
  oldSharesOf,
  verifyRecord,
} from '../dkg/verify-record.ts'
import type { PartyId } from '../party.ts'
import type { WalletShare } from '../share/share.ts'
import { testRng } from '../testing.ts'
import { drawHalf, drawWhole, joinHalves, phraseSecret } from './phrase.ts'
import { ctLength } from './pve.ts'
import { badCiphertexts, restore } from './restore.ts'

/** Without ECDSA there is no base OT to wait for; one test below has all three keys. */
const suiteIds: readonly SuiteId[] = [TAPROOT, ED25519]

let group: Ristretto
/** The two half-phrases, and the wallet that was made with them. */
const words = { e: drawHalf(testRng('half E')), d: drawHalf(testRng('half D')) }
let wallet: { readonly e: WalletShare; readonly d: WalletShare }

beforeAll(async () => {
  await ready
  group = sodiumRistretto(sodium)
  wallet = ceremony({ group, seed: 'wallet', proposal: fresh(), ...halves('wallet') })
})

const fresh = (changes: Partial<Proposal> = {}): Proposal =>
  proposalOf({ suites: suiteIds, backup: { kind: 'split' }, ...changes })

function halves(which: 'wallet' | 'new') {
  const half = (typed: string) => ({ half: phraseSecret(group, typed) })
  if (which === 'wallet') return { e: half(words.e), d: half(words.d) }
  return { e: half(drawHalf(testRng('new E'))), d: half(drawHalf(testRng('new D'))) }
}

/** Everything that a replacement does with the phrases: record, join, open. */
function recoverShares(
  from: WalletShare,
  typed: readonly string[],
  ciphertexts = from.backup!.ciphertexts,
) {
  const pinned = new Map(from.devices.map(({ id, identityPk }) => [id, identityPk]))
  const epoch = verifyRecord(from.record, group, pinned)
  const secret = joinHalves(
    group,
    typed.map((one) => phraseSecret(group, one)),
    epoch.backupPublicKey!,
  )
  if (!secret) throw new Error('other words')
  return { epoch, shares: restore(group, secret, ciphertexts, epoch) }
}

/** The key that two shares of one suite make. */
function join(at: number, shares: readonly (readonly [PartyId, Uint8Array])[]): Uint8Array {
  const suite = suites[suiteIds[at]!]
  const ids = shares.map(([id]) => id)
  const sum = shares.reduce(
    (total, [id, secret]) =>
      total + lagrangeAtZero(suite, ids, id) * suite.decodeScalar(secret, 's'),
    0n,
  )
  return suite.base.multiply(mod(sum, suite.order)).toBytes()
}

function expectSameWallet(next: { e: WalletShare; d: WalletShare }): void {
  expect([next.e.epoch, next.d.epoch]).toEqual([1, 1])
  for (const [at, key] of wallet.e.keys.entries()) {
    for (const side of [next.e, next.d]) {
      expect(side.keys[at]!.publicKey).toEqual(key.publicKey)
      expect(side.keys[at]!.keyId).toEqual(key.keyId)
      expect(side.keys[at]!.chainCode).toEqual(key.chainCode)
      expect(side.keys[at]!.epochSid).not.toEqual(key.epochSid)
      expect([...side.keys[at]!.publicShares.values()]).not.toEqual([...key.publicShares.values()])
    }
    const [e, d] = [next.e.keys[at]!.secret, next.d.keys[at]!.secret]
    expect(
      join(at, [
        [1, e],
        [2, d],
      ]),
    ).toEqual(key.publicKey)
    // Shares of two epochs make no key.
    expect(
      join(at, [
        [1, e],
        [2, wallet.d.keys[at]!.secret],
      ]),
    ).not.toEqual(key.publicKey)
    expect(
      join(at, [
        [1, wallet.e.keys[at]!.secret],
        [2, d],
      ]),
    ).not.toEqual(key.publicKey)
  }
}

const device = ({ id, identityPk }: Machine) => ({ id, identityPk })

describe('recovery', () => {
  test('both half-phrases and the ciphertexts give the third share, and it fits either other one', () => {
    const { shares } = recoverShares(wallet.e, [words.e, words.d])
    for (const [at, key] of wallet.e.keys.entries()) {
      const third = shares.get(key.suite)!
      const point = suites[key.suite].base.multiply(suites[key.suite].decodeScalar(third, 's'))
      expect(point.toBytes()).toEqual(key.publicShares.get(3))
      expect(
        join(at, [
          [1, key.secret],
          [3, third],
        ]),
      ).toEqual(key.publicKey)
      expect(
        join(at, [
          [2, wallet.d.keys[at]!.secret],
          [3, third],
        ]),
      ).toEqual(key.publicKey)
    }
  })

  test('one half, or the words of another wallet, open nothing', () => {
    const publicKey = wallet.e.backup!.publicKey
    const secrets = (typed: readonly string[]) => typed.map((one) => phraseSecret(group, one))
    expect(joinHalves(group, secrets([words.e]), publicKey)).toBeUndefined()
    expect(joinHalves(group, secrets([words.e, words.e]), publicKey)).toBeUndefined()
    expect(joinHalves(group, secrets([words.e, drawHalf(testRng('x'))]), publicKey)).toBeUndefined()
    const typed = secrets([words.d, words.e])
    expect(joinHalves(group, typed, publicKey)).toBeDefined()
    expect(typed).toEqual([new Uint8Array(32), new Uint8Array(32)])
  })

  test('a lost device: its replacement acts for the recovery party and becomes holder 1', () => {
    const newE = machine(1, 'new laptop')
    const { epoch, shares } = recoverShares(wallet.d, [words.e, words.d])
    const proposal = fresh({
      contributors: [2, 3],
      devices: [device(newE), device(D)],
      old: oldEpochOfRecord(epoch),
    })
    const next = ceremony({
      group,
      seed: 'E lost',
      proposal,
      e: { ...halves('new').e, machine: newE, oldShares: shares },
      d: { ...halves('new').d, oldShares: oldSharesOf(wallet.d) },
    })
    expectSameWallet(next)
    expect(next.e.devices[0]!.identityPk).toEqual(newE.identityPk)
    expect([...next.e.backup!.ciphertexts.keys()]).toEqual([2, 3])
    expect(verifyRecord(next.d.record, group).epoch).toBe(1)
  })

  test('a lost co-signer: its replacement acts for the recovery party and becomes holder 2', () => {
    const newD = machine(2, 'new server')
    const { epoch, shares } = recoverShares(wallet.e, [words.e, words.d])
    const proposal = fresh({
      contributors: [1, 3],
      devices: [device(E), device(newD)],
      old: oldEpochOfRecord(epoch),
    })
    const next = ceremony({
      group,
      seed: 'D lost',
      proposal,
      e: { ...halves('new').e, oldShares: oldSharesOf(wallet.e) },
      d: { ...halves('new').d, machine: newD, oldShares: shares },
    })
    expectSameWallet(next)
    expect([...next.e.backup!.ciphertexts.keys()]).toEqual([1, 3])
  })

  test('a scheduled refresh keeps the phrase, and the new bundle opens with it', () => {
    const backup = { kind: 'kept', publicKey: wallet.e.backup!.publicKey } as const
    const next = ceremony({
      group,
      seed: 'refresh',
      proposal: fresh({ old: oldEpochOfShare(wallet.e), backup }),
      e: { oldShares: oldSharesOf(wallet.e) },
      d: { oldShares: oldSharesOf(wallet.d) },
    })
    expectSameWallet(next)
    const { shares } = recoverShares(next.d, [words.e, words.d])
    for (const [at, key] of next.e.keys.entries())
      expect(
        join(at, [
          [1, key.secret],
          [3, shares.get(key.suite)!],
        ]),
      ).toEqual(key.publicKey)
    // The refresh left the old bundle as it was: it holds shares of the old epoch only.
    expect(recoverShares(wallet.e, [words.e, words.d]).shares.get(TAPROOT)).not.toEqual(
      shares.get(TAPROOT),
    )
  })

  test('a lost phrase: a refresh with new halves, after which the old words open nothing', () => {
    const next = ceremony({
      group,
      seed: 'phrase lost',
      proposal: fresh({ old: oldEpochOfShare(wallet.e) }),
      e: { ...halves('new').e, oldShares: oldSharesOf(wallet.e) },
      d: { ...halves('new').d, oldShares: oldSharesOf(wallet.d) },
    })
    expectSameWallet(next)
    expect(() => recoverShares(next.e, [words.e, words.d])).toThrow('other words')
  })

  test('all three keys come back, with new base transfers', () => {
    const proposal = proposalOf({ backup: { kind: 'split' } })
    const before = ceremony({ group, seed: 'all three', proposal, ...halves('wallet') })
    const { epoch, shares } = recoverShares(before.d, [words.e, words.d])
    const newE = machine(1, 'new laptop')
    const next = ceremony({
      group,
      seed: 'all three again',
      proposal: proposalOf({
        contributors: [2, 3],
        devices: [device(newE), device(D)],
        backup: { kind: 'split' },
        old: oldEpochOfRecord(epoch),
      }),
      e: { ...halves('new').e, machine: newE, oldShares: shares },
      d: { ...halves('new').d, oldShares: oldSharesOf(before.d) },
    })
    expect(next.e.keys.map((key) => key.publicKey)).toEqual(
      before.e.keys.map((key) => key.publicKey),
    )
    expect(next.d.peers[0]!.zsSeed).not.toEqual(before.d.peers[0]!.zsSeed)
    expect(next.d.peers[0]!.ot.asSender.delta).not.toEqual(before.d.peers[0]!.ot.asSender.delta)
  })

  test('a reshare can raise the threshold to all three', () => {
    const proposal = fresh({ t: 3, old: oldEpochOfShare(wallet.e) })
    const next = ceremony({
      group,
      seed: 'three of three',
      proposal,
      e: { ...halves('new').e, oldShares: oldSharesOf(wallet.e) },
      d: { ...halves('new').d, oldShares: oldSharesOf(wallet.d) },
    })
    const words3 = [drawHalf(testRng('new E')), drawHalf(testRng('new D'))]
    const { shares } = recoverShares(next.e, words3)
    for (const [at, key] of wallet.e.keys.entries()) {
      const [e, d, b] = [next.e.keys[at]!.secret, next.d.keys[at]!.secret, shares.get(key.suite)!]
      expect(
        join(at, [
          [1, e],
          [2, d],
          [3, b],
        ]),
      ).toEqual(key.publicKey)
      expect(
        join(at, [
          [1, e],
          [2, d],
        ]),
      ).not.toEqual(key.publicKey)
    }
  })

  test('a phrase of 24 words from a third machine works as the two halves do', () => {
    const whole = drawWhole(testRng('third machine'))
    const publicKey = group.timesBase(phraseSecret(group, whole))
    const backup = { kind: 'third-machine', publicKey } as const
    const made = ceremony({ group, seed: 'third', proposal: fresh({ backup }) })
    const { shares } = recoverShares(made.d, [whole])
    for (const [at, key] of made.d.keys.entries())
      expect(
        join(at, [
          [2, key.secret],
          [3, shares.get(key.suite)!],
        ]),
      ).toEqual(key.publicKey)
  })
})

describe('a damaged backup', () => {
  test('row 51: is named before anything changes, and another copy still restores', () => {
    for (const contributor of [1, 2]) {
      const ciphertexts = new Map(wallet.e.backup!.ciphertexts)
      const ct = ciphertexts.get(contributor)!
      // Every row of the first suite; while one is left, it restores.
      const length = ctLength(ct.slice(0, 16))
      const mostly = new Map([...ciphertexts, [contributor, ct.slice().fill(1, 16, length - 144)]])
      recoverShares(wallet.e, [words.e, words.d], mostly)
      const damaged = ct.slice().fill(1, 16, length)
      ciphertexts.set(contributor, damaged)
      expect(() => recoverShares(wallet.e, [words.e, words.d], ciphertexts)).toThrow(
        expect.objectContaining({ code: 'CT', culprit: contributor }),
      )
      ciphertexts.delete(contributor)
      expect(() => recoverShares(wallet.e, [words.e, words.d], ciphertexts)).toThrow(
        expect.objectContaining({ code: 'CT', culprit: contributor }),
      )
    }
    recoverShares(wallet.d, [words.e, words.d])
  })

  test('row 51: is found without any secret, with the record alone', () => {
    const epoch = verifyRecord(wallet.e.record, group)
    const { ciphertexts } = wallet.d.backup!
    expect(badCiphertexts(group, ciphertexts, epoch)).toEqual([])
    const changed = ciphertexts.get(2)!.slice()
    changed[changed.length - 1]! ^= 1
    expect(badCiphertexts(group, new Map([...ciphertexts, [2, changed]]), epoch)).toEqual([2])
    expect(badCiphertexts(group, new Map([[2, changed]]), epoch)).toEqual([1, 2])
  })

  test('row 51: a refresh whose ciphertext is bad aborts, and the old bundle still restores', () => {
    const backup = { kind: 'kept', publicKey: wallet.e.backup!.publicKey } as const
    const tamper: Run['tamper'] = (name, bytes) => {
      if (name === 'g4') bytes[bytes.length - 100]! ^= 1
      return bytes
    }
    expect(() =>
      ceremony({
        group,
        seed: 'bad refresh',
        proposal: fresh({ old: oldEpochOfShare(wallet.e), backup }),
        e: { oldShares: oldSharesOf(wallet.e) },
        d: { oldShares: oldSharesOf(wallet.d) },
        tamper,
      }),
    ).toThrow(expect.objectContaining({ code: 'CT', culprit: 2 }))
    const { shares } = recoverShares(wallet.e, [words.e, words.d])
    const key = wallet.e.keys[0]!
    expect(
      join(0, [
        [1, key.secret],
        [3, shares.get(TAPROOT)!],
      ]),
    ).toEqual(key.publicKey)
  })

  test('ciphertexts of another epoch or another wallet do not open', () => {
    const other = ceremony({ group, seed: 'other', proposal: fresh(), ...halves('wallet') })
    expect(() => recoverShares(wallet.e, [words.e, words.d], other.e.backup!.ciphertexts)).toThrow(
      expect.objectContaining({ code: 'CT' }),
    )
  })
})

test('row 50: no code but recovery opens a backup ciphertext', () => {
  const root = new URL('..', import.meta.url)
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
  const sources = files.filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  const using = (pattern: RegExp) =>
    sources.filter((file) => pattern.test(readFileSync(new URL(file, root), 'utf8')))
  expect(using(/import \{[^}]*\bopen\b[^}]*\} from '[./a-z]*pve\.ts'/)).toEqual([
    'backup/restore.ts',
  ])
  expect(using(/import \{[^}]*\bdecrypt\b[^}]*\} from '[./a-z]*ecies\.ts'/)).toEqual([
    'backup/pve.ts',
  ])
})
