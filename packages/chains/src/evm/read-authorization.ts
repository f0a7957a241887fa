import type { Reading } from '../chain.ts'
import { ChainError } from '../error.ts'
import { authorizationDigest, parseAuthorization } from './authorization.ts'
import { explainAuthorization } from './explain-authorization.ts'
import { readSignature } from './read-signature.ts'
import { type Signer, contextOf } from './signer.ts'

/**
 * An EIP-7702 authorization that is signed for somebody else's transaction.
 *
 * @param list RLP of chain id, address and nonce
 * @throws {ChainError}
 */
export function readAuthorization(list: Uint8Array, signer: Signer): Reading {
  const authorization = parseAuthorization(list)
  const { chainId, nonce } = authorization
  // SECURITY: it hands over the account on a chain that nobody looks at. Test: src/evm/authorization.test.ts "an authorization for another chain is refused"
  if (chainId !== 0n && chainId !== signer.chainId)
    throw new ChainError('wrong-chain', 'authorization.chainId', `${signer.chainId}, or 0`)
  const digest = authorizationDigest(list)
  return readSignature('authorization', digest, 0, signer, (facts) => {
    const context = contextOf(signer, facts)
    return {
      intents: [explainAuthorization(authorization, signer.address, 'permit', context)],
      uses: [{ kind: 'nonce', account: signer.id, nonce }],
    }
  })
}
