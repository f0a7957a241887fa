import type { Act } from './act.ts'
import { namesOf } from './assets.ts'
import type { Facts } from './facts.ts'
import type { Where } from './fields.ts'
import { isAccount, isAsset, isChain } from './patterns.ts'

type Condition = (act: Act, where: Where, facts: Facts) => boolean

/** One for each way to say which acts are meant; each holds where it is not said. */
const conditions: { readonly [K in keyof Required<Where>]: Condition } = {
  chains: ({ chain }, { chains }) => chains?.some((one) => isChain(one, chain)) ?? true,
  assets: ({ asset }, { assets }) => {
    if (!assets) return true
    const names = asset === undefined ? [] : namesOf(asset)
    return assets.some((pattern) => names.some((name) => isAsset(pattern, name)))
  },
  to: (act, { to }) => !to || goesTo(act, to),
  except_to: (act, { except_to }) => !except_to || !goesTo(act, except_to),
  contracts: ({ chain, contract }, { contracts }) =>
    contracts?.some((one) => contract !== undefined && isAccount(one, chain, contract)) ?? true,
  selectors: ({ selector }, { selectors }) => selectors?.some((one) => one === selector) ?? true,
  types: ({ type }, { types }) => types?.some((one) => one === type) ?? true,
  origins: (_act, { origins }, facts) => origins?.includes(originOf(facts)) ?? true,
  except_origins: (_act, { except_origins }, facts) =>
    except_origins ? !except_origins.includes(originOf(facts)) : true,
  above: ({ amount }, { above }) =>
    above === undefined || (amount !== undefined && (amount === 'unlimited' || amount > above)),
  up_to: ({ amount }, { up_to }) =>
    up_to === undefined || (typeof amount === 'bigint' && amount <= up_to),
}

/** Whether a rule is about an act. */
export function matches(act: Act, where: Where, facts: Facts): boolean {
  return Object.values(conditions).every((holds) => holds(act, where, facts))
}

export const originOf = ({ origin }: Pick<Facts, 'origin'>): string => origin ?? 'own'

function goesTo({ chain, to }: Act, patterns: readonly string[]): boolean {
  return to.some((address) => patterns.some((pattern) => isAccount(pattern, chain, address)))
}
