/**
 * The five messages of a ceremony: fixed layouts, in this order of fields.
 *
 *   G1  nonce_E(32) ‖ C_E(32)
 *   G2  nonce_D(32) ‖ FF_D ‖ pk_{B,D} ‖ cc_D ‖ PP_D ‖ botA_D ‖ botR_D
 *   G3  FF_E ‖ pk_{B,E} ‖ cc_E ‖ salt_E(32) ‖ PP_E ‖ botA_E ‖ botR_E ‖ f_E(D) ‖ zs_E ‖ CT_E
 *   G4  f_D(E) ‖ zs_D ‖ CT_D ‖ cert_D(64)
 *   G5  cert_E(64)
 *
 * What a ceremony does not need is absent: pk_B unless the backup key is split, base OT and zs
 * without ECDSA, CT without a backup.
 */
import { PVE_ROUNDS, ctLength } from '../backup/pve.ts'
import { type Cursor, EMPTY, concat, cursor, exactLength } from '../core/bytes.ts'
import { BOT_A_LENGTH, BOT_R_LENGTH } from '../ot/base.ts'
import type { Suite } from '../core/suite.ts'
import type { Plan, Shape } from './params.ts'
import { BACKUP_PROOF_LENGTH, proofLength } from './proof.ts'
import type { Contribution } from './transcript.ts'

/** What both sides reveal of themselves. */
export type Reveal = Pick<Contribution, 'FF' | 'backupPk' | 'cc' | 'PP'> & {
  readonly botA: Uint8Array
  readonly botR: Uint8Array
}

/** What both sides hand over in secret. */
export type Handover = {
  /** My polynomials at the receiver, 32 bytes a suite. */
  readonly shares: Uint8Array
  readonly zs: Uint8Array
  /** My part of the recovery share, encrypted: all suites, ascending. */
  readonly ct: Uint8Array
}

export type G1 = { readonly nonce: Uint8Array; readonly commitment: Uint8Array }
export type G2 = Reveal & { readonly nonce: Uint8Array }
export type G3 = Reveal & Handover & { readonly salt: Uint8Array }
export type G4 = Handover & { readonly cert: Uint8Array }

const CERT_LENGTH = 64

/** How long the fields of one contributor are. */
export function contributionLengths({ suites, t, reshare, backup }: Shape) {
  const sum = (of: (suite: Suite) => number) =>
    suites.reduce((total, suite) => total + of(suite), 0)
  const split = backup === 'split'
  return {
    FF: t * sum((suite) => suite.pointLength),
    backupPk: split ? 32 : 0,
    cc: reshare ? 32 * suites.length : 32,
    PP: t * sum(proofLength) + (split ? BACKUP_PROOF_LENGTH : 0),
  }
}

/** How long each field is in the ceremony of a plan. */
const lengths = (plan: Plan) => ({
  ...contributionLengths(plan),
  botA: plan.ot ? BOT_A_LENGTH : 0,
  botR: plan.ot ? BOT_R_LENGTH : 0,
  shares: 32 * plan.suites.length,
  zs: plan.ot ? 32 : 0,
})

export const encodeG1 = ({ nonce, commitment }: G1): Uint8Array => concat(nonce, commitment)

/** @throws {DecodeError} LENGTH */
export function decodeG1(bytes: Uint8Array): G1 {
  exactLength(bytes, 64, 'G1')
  return { nonce: bytes.slice(0, 32), commitment: bytes.slice(32) }
}

export const encodeG2 = (g2: G2): Uint8Array =>
  concat(g2.nonce, g2.FF, g2.backupPk, g2.cc, g2.PP, g2.botA, g2.botR)

/** Cuts, and looks at lengths only. @throws {DecodeError} LENGTH */
export function decodeG2(plan: Plan, bytes: Uint8Array): G2 {
  const length = lengths(plan)
  const { FF, backupPk, cc, PP, botA, botR } = length
  exactLength(bytes, 32 + FF + backupPk + cc + PP + botA + botR, 'G2')
  const cut = cursor(bytes, 'G2')
  return {
    nonce: cut.take(32, 'nonce'),
    FF: cut.take(FF, 'FF'),
    backupPk: cut.take(backupPk, 'pk_B'),
    cc: cut.take(cc, 'cc'),
    PP: cut.take(PP, 'PP'),
    botA: cut.take(botA, 'botA'),
    botR: cut.take(botR, 'botR'),
  }
}

export const encodeG3 = (g3: G3): Uint8Array =>
  concat(g3.FF, g3.backupPk, g3.cc, g3.salt, g3.PP, g3.botA, g3.botR, g3.shares, g3.zs, g3.ct)

/** Cuts, and looks at lengths only. @throws {DecodeError} LENGTH */
export function decodeG3(plan: Plan, bytes: Uint8Array): G3 {
  const length = lengths(plan)
  const cut = cursor(bytes, 'G3')
  const g3 = {
    FF: cut.take(length.FF, 'FF'),
    backupPk: cut.take(length.backupPk, 'pk_B'),
    cc: cut.take(length.cc, 'cc'),
    salt: cut.take(32, 'salt'),
    PP: cut.take(length.PP, 'PP'),
    botA: cut.take(length.botA, 'botA'),
    botR: cut.take(length.botR, 'botR'),
    ...takeHandover(plan, cut),
  }
  cut.done()
  return g3
}

export const encodeG4 = (g4: G4): Uint8Array => concat(g4.shares, g4.zs, g4.ct, g4.cert)

/** Cuts, and looks at lengths only. @throws {DecodeError} LENGTH */
export function decodeG4(plan: Plan, bytes: Uint8Array): G4 {
  const cut = cursor(bytes, 'G4')
  const g4 = { ...takeHandover(plan, cut), cert: cut.take(CERT_LENGTH, 'cert') }
  cut.done()
  return g4
}

/** @throws {DecodeError} LENGTH */
export function decodeG5(bytes: Uint8Array): Uint8Array {
  exactLength(bytes, CERT_LENGTH, 'G5')
  return bytes
}

function takeHandover(plan: Plan, cut: Cursor): Handover {
  const length = lengths(plan)
  return {
    shares: cut.take(length.shares, 'shares'),
    zs: cut.take(length.zs, 'zs'),
    ct: plan.backup === 'none' ? EMPTY : concat(...plan.suites.map(() => takeCt(cut))),
  }
}

/** A ciphertext begins with the challenge, and the challenge says how long it is. */
function takeCt(cut: Cursor): Uint8Array {
  const e = cut.take(PVE_ROUNDS / 8, 'CT')
  return concat(e, cut.take(ctLength(e) - e.length, 'CT'))
}
