import { bytesToHex } from '@noble/hashes/utils.js'
import type { Network, Use } from '@tandem/chains'
import { type Decision, spentSince, useIds } from './decision.ts'
import { isListed } from './networks/own-network.ts'
import type { Parts } from './parts.ts'
import type { Asked, Factor, Policy, Spent } from './policy/policy.ts'
import type { Asking, Read } from './reading.ts'
import { type Takeover, takeover } from './takeover.ts'
import { isWhole } from './whole.ts'

/** What a verdict is given about. A stored request has no `entries` and `hash` to compare with. */
export type Judged = Pick<Asking, 'requestId' | 'payload' | 'chain' | 'account'> & {
  readonly origin?: string | undefined
  readonly replaces?: Uint8Array | undefined
}

/** What was decided before about the same request, and what was shown since. */
export type Before = {
  readonly known?: Decision | undefined
  readonly proven?: readonly Factor[]
  /** Its own reservation, which does not count against it. */
  readonly without?: Uint8Array | undefined
}

/** What a policy is asked about a request, with what it needs to know of the past. */
export type Question = {
  readonly asked: Asked
  readonly spent: Spent
  readonly uses: readonly { readonly use: Use; readonly id: Uint8Array }[]
  readonly whole: boolean
  readonly taken: Takeover | undefined
}

export async function questionOf(
  parts: Pick<Parts, 'store' | 'factors' | 'now' | 'span' | 'chain'>,
  policy: Policy,
  wallet: Uint8Array,
  { chain, origin, replaces }: Judged,
  { reading, explanation, warnings }: Read,
  { known, proven = [], without }: Before,
): Promise<Question> {
  const { store, factors, now, span } = parts
  const at = now()
  const asked: Asked = {
    wallet: bytesToHex(wallet),
    explanation,
    warnings,
    ownNetwork: ownNetworkOf(parts.chain(chain)?.network),
    ...(origin !== undefined && { origin }),
    replaces: replaces !== undefined,
    shown: [...(known?.shown ?? []), ...proven],
    enrolled: await factors.enrolled(),
    at,
    ...(span && { earliest: span().earliest }),
    firstAt: new Date(known?.firstAt ?? (span?.().latest ?? at).getTime()),
  }
  const uses = useIds(chain, explanation.uses)
  const ids = uses.map(({ id }) => id)
  const whole = isWhole({ reading, explanation })
  const taken = await takeover(store, wallet, replaces, { uses: ids, whole })
  const sums = new Map<string, bigint>()
  for (const { asset, since, amount } of policy.windows(asked)) {
    const counting = { slot: taken?.slot, amount, replaces, without }
    sums.set(nameOf(asset, since), await spentSince(store, wallet, asset, since, counting))
  }
  return {
    asked,
    spent(asset, since) {
      const sum = sums.get(nameOf(asset, since))
      if (sum === undefined) throw new Error('a policy asks for a window that it did not name')
      return sum
    },
    uses,
    whole,
    taken,
  }
}

/** Of a network that is gone, nothing is known: it was not a test. */
function ownNetworkOf(network: Network | undefined): Asked['ownNetwork'] {
  if (network && isListed(network.id)) return undefined
  return network?.test === true ? 'test' : 'other'
}

const nameOf = (asset: string, since: Date): string => `${asset}@${since.getTime()}`
