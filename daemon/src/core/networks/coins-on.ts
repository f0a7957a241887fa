import type { Network } from '@tandem/chains'
import type { Document } from '../policy/document.ts'
import { limitedAssets } from '../policy/findings.ts'
import { namesNetwork } from '../policy/names-network.ts'
import { isAsset, isChain } from '../policy/patterns.ts'
import { isListed } from './own-network.ts'

/** What a policy does where the coin of a network is used: it has limits, a person is asked, nobody may, or nothing. */
export type Coins = 'limited' | 'asks' | 'denied' | 'unlimited'

/** What a person who adds a network should know of the policy that is in force. */
export function coinsOn(document: Document, { id, native, test }: Network): Coins {
  if (limitedAssets(document).some((pattern) => isAsset(pattern, native.asset))) return 'limited'
  const isOwn = !isListed(id)
  if (isOwn && !test && !namesNetwork(document, id)) return 'denied'
  const says = document.rules.flatMap((rule) => {
    if (rule.rule !== 'uncovered') return []
    const isExcept = rule.except?.some((pattern) => isChain(pattern, id)) === true
    return isExcept || (isOwn && test && rule.except_own_test === true) ? [] : [rule.over]
  })
  if (says.includes('deny')) return 'denied'
  return says.length > 0 ? 'asks' : 'unlimited'
}
