import { type Intent, allIntents } from '@tandem/chains'
import type { Look } from './look.ts'

/** Those who may take something and are no contract: somebody's own account, which no code holds back. */
export async function plainSpenders(
  { network, rpc }: Pick<Look, 'network' | 'rpc'>,
  intents: readonly Intent[],
): Promise<string[]> {
  if (network.family !== 'evm') return []
  const spenders = allIntents(intents).flatMap((intent) =>
    intent.kind === 'approve'
      ? [intent.spender]
      : intent.kind === 'approve-all'
        ? [intent.operator]
        : [],
  )
  const found = spenders.map(async (spender) =>
    (await rpc('eth_getCode', [spender, 'latest'])) === '0x' ? [spender] : [],
  )
  return (await Promise.all(found)).flat()
}
