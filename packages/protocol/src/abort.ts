import type { PartyId } from './party.ts'

/**
 * What a failure means for the next attempt.
 *
 * - `TRANSIENT`  nobody is to blame; try again with all-fresh randomness
 * - `FAULT`      an authenticated message that does not decode; a person approves the next attempt
 * - `DEVIATION`  the peer left the protocol; a person approves the next attempt
 * - `CHEAT`      a check that touches the long-lived OT setup failed; the setup is burned
 */
export type AbortClass = 'TRANSIENT' | 'FAULT' | 'DEVIATION' | 'CHEAT'

const classes = {
  NETWORK: 'TRANSIENT',
  TIMEOUT: 'TRANSIENT',
  RESTART: 'TRANSIENT',
  CANCELLED: 'TRANSIENT',
  UNKNOWN_SESSION: 'TRANSIENT',
  WRONG_STATE: 'TRANSIENT',
  EPOCH_MISMATCH: 'TRANSIENT',
  SID_MISMATCH: 'TRANSIENT',
  PAIR_REKEY: 'TRANSIENT',
  BUSY: 'TRANSIENT',

  LENGTH: 'FAULT',
  POINT: 'FAULT',
  SCALAR: 'FAULT',
  ENCODING: 'FAULT',
  VERSION: 'FAULT',
  FROST_SHARE: 'FAULT',

  COMMIT: 'DEVIATION',
  PKSUM: 'DEVIATION',
  R_ZERO: 'DEVIATION',
  U_ZERO: 'DEVIATION',
  SIG_INVALID: 'DEVIATION',
  HDR_MISMATCH: 'DEVIATION',
  REQUEST_CONFLICT: 'DEVIATION',
  PEER_ABORTED: 'DEVIATION',
  NOT_APPROVED: 'DEVIATION',

  PARAMS: 'DEVIATION',
  IDS: 'DEVIATION',
  NONCE: 'DEVIATION',
  OPEN: 'DEVIATION',
  POK: 'DEVIATION',
  POK_B: 'DEVIATION',
  CC: 'DEVIATION',
  F0: 'DEVIATION',
  IDENTITY: 'DEVIATION',
  X_CHANGED: 'DEVIATION',
  FELDMAN: 'DEVIATION',
  CT: 'DEVIATION',
  CERT: 'DEVIATION',
  RECORD: 'DEVIATION',

  OTE_CHECK_FAIL: 'CHEAT',
  RVOLE_CHECK_FAIL: 'CHEAT',
  GAMMA_U: 'CHEAT',
  GAMMA_V: 'CHEAT',
} as const satisfies Record<string, AbortClass>

export type AbortCode = keyof typeof classes

/** The codes of a class. */
export type CodeOf<Class extends AbortClass> = {
  [Code in AbortCode]: (typeof classes)[Code] extends Class ? Code : never
}[AbortCode]

/** Every code, for tables and tests. */
export const abortCodes: readonly AbortCode[] = Object.keys(classes).filter(isAbortCode)

/** Whether a word is a code of this protocol. */
function isAbortCode(code: string): code is AbortCode {
  return Object.hasOwn(classes, code)
}

/** The class of a code decides what may happen next. */
export function abortClass(code: AbortCode): AbortClass {
  return classes[code]
}

/**
 * A protocol stopped because of what another party sent, so it has no output here. The other side
 * may still have one: our last message may have left before theirs came.
 */
export class ProtocolAbort extends Error {
  override readonly name = 'ProtocolAbort'
  readonly code: AbortCode
  /** The party to blame, where the protocol can tell. */
  readonly culprit: PartyId | undefined
  /** The message field that failed, such as `F3.psi`. */
  readonly field: string | undefined

  constructor(code: AbortCode, culprit?: PartyId, field?: string, options?: ErrorOptions) {
    const who = culprit === undefined ? 'culprit unknown' : `party ${culprit}`
    super(`${code}, ${who}${field === undefined ? '' : `, ${field}`}`, options)
    this.code = code
    this.culprit = culprit
    this.field = field
  }

  get class(): AbortClass {
    return classes[this.code]
  }
}

/** Why bytes were refused before anybody's conduct was judged. */
export type DecodeCode = 'LENGTH' | 'POINT' | 'SCALAR' | 'ENCODING' | 'VERSION' | 'IDS'

/** Bytes that are not what `field` should be. Carries no byte of them: they may be secret. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  readonly code: DecodeCode
  readonly field: string

  constructor(code: DecodeCode, field: string, expected: string, options?: ErrorOptions) {
    super(`${field}: expected ${expected}`, options)
    this.code = code
    this.field = field
  }
}

/** The caller of this package broke its contract: a spent state, a bad argument. Nobody cheated. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Runs `decode` over a peer's bytes: what does not decode becomes an abort that names the peer. */
export function blame<T>(culprit: PartyId, decode: () => T): T {
  try {
    return decode()
  } catch (error) {
    if (error instanceof DecodeError) throw new ProtocolAbort(error.code, culprit, error.field)
    throw error
  }
}
