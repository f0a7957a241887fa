import type { Account } from '@tandem/chains'
import type { Chains } from './chains.ts'

/**
 * Whether a request can still reach the chain: a blockhash that has ended never comes back. A
 * durable nonce lives until its account moves on, and other chains have no such end.
 *
 * @throws {RpcError | EngineError} the node does not say
 */
export async function isCurrent(
  chains: Chains,
  id: string,
  account: Account,
  payload: Uint8Array,
): Promise<boolean> {
  const chain = chains.chain(id)
  if (chain.network.family !== 'solana') return true
  const { uses } = chain.read(payload, account).explain()
  const hashes = uses.flatMap((use) => (use.kind === 'blockhash' ? [use.blockhash] : []))
  const client = hashes.length > 0 ? chains.solanaClient(id) : undefined
  const live = await Promise.all(hashes.map(async (hash) => client?.isLive(hash) ?? true))
  return live.every(Boolean)
}
