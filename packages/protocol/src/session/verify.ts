import { DecodeError } from '../abort.ts'
import { ECDSA } from '../core/suite.ts'
import { isSignature as isEcdsaSignature } from '../dkls23/checks.ts'
import { decodeSignature } from '../dkls23/messages.ts'
import { isSignature as isFrostSignature } from '../frost/sign.ts'
import { derive } from '../hd/derive.ts'
import { type Draft, keyShare } from './draft.ts'
import { frostTask } from './inputs.ts'
import type { Entry } from './request.ts'

/** Whether bytes are the signature of an entry, under the key of its path. */
export function verifiesEntry(
  draft: Draft,
  entry: Entry,
  requestId: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (entry.suite !== ECDSA) {
    const id = { requestId, index: entry.index, attempt: 0 }
    return isFrostSignature(frostTask(draft, { id, entry }), signature)
  }
  const { publicKey, chainCode } = keyShare(draft, entry.keyId)
  const { point } = derive(ECDSA, publicKey, chainCode, entry.path)
  try {
    return isEcdsaSignature(decodeSignature(signature), entry.message, point)
  } catch (error) {
    if (error instanceof DecodeError) return false
    throw error
  }
}
