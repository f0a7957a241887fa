import type { Reading } from '../chain.ts'
import type { Claim, Facts, Intent, Use } from '../intent.ts'
import { onlyOne } from './only-one.ts'
import { checkSignature } from './signature.ts'
import { type Signer, digestOf } from './signer.ts'

type Parts = {
  readonly intents: readonly Intent[]
  readonly claims?: readonly Claim[]
  readonly uses?: readonly Use[]
}

/**
 * A request whose result is one signature: r ‖ s ‖ v, 65 bytes.
 *
 * @param v for an even R: 27 in messages and typed data, 0 in EIP-7702
 */
export function readSignature(
  kind: Reading['kind'],
  digest: Uint8Array,
  v: 0 | 27,
  signer: Signer,
  explain: (facts: Facts) => Parts,
): Reading {
  return {
    kind,
    explain(facts = {}) {
      const { intents, claims = [], uses = [] } = explain(facts)
      return { chain: signer.network.id, account: signer.id, intents, claims, uses }
    },
    digests: () => [digestOf(signer, 0, digest)],
    assemble(signatures) {
      const bytes = onlyOne(signatures)
      const { yParity } = checkSignature(bytes, digest, signer.publicKey)
      const signature = Uint8Array.from(bytes)
      signature[64] = v + Number(yParity)
      return { type: 'signature', signature }
    },
  }
}
