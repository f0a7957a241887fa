/**
 * The fields of every signing message, as data: where each one lies and what it holds. A test holds
 * the tables against the decoders, byte for byte and name for name.
 */
import { ECDSA, ED25519, type SuiteId, TAPROOT, suites } from '../../src/core/suite.ts'

export type Kind = 'bytes' | 'hash' | 'bits' | 'scalar' | 'point'

/** One field of one message. `name` has no index; the decoders' errors use it. */
export type Field = {
  readonly name: string
  readonly index: number
  readonly at: number
  readonly length: number
  readonly kind: Kind
  /** Whose encoding scalars and points have. */
  readonly suite: SuiteId | 'ristretto255'
}

/** A line of a table: `count` fields of one length in a row. */
export type Line = readonly [
  name: string,
  length: number,
  kind: Kind,
  count?: number,
  suite?: Field['suite'],
]

/** Lays a table out from byte 0. */
export function layOut(suite: Field['suite'], lines: readonly Line[]): readonly Field[] {
  let at = 0
  return lines.flatMap(([name, length, kind, count = 1, own = suite]) =>
    Array.from({ length: count }, (_, index) => {
      const field: Field = { name, index, at, length, kind, suite: own }
      at += length
      return field
    }),
  )
}

const extension: readonly Line[] = [
  ['u', 68, 'bits', 128],
  ['x', 16, 'bits'],
  ['t', 16, 'bits', 128],
]

const body: readonly Line[] = [
  ['rv.a', 32, 'scalar', 416 * 3],
  ['rv.eta', 32, 'scalar'],
  ['rv.mu', 32, 'hash'],
  ['R', 33, 'point'],
  ['pk', 33, 'point'],
  ['gammaU', 33, 'point'],
  ['gammaV', 33, 'point'],
  ['psi', 32, 'scalar'],
]

/** The messages of one signature that carry fields, in the order of an honest run. */
export type Name = 'F1' | 'F2' | 'F3' | 'F4' | 'S1' | 'S2' | 'RESULT'

const ecdsa = {
  F1: [['nonce', 32, 'bytes'], ['com', 32, 'hash'], ['hdr', 32, 'hash'], ...extension],
  F2: [['nonce', 32, 'bytes'], ['hdr', 32, 'hash'], ['sid', 32, 'hash'], ...extension, ...body],
  F3: [
    ['sid', 32, 'hash'],
    ...body,
    ['salt', 32, 'bytes'],
    ['u', 32, 'scalar'],
    ['w', 32, 'scalar'],
  ],
  F4: [
    ['r', 32, 'scalar'],
    ['s', 32, 'scalar'],
    ['recid', 1, 'bits'],
  ],
  RESULT: [
    ['r', 32, 'scalar'],
    ['s', 32, 'scalar'],
    ['recid', 1, 'bits'],
  ],
} as const satisfies Partial<Record<Name, readonly Line[]>>

const frost = (suite: typeof TAPROOT | typeof ED25519) => {
  const point = suites[suite].pointLength
  return {
    S1: [
      ['context', 32, 'hash'],
      ['D', point, 'point'],
      ['E', point, 'point'],
    ],
    S2: [
      ['D', point, 'point'],
      ['E', point, 'point'],
      ['z', 32, 'scalar'],
    ],
    // BIP-340 has an x alone, which is no point of 33 bytes.
    RESULT: [
      ['R', 32, suite === TAPROOT ? 'bytes' : 'point'],
      ['s', 32, 'scalar'],
    ],
  } as const satisfies Partial<Record<Name, readonly Line[]>>
}

/** The messages of a signature of each suite, and their fields. */
export const layouts: { readonly [id in SuiteId]: ReadonlyMap<Name, readonly Field[]> } = {
  [ECDSA]: tables(ECDSA, ecdsa),
  [TAPROOT]: tables(TAPROOT, frost(TAPROOT)),
  [ED25519]: tables(ED25519, frost(ED25519)),
}

function tables(suite: SuiteId, of: Partial<Record<Name, readonly Line[]>>) {
  const names: readonly Name[] = ['F1', 'F2', 'F3', 'F4', 'S1', 'S2', 'RESULT']
  return new Map(
    names.flatMap((name) => {
      const lines = of[name]
      return lines ? [[name, layOut(suite, lines)] as const] : []
    }),
  )
}

/** The bytes of a layout. */
export function lengthOf(fields: readonly Field[]): number {
  return fields.reduce((sum, field) => sum + field.length, 0)
}

/** The fields in which two messages of one length differ. */
export function differences(
  fields: readonly Field[],
  a: Uint8Array,
  b: Uint8Array,
): readonly Field[] {
  return fields.filter(({ at, length }) => {
    for (let i = at; i < at + length; i++) if (a[i] !== b[i]) return true
    return false
  })
}
