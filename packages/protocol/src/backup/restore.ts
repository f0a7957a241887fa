/**
 * Recovery: the one place where sk_B meets the ciphertexts of all contributors. It runs on the
 * machine that replaces a lost one and nowhere else; a RESHARE with a new phrase follows at once.
 */
import { ProtocolAbort } from '../abort.ts'
import { equalBytes } from '../core/bytes.ts'
import type { Ristretto } from '../core/ristretto.ts'
import { type SuiteId, suites as allSuites, timesBase } from '../core/suite.ts'
import { type Commitments, recoveryPoints } from '../dkg/checks.ts'
import type { CertifiedEpoch } from '../dkg/verify-record.ts'
import { type PartyId, RECOVERY } from '../party.ts'
import type { Backup } from '../share/share.ts'
import { type Part, cutPart, statements, verifyPart } from './bundle.ts'
import { open } from './pve.ts'

/** One contributor's part, as the record has it. */
function partOf(
  { keys, sid }: CertifiedEpoch,
  contributor: PartyId,
  commitments: Commitments,
  publicKey: Uint8Array,
): Part {
  const suites = keys.map(({ suite }) => allSuites[suite])
  return { suites, sid, contributor, points: recoveryPoints(suites, commitments), publicKey }
}

/**
 * The contributors whose ciphertext is missing or does not hold its part of the recovery share.
 * Needs no secret: a kit or a stored bundle can be checked at any time.
 */
export function badCiphertexts(
  group: Ristretto,
  ciphertexts: Backup['ciphertexts'],
  epoch: CertifiedEpoch,
): readonly PartyId[] {
  const { backupPublicKey } = epoch
  if (!backupPublicKey) return []
  return [...epoch.contributors]
    .filter(([id, commitments]) => {
      const ct = ciphertexts.get(id)
      return !ct || !verifyPart(group, partOf(epoch, id, commitments, backupPublicKey), ct)
    })
    .map(([id]) => id)
}

/**
 * The recovery party's share of every suite, 32 secret bytes each.
 *
 * @param secret sk_B from both phrases; the caller wipes it.
 * @param ciphertexts CT_i by contributor, from either device or the kit.
 * @param epoch the verified record of the epoch that the ciphertexts are of.
 * @throws {ProtocolAbort} CT, naming the contributor whose ciphertext does not open. Nothing has
 *   changed then: try another copy of it.
 */
export function restore(
  group: Ristretto,
  secret: Uint8Array,
  ciphertexts: Backup['ciphertexts'],
  epoch: CertifiedEpoch,
): ReadonlyMap<SuiteId, Uint8Array> {
  const { keys, contributors, backupPublicKey } = epoch
  if (!backupPublicKey) throw new ProtocolAbort('RECORD', undefined, 'record.backup')
  const suites = keys.map(({ suite }) => allSuites[suite])
  const sums = suites.map(() => 0n)
  for (const [contributor, commitments] of contributors) {
    const part = partOf(epoch, contributor, commitments, backupPublicKey)
    const cts = cutPart(suites, ciphertexts.get(contributor) ?? new Uint8Array())
    for (const [at, statement] of statements(part).entries()) {
      const value = cts && open(group, statement, secret, cts[at]!)
      if (value === undefined) throw new ProtocolAbort('CT', contributor, 'CT')
      sums[at] = (sums[at]! + value) % suites[at]!.order
    }
  }
  return new Map(
    suites.map((suite, at) => {
      const expected = keys[at]!.publicShares.get(RECOVERY)
      // Follows from the parts; checked because the whole wallet hangs on it.
      if (!expected || !equalBytes(timesBase(suite, sums[at]!).toBytes(), expected))
        throw new ProtocolAbort('RECORD', undefined, 'record.publicShares')
      return [suite.id, suite.encodeScalar(sums[at]!)]
    }),
  )
}
