/**
 * What must come of a changed message: PROTOCOL.md, "Aborts and the burn rule", as tables. The checks
 * of a message stand in their order; the first one that notices a change names the code.
 *
 * Whether a field decodes is decided by code that the product does not use.
 */
import sodium, { ready } from 'libsodium-wrappers-sumo'
import type { AbortCode } from '../../src/abort.ts'
import { toBigInt } from '../../src/core/bytes.ts'
import { ECDSA, ED25519, type SuiteId, suites } from '../../src/core/suite.ts'
import { type Field, type Name, differences, layouts, lengthOf } from './layouts.ts'

await ready

export type Side = 'initiator' | 'responder'

export type Verdict = {
  readonly code: AbortCode
  /** Whoever receives this message gives the verdict, over it. */
  readonly on: Name
  readonly culprit: Side | undefined
  readonly field?: string | undefined
}

/** One check; without a code it is the decoding of its fields, in this order. */
type Check = { readonly of: readonly string[] } & Partial<Verdict>

const points = ['R', 'pk', 'gammaU', 'gammaV']
const choices = ['nonce', 'u', 'x', 't']
const products = ['rv.a', 'rv.eta', 'rv.mu']

const ecdsa: Partial<Record<Name, readonly Check[]>> = {
  F1: [
    { of: ['hdr'], code: 'HDR_MISMATCH', culprit: 'initiator', field: 'F1.hdr' },
    { of: choices, code: 'OTE_CHECK_FAIL', culprit: 'initiator' },
    // The responder cannot know: its answer names a session that the initiator is not in.
    { of: ['com'], code: 'SID_MISMATCH', on: 'F2', culprit: undefined, field: 'F2.sid' },
  ],
  F2: [
    { of: ['hdr'], code: 'HDR_MISMATCH', culprit: 'responder', field: 'F2.hdr' },
    { of: ['nonce', 'sid'], code: 'SID_MISMATCH', culprit: undefined, field: 'F2.sid' },
    { of: ['rv.eta', 'rv.a', ...points, 'psi'] },
    { of: choices, code: 'OTE_CHECK_FAIL', culprit: 'responder' },
    { of: products, code: 'RVOLE_CHECK_FAIL', culprit: 'responder' },
    { of: ['R', 'gammaU'], code: 'GAMMA_U', culprit: 'responder' },
    { of: ['pk', 'gammaV'], code: 'GAMMA_V', culprit: 'responder' },
    // A wrong psi makes the initiator's parts wrong, and only the signature shows it.
    { of: ['psi'], code: 'SIG_INVALID', on: 'F3', culprit: 'initiator' },
  ],
  F3: [
    { of: ['sid'], code: 'SID_MISMATCH', culprit: undefined, field: 'F3.sid' },
    { of: ['rv.eta', 'rv.a', ...points, 'psi', 'u', 'w'] },
    { of: ['R', 'salt'], code: 'COMMIT', culprit: 'initiator' },
    { of: products, code: 'RVOLE_CHECK_FAIL', culprit: 'initiator' },
    { of: ['gammaU'], code: 'GAMMA_U', culprit: 'initiator' },
    { of: ['pk', 'gammaV'], code: 'GAMMA_V', culprit: 'initiator' },
    { of: ['psi', 'u', 'w'], code: 'SIG_INVALID', culprit: 'initiator' },
  ],
  F4: [{ of: ['r', 's'] }, { of: ['r', 's', 'recid'], code: 'SIG_INVALID', culprit: 'responder' }],
  RESULT: [{ of: ['r', 's', 'recid'], code: 'SIG_INVALID', culprit: 'responder' }],
}

const frost: Partial<Record<Name, readonly Check[]>> = {
  S1: [
    { of: ['context'], code: 'HDR_MISMATCH', culprit: 'initiator', field: 'S1.context' },
    { of: ['D', 'E'] },
    { of: ['D', 'E'], code: 'FROST_SHARE', on: 'S2', culprit: 'responder', field: 'S2.z' },
  ],
  S2: [
    { of: ['D', 'E', 'z'] },
    { of: ['D', 'E', 'z'], code: 'FROST_SHARE', culprit: 'responder', field: 'S2.z' },
  ],
  RESULT: [{ of: ['R', 's'], code: 'SIG_INVALID', culprit: 'initiator' }],
}

/** Who sends a message. */
export function senderOf(name: Name, suite: SuiteId): Side {
  if (name === 'RESULT') return suite === ECDSA ? 'responder' : 'initiator'
  return name === 'F1' || name === 'F3' || name === 'S1' ? 'initiator' : 'responder'
}

/** What an honest peer must say when `sent` arrives as `got`; they differ. */
export function verdictOn(suite: SuiteId, name: Name, sent: Uint8Array, got: Uint8Array): Verdict {
  const fields = layouts[suite].get(name)!
  const checks = (suite === ECDSA ? ecdsa : frost)[name]!
  const sender = senderOf(name, suite)
  if (got.length !== lengthOf(fields)) {
    if (name === 'RESULT') return { code: 'SIG_INVALID', on: name, culprit: sender }
    return { code: 'LENGTH', on: name, culprit: sender, field: name }
  }
  const changed = differences(fields, sent, got)
  for (const check of checks) {
    const noticed = changed.filter((field) => check.of.includes(field.name))
    if (check.code !== undefined) {
      if (noticed.length > 0)
        return {
          code: check.code,
          on: check.on ?? name,
          culprit: check.culprit,
          field: check.field,
        }
      continue
    }
    const broken = noticed
      .filter((field) => !decodes(field, got))
      .toSorted((a, b) => check.of.indexOf(a.name) - check.of.indexOf(b.name))[0]
    if (broken) {
      const code = broken.kind === 'point' ? 'POINT' : 'SCALAR'
      return { code, on: name, culprit: sender, field: `${name}.${broken.name}` }
    }
  }
  throw new Error(`${name}: no check notices a change of ${changed.map((one) => one.name).join()}`)
}

const P = 2n ** 256n - 2n ** 32n - 977n

/** Whether the field holds something of its kind. */
export function decodes({ kind, suite, at, length }: Field, message: Uint8Array): boolean {
  const bytes = message.slice(at, at + length)
  if (kind === 'scalar') {
    const littleEndian = suite === ED25519 || suite === 'ristretto255'
    const { order } = suites[littleEndian ? ED25519 : ECDSA]
    return toBigInt(littleEndian ? bytes.toReversed() : bytes) < order
  }
  if (kind !== 'point') return true
  if (suite === ED25519) return sodium.crypto_core_ed25519_is_valid_point(bytes)
  if (suite === 'ristretto255')
    return bytes.some(Boolean) && sodium.crypto_core_ristretto255_is_valid_point(bytes)
  const x = toBigInt(bytes.slice(1))
  // Euler's criterion for x³ + 7.
  return (bytes[0] === 2 || bytes[0] === 3) && x < P && power(x * x * x + 7n, (P - 1n) / 2n) === 1n
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  let square = base % P
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * square) % P
    square = (square * square) % P
  }
  return result
}
