import type { Entropy } from '../ports/entropy.ts'
import type { KeyWrap } from '../ports/key-wrap.ts'
import { contextOf, seal, unseal } from './envelope.ts'

const CONTEXT = contextOf('probe')

/**
 * Seals something that is worth nothing. @returns a way to open it again, which proves that the
 * token, TPM or key that seals the shares still answers.
 */
export async function sealedProbe(
  keys: KeyWrap,
  entropy: Entropy,
): Promise<() => Promise<boolean>> {
  const probe = entropy.bytes(32)
  const blob = await seal(keys, entropy, probe, CONTEXT)
  return async () => {
    const opened = await unseal(keys, blob, CONTEXT)
    return probe.every((byte, at) => byte === opened[at])
  }
}
