import { loadDecision } from '../decision.ts'
import { coinsOn } from '../networks/coins-on.ts'
import { release } from '../release.ts'
import { everyWallet } from '../wallet-record.ts'
import type { Inside } from './inside.ts'
import type { Command, Done, Networks } from './messages.ts'
import { requireCode } from './require-code.ts'

type Own = Pick<Inside, 'parts' | 'networks'>
type Add = Omit<Extract<Command, { command: 'network-add' }>, 'command'>

/** Every network that this co-signer signs for. */
export function networkViews({ parts, networks }: Own): Networks {
  const { document } = parts.policy.current()
  return {
    networks: networks.list().map(({ network, isOwn, addedAt }) => ({
      chain: network.id,
      name: network.name,
      symbol: network.native.symbol,
      decimals: network.native.decimals,
      test: network.test,
      own: isOwn,
      coins: coinsOn(document, network),
      ...(addedAt && { addedAt: addedAt.toISOString() }),
    })),
  }
}

/**
 * Signs for one more network.
 *
 * @throws {OperatorError} `wrong-secret`, `locked` for the code
 * @throws {ClientError} `unreadable`, `conflict`
 */
export async function addNetwork(inside: Own, { chain, own, code }: Add): Promise<Networks> {
  const { parts, networks } = inside
  // A code for what cannot be is not used up.
  networks.check(chain, own)
  // SECURITY: who sits down at an unlocked terminal must not make a network on which nothing is limited. Test: test/networks.test.ts "where an app is enrolled, a network is added with its code"
  await requireCode(parts, code)
  await networks.add(chain, own)
  return networkViews(inside)
}

/** Ends what waits on it, too. @returns `done`: whether it was added. @throws {ClientError} `conflict` */
export async function removeNetwork(
  { parts, networks }: Own,
  { chain }: { readonly chain: string },
): Promise<Done> {
  const done = await networks.remove(chain)
  if (!done) return { done }
  for await (const { wallet } of everyWallet(parts.store)) {
    // No more than may be open at once.
    const open = await parts.store.list('expiry', { prefix: wallet, limit: 500 })
    for (const { value: requestId } of open) {
      const decision = await loadDecision(parts.store, wallet, requestId)
      if (decision?.chain === chain) await release(parts, decision, 'cancelled')
    }
  }
  return { done }
}
