import { pbkdf2Sync } from 'node:crypto'
import { ed25519 } from '@noble/curves/ed25519.js'
import { drawHalf, drawWhole, phraseSecret } from '../../src/backup/phrase.ts'
import { EMPTY, concat, u8 } from '../../src/core/bytes.ts'
import { H, H512 } from '../../src/core/hash.ts'
import type { CeremonyInput } from '../../src/dkg/contribution.ts'
import { answerG2, answerG4, startCeremony } from '../../src/dkg/initiator.ts'
import type { BackupMode, OldEpoch, Proposal } from '../../src/dkg/params.ts'
import { answerG1, answerG3, answerG5 } from '../../src/dkg/responder.ts'
import type { OtSetup, WalletShare } from '../../src/share/share.ts'
import { testRng } from '../../src/testing.ts'
import { naiveOt } from './base-ot.ts'
import { group } from './group.ts'
import { type Ceremony, type Machine, type Story, naiveCeremony } from './naive-ceremony.ts'
import { type Value, type VectorFile, agreed, scalarOf } from './values.ts'

/** A machine with its identity, and where it shows a half of the phrase, that half. */
export type Actor = Machine & { readonly words?: string }

export function actor(
  name: 'E' | 'D',
  seed: string,
  { split = false, contributor }: { split?: boolean; contributor?: number } = {},
): Actor {
  const id = name === 'E' ? 1 : 2
  const own = `${seed}/${name}`
  const identitySecret = testRng(own)('identity', 32)
  const words = split ? drawHalf(testRng(own)) : undefined
  return {
    id,
    contributor: contributor ?? id,
    seed: own,
    identitySecret,
    identityPk: ed25519.getPublicKey(identitySecret),
    ...(words === undefined ? {} : { words, half: backupSecret(words) }),
  }
}

/** A phrase's secret, with OpenSSL's PBKDF2. */
export function backupSecret(words: string): Uint8Array {
  const stretched = pbkdf2Sync(words, 'mnemonic', 2048, 64, 'sha512')
  const secret = group.reduce(H512('backup-sk', stretched))
  return agreed('backup-sk', phraseSecret(group, words), secret)
}

/** The words of a phrase that a third machine made. */
export const wholePhrase = (seed: string): string => drawWhole(testRng(`${seed}/B`))

export type Ran = {
  readonly naive: Ceremony
  readonly E: WalletShare
  readonly D: WalletShare
  readonly files: readonly VectorFile[]
}

/** A ceremony by the product and once more by hand; both must say the same bytes. */
export function runCeremony(
  folder: string,
  about: string,
  story: Omit<Story, 'backup' | 'old'> & { readonly E: Actor; readonly D: Actor },
  backup: BackupMode,
  old?: OldEpoch,
): Ran {
  const mode = { none: EMPTY, split: u8(1), 'third-machine': u8(2), kept: u8(3) }[backup.kind]
  const known = 'publicKey' in backup ? { publicKey: backup.publicKey } : {}
  const full: Story = {
    ...story,
    backup: { mode: concat(mode, 'publicKey' in backup ? backup.publicKey : EMPTY), ...known },
    ...(old ? { old: old.keys } : {}),
  }
  const naive = naiveCeremony(full)
  const { messages, E, D } = product(full, backup, old)
  for (const name of ['G1', 'G2', 'G3', 'G4', 'G5'] as const)
    agreed(`${folder} ${name}`, messages[name], naive.messages[name])
  const ot = story.suites.includes(1) ? naiveOt(naive.sid, [story.E, story.D], 0) : undefined
  checkShare(E, naive, 0, ot?.[0])
  checkShare(D, naive, 1, ot?.[1])
  return { naive, E, D, files: files(folder, about, full, naive, { E, D }, ot) }
}

function product({ E, D, ...story }: Story, backup: BackupMode, old: OldEpoch | undefined) {
  const proposal: Proposal = {
    ...story,
    contributors: [E.contributor, D.contributor].toSorted((a, b) => a - b),
    devices: [E, D].map(({ id, identityPk }) => ({ id, identityPk })),
    backup,
    old,
  }
  const input = ({ id, identitySecret, half, oldShares }: Machine): CeremonyInput => ({
    proposal,
    me: id,
    sign: (message) => ed25519.sign(message, identitySecret),
    half: half?.slice(),
    oldShares,
  })
  const [rngE, rngD] = [testRng(E.seed), testRng(D.seed)]
  const one = startCeremony(input(E), rngE, group)
  const two = answerG1(input(D), one.g1, rngD, group)
  const three = answerG2(one.state, two.g2, rngE)
  const four = answerG3(two.state, three.g3, rngD)
  const five = answerG4(three.state, four.g4)
  const messages = { G1: one.g1, G2: two.g2, G3: three.g3, G4: four.g4, G5: five.g5 }
  return { messages, E: five.share, D: answerG5(four.prepared, five.g5) }
}

/** Compares what a side keeps with what was computed by hand. */
function checkShare(share: WalletShare, naive: Ceremony, holder: 0 | 1, ot: OtSetup | undefined) {
  for (const [at, key] of share.keys.entries()) {
    const expected = naive.keys[at]!
    agreed('X', key.publicKey, expected.X)
    agreed('s', key.secret, expected.shares[holder]!)
    agreed('cc', key.chainCode, expected.chainCode)
    agreed('keyId', key.keyId, expected.keyId)
    agreed('epochSid', key.epochSid, expected.epochSid)
    agreed('S', concat(...key.publicShares.values()), concat(...expected.points))
    agreed('F', concat(...key.commitments), concat(...expected.summed))
  }
  if (!ot) return
  const peer = share.peers[0]!
  agreed('zsSeed', peer.zsSeed, naive.zsSeed)
  const { asReceiver, asSender } = peer.ot
  agreed('k_0', asReceiver.k0, ot.asReceiver.k0)
  agreed('k_1', asReceiver.k1, ot.asReceiver.k1)
  agreed('k', asSender.k, ot.asSender.k)
  agreed('Delta', asSender.delta, ot.asSender.delta)
}

function files(
  folder: string,
  about: string,
  story: Story,
  naive: Ceremony,
  shares: { readonly E: WalletShare; readonly D: WalletShare },
  ot: readonly [OtSetup, OtSetup] | undefined,
): VectorFile[] {
  const { E, D } = naive
  const { messages } = naive
  const file = (name: string, values: Readonly<Record<string, Value>>) => ({
    path: `${folder}/${name}.json`,
    values,
  })
  return [
    file('input', {
      about,
      suites: story.suites,
      t: story.t,
      N: story.holders,
      C: [E.contributor, D.contributor].toSorted((a, b) => a - b),
      backupMode_pk_B: story.backup.mode,
      oldEpochSids: concat(...(story.old ?? []).map(({ epochSid }) => epochSid)),
      ccHash: naive.ccHash,
      instanceId: story.instanceId,
      params: naive.params,
      E: actorValues(story.E),
      D: actorValues(story.D),
    }),
    file('g1', { ...drawnValues(E), salt: E.salt, C_E: naive.C_E, G1: messages.G1 }),
    file('g2', { ...drawnValues(D), sid: naive.sid, ...proofValues(D), G2: messages.G2 }),
    file('g3', {
      ...proofValues(E),
      ...(naive.pk_B ? { pk_B: naive.pk_B } : {}),
      contributions: naive.contributions,
      keys: naive.keyBytes,
      tau: naive.tau,
      shares: E.handed,
      zs: E.zs,
      CT: E.backup.values,
      G3: messages.G3,
    }),
    file('g4', {
      shares: D.handed,
      zs: D.zs,
      CT: D.backup.values,
      ctHashes: naive.ctHashes,
      tau_12: naive.tau_ED,
      cert_message: D.cert.message,
      cert: D.cert.cert,
      G4: messages.G4,
    }),
    file('g5', { cert_message: E.cert.message, cert: E.cert.cert, G5: messages.G5 }),
    file('outcome', {
      keys: naive.keys.map((key) => ({
        suite: key.suite,
        X: key.X,
        chainCode: key.chainCode,
        keyId: key.keyId,
        epochSid: key.epochSid,
        commitments: key.summed,
        publicShares: byHolder(story.holders, key.points),
        shares: byHolder(story.holders, key.shares),
        selfTest: H('self-test', key.keyId, key.epochSid),
      })),
      zsSeed: naive.zsSeed,
      ot: ot ? { E: otValues(ot[0]), D: otValues(ot[1]) } : {},
      record: agreed('record', shares.E.record, shares.D.record),
    }),
  ]
}

const byHolder = (holders: readonly number[], values: readonly Uint8Array[]): Value =>
  Object.fromEntries(holders.map((id, at) => [id, values[at]!]))

function actorValues(one: Actor): Value {
  const { id, contributor, seed, identitySecret, identityPk, words, half, oldShares } = one
  return {
    seed,
    id,
    contributor,
    identitySecret,
    identityPk,
    ...(words === undefined ? {} : { words }),
    ...(half ? { sk_B_half: half } : {}),
    ...(oldShares ? { oldShares: Object.fromEntries(oldShares) } : {}),
  }
}

function drawnValues({ nonce, cc, polynomials, FF, backupPk }: Ceremony['E']) {
  return {
    nonce,
    cc,
    polynomials: polynomials.map(({ suite, f, F }) => ({
      suite: suite.id,
      f: f.map((one) => scalarOf(suite, one)),
      F,
    })),
    FF,
    pk_B_half: backupPk,
  }
}

function proofValues({ poks, pokB, PP, bsid, botA }: Ceremony['E']) {
  const base = botA.length > 0 ? { bsid_as_P: bsid.asSender, bsid_as_Q: bsid.asReceiver } : {}
  return { pok: poks, pok_b: pokB, PP, ...base }
}

export const otValues = ({ otNo, asReceiver, asSender }: OtSetup): Value => ({
  otNo,
  k_0: asReceiver.k0,
  k_1: asReceiver.k1,
  Delta: asSender.delta,
  k: asSender.k,
})

export const instanceId = (seed: string): Uint8Array => testRng(seed)('instanceId', 16)
