import { restore } from '../../src/backup/restore.ts'
import { joinHalves } from '../../src/backup/phrase.ts'
import { H } from '../../src/core/hash.ts'
import { oldEpochOfShare, oldSharesOf, verifyRecord } from '../../src/dkg/verify-record.ts'
import { type Ran, actor, backupSecret, instanceId, runCeremony, wholePhrase } from './ceremony.ts'
import { group } from './group.ts'
import { type VectorFile, agreed } from './values.ts'

const ABOUT = 'PROTOCOL.md, section 4. '

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

/** All three keys, and a phrase in two halves. */
export const splitCeremony = once((): Ran => {
  const seed = 'vectors/dkg/split'
  const [E, D] = [actor('E', seed, { split: true }), actor('D', seed, { split: true })]
  return runCeremony(
    'dkg/split',
    `${ABOUT}Three keys; the backup key is the sum of two halves, 12 words on each machine`,
    { suites: [1, 2, 3], t: 2, holders: [1, 2, 3], instanceId: instanceId(seed), E, D },
    { kind: 'split' },
  )
})

/** One key that needs no base OT, and a phrase of a third machine. */
const thirdMachineCeremony = once((): Ran & { readonly words: string } => {
  const seed = 'vectors/dkg/third-machine'
  const words = wholePhrase(seed)
  const publicKey = group.timesBase(backupSecret(words))
  const ran = runCeremony(
    'dkg/third-machine',
    `${ABOUT}One Ed25519 key, so neither base OT nor zs; the backup key was made on a third machine`,
    {
      suites: [3],
      t: 2,
      holders: [1, 2, 3],
      instanceId: instanceId(seed),
      E: actor('E', seed),
      D: actor('D', seed),
    },
    { kind: 'third-machine', publicKey },
  )
  return { ...ran, words }
})

/** Two holders and no recovery party. */
const bareCeremony = once((): Ran => {
  const seed = 'vectors/dkg/none'
  return runCeremony(
    'dkg/none',
    `${ABOUT}Two keys of two holders, without a backup`,
    {
      suites: [1, 2],
      t: 2,
      holders: [1, 2],
      instanceId: instanceId(seed),
      E: actor('E', seed),
      D: actor('D', seed),
    },
    { kind: 'none' },
  )
})

export function dkgVectors(): VectorFile[] {
  const split = splitCeremony()
  const third = thirdMachineCeremony()
  return [
    ...split.files,
    recovery('dkg/split', split, joined(split)),
    ...third.files,
    recovery('dkg/third-machine', third, backupSecret(third.words), third.words),
    ...bareCeremony().files,
  ]
}

export function reshareVectors(): VectorFile[] {
  const recovered = recoveredCeremony()
  return [
    ...refreshedCeremony().files,
    ...recovered.files,
    recovery('reshare/recover', recovered, joined(recovered)),
  ]
}

/** The epoch after dkg/third-machine, on the same machines and to the same backup key. */
const refreshedCeremony = once((): Ran => {
  const seed = 'vectors/reshare/refresh'
  const before = thirdMachineCeremony()
  const old = oldEpochOfShare(before.E)
  const identity = 'vectors/dkg/third-machine'
  const machine = (name: 'E' | 'D', share: Ran['E']) => ({
    ...actor(name, identity),
    seed: `${seed}/${name}`,
    oldShares: oldSharesOf(share),
  })
  return runCeremony(
    'reshare/refresh',
    'PROTOCOL.md, section 11. The epoch after dkg/third-machine, the backup key kept',
    {
      suites: [3],
      t: 2,
      holders: [1, 2, 3],
      instanceId: instanceId(seed),
      E: machine('E', before.E),
      D: machine('D', before.D),
    },
    { kind: 'kept', publicKey: old.backupPublicKey! },
    old,
  )
})

/** The epoch after dkg/split: E is lost, a new machine acts as 3 and becomes 1. */
const recoveredCeremony = once((): Ran => {
  const seed = 'vectors/reshare/recover'
  const before = splitCeremony()
  const restored = new Map(
    before.naive.keys.map(({ suite, shares }) => [suite, shares[2]!] as const),
  )
  const D = actor('D', seed, { split: true })
  const { identitySecret, identityPk } = actor('D', 'vectors/dkg/split')
  return runCeremony(
    'reshare/recover',
    'PROTOCOL.md, section 11. The epoch after dkg/split: E is lost; its replacement contributes as 3, holds as 1, and a new phrase is born',
    {
      suites: [1, 2, 3],
      t: 2,
      holders: [1, 2, 3],
      instanceId: instanceId(seed),
      E: { ...actor('E', seed, { split: true, contributor: 3 }), oldShares: restored },
      D: { ...D, identitySecret, identityPk, oldShares: oldSharesOf(before.D) },
    },
    { kind: 'split' },
    oldEpochOfShare(before.D),
  )
})

/** sk_B from both halves. */
function joined({ naive }: Ran): Uint8Array {
  const halves = [naive.E.half!.slice(), naive.D.half!.slice()]
  return joinHalves(group, halves, naive.pk_B!)!
}

/** What the phrase opens. */
function recovery(folder: string, ran: Ran, secret: Uint8Array, words?: string): VectorFile {
  const { backup, record } = ran.E
  const opened = restore(group, secret, backup!.ciphertexts, verifyRecord(record, group))
  const shares = ran.naive.keys.map(({ suite, shares: expected }) => [
    suite,
    agreed('recovery share', opened.get(suite)!, expected[2]!),
  ])
  return {
    path: `${folder}/recovery.json`,
    values: {
      ...(words === undefined ? {} : { words }),
      sk_B: secret,
      pk_B: ran.naive.pk_B!,
      fingerprint: H('backup-fp', ran.naive.pk_B!).slice(0, 10),
      shares: Object.fromEntries(shares) as Record<string, Uint8Array>,
    },
  }
}
