import { ChainError } from '../error.ts'
import type { Payload } from '../payload.ts'

/** @throws {ChainError} `signature` */
export function onlyOne(signatures: readonly Uint8Array[]): Uint8Array {
  const [signature] = signatures
  if (!signature || signatures.length !== 1)
    throw new ChainError('signature', 'signatures', 'one signature')
  return signature
}

/** @throws {ChainError} `missing`, `trailing` */
export function onlyPart({ kind, parts }: Payload): Uint8Array {
  const [part] = parts
  if (!part) throw new ChainError('missing', kind, 'one part')
  // SECURITY: a part that nobody reads would be approved with the others. Test: src/evm/evm.test.ts "a payload with parts too many is refused"
  if (parts.length > 1) throw new ChainError('trailing', kind, 'one part')
  return part
}
