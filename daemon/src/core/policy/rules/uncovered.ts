import * as z from 'zod'
import { ChainPattern, Name, asks } from '../fields.ts'
import { isAsset, isChain } from '../patterns.ts'
import { namesOf } from '../assets.ts'
import type { Facts } from '../facts.ts'
import type { Finding } from '../finding.ts'

/** What happens with an asset that no limit of the policy names: nobody said what it is worth. */
export const Uncovered = z
  .strictObject({
    rule: z.literal('uncovered'),
    name: Name,
    /** Chains where it does not matter, such as test networks. */
    except: z.array(ChainPattern).min(1).max(1000).optional(),
    /** Nor on test networks that are in no list, which the person at this machine added. */
    except_own_test: z.boolean().optional(),
    over: z.enum(['needs-factor', 'deny']),
    ...asks,
  })
  .refine(({ over, accepts, factors }) => over === 'needs-factor' || !(accepts ?? factors), {
    error: 'only with over = "needs-factor"',
    path: ['accepts'],
  })
type Uncovered = z.infer<typeof Uncovered>

/** @param limited every asset that a limit names */
export function uncovered(
  { except, except_own_test, over, accepts, factors }: Uncovered,
  facts: Facts,
  limited: readonly string[],
): readonly Finding[] {
  if (except?.some((pattern) => isChain(pattern, facts.chain)) === true) return []
  if (except_own_test === true && facts.ownNetwork === 'test') return []
  const text = 'No limit is set for this asset.'
  return usedAssets(facts)
    .filter((asset) => !isCovered(asset, limited))
    .map((asset) => ({
      says: over,
      detail: { text, asset },
      ...(over === 'needs-factor' && { asks: { accepts, factors } }),
    }))
}

/** Without the names that only count. */
function usedAssets({ acts, fee }: Facts): string[] {
  const used = acts.flatMap(({ kind, asset, spends = 0n }) =>
    asset !== undefined && (spends > 0n || kind === 'unlimited-approval') ? [asset] : [],
  )
  return [...new Set([...used, ...(fee && fee.amount > 0n ? [fee.asset] : [])])]
}

function isCovered(asset: string, limited: readonly string[]): boolean {
  const names = namesOf(asset)
  return limited.some((pattern) => names.some((name) => isAsset(pattern, name)))
}
