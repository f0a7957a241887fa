import type { Intent } from '../intent.ts'
import { type Context, checksummed, isSelf } from './context.ts'
import type { Authorization } from './transaction.ts'

const NOBODY = `0x${'0'.repeat(40)}`

/**
 * @param authority whose account it is about, with checksum
 * @param by a `permit`: only signed, for anybody to bring to the chain
 */
export function explainAuthorization(
  { chainId, address, nonce }: Authorization,
  authority: string,
  by: 'call' | 'permit',
  context: Context,
): Intent {
  // EIP-7702: the zero address takes the code away.
  if (address === NOBODY) {
    const chain = chainId === 0n ? context.chain : `eip155:${chainId}`
    return { kind: 'revoke', what: 'delegation', asset: `${chain}:${authority}`, by }
  }
  const own = isSelf(context, authority)
  return { kind: 'delegate', authority, own, to: checksummed(address), chainId, nonce }
}
