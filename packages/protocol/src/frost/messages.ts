/**
 * The two messages of a signature, fixed layouts:
 *
 *   S1 = context(32) ‖ D ‖ E          98 bytes Taproot, 96 Ed25519
 *   S2 = D ‖ E ‖ z(32)                98 bytes Taproot, 96 Ed25519
 *
 * D is the hiding and E the binding nonce commitment, z the signature share.
 */
import { type Cursor, concat, cursor, exactLength } from '../core/bytes.ts'
import { suites } from '../core/suite.ts'
import type { FrostSuiteId, NoncePair } from './suite.ts'

export function encodeS1(context: Uint8Array, { hiding, binding }: NoncePair): Uint8Array {
  return concat(context, hiding, binding)
}

/** The context as it was sent; nothing behind it is looked at. @throws {DecodeError} */
export function decodeS1Context(suite: FrostSuiteId, s1: Uint8Array): Uint8Array {
  exactLength(s1, 32 + 2 * suites[suite].pointLength, 'S1')
  return s1.slice(0, 32)
}

/** The commitments behind the context. @throws {DecodeError} */
export function decodeS1(suite: FrostSuiteId, s1: Uint8Array): NoncePair {
  const fields = cursor(s1, 'S1')
  fields.take(32, 'context')
  const commitments = takeCommitments(suite, fields, 'S1')
  fields.done()
  return commitments
}

export function encodeS2({ hiding, binding }: NoncePair, z: Uint8Array): Uint8Array {
  return concat(hiding, binding, z)
}

/** @throws {DecodeError} */
export function decodeS2(
  suite: FrostSuiteId,
  s2: Uint8Array,
): { commitments: NoncePair; z: Uint8Array } {
  exactLength(s2, 2 * suites[suite].pointLength + 32, 'S2')
  const fields = cursor(s2, 'S2')
  const commitments = takeCommitments(suite, fields, 'S2')
  const z = fields.take(32, 'z')
  fields.done()
  suites[suite].decodeScalar(z, 'S2.z')
  return { commitments, z }
}

function takeCommitments(suite: FrostSuiteId, fields: Cursor, message: string): NoncePair {
  const { pointLength } = suites[suite]
  const hiding = fields.take(pointLength, 'D')
  const binding = fields.take(pointLength, 'E')
  suites[suite].decodePoint(hiding, `${message}.D`)
  suites[suite].decodePoint(binding, `${message}.E`)
  return { hiding, binding }
}
