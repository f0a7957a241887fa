import type { Effect, Expected } from './effect.ts'
import type { Ran } from './reality.ts'

/** What was last approved, by keeper, token, owner and spender. */
export type Allowances = Map<string, bigint>

/**
 * How what was explained differs from what happened; empty where it does not.
 *
 * @param loose contracts whose standard nobody has said: an NFT's number may stand for an amount
 */
export function differences(
  expected: Expected,
  ran: Ran,
  allowances: Allowances,
  loose: ReadonlySet<string>,
): string[] {
  const self = ran.from.toLowerCase()
  if (!ran.ok) return []
  const said = textsOf(settled(expected.effects, allowances))
  const done = ran.effects
    .filter(({ what }) => what !== 'coins')
    .map((effect) => closest(effect, said, allowances, loose))
  const missing = without(said, done).map((text) => `did not happen: ${text}`)
  const surprising = without(done, said).map((text) => `was not said: ${text}`)

  const before = netCoins(expected.effects)
  const after = netCoins(ran.effects)
  const lost = -(after.get(self) ?? 0n)
  const most = -(before.get(self) ?? 0n)
  // Even of what is not understood, the coins that go with it are known; unless it runs as oneself.
  const isOwnCode = expected.unknown && ran.to === self
  const coins =
    !isOwnCode && lost > (most > 0n ? most : 0n) ? [`lost ${lost}, and ${most} was said`] : []

  if (expected.unknown) return [...(expected.partial ? [] : missing), ...coins]
  if (expected.partial) return [...surprising, ...coins]
  return [...missing, ...surprising, ...coins, ...netDifferences(before, after)]
}

/** Follows what an explained transaction does to allowances, for those that are relative. */
export function follow(ran: Ran, allowances: Allowances): void {
  for (const effect of ran.effects)
    if (effect.what === 'allowance' && typeof effect.amount === 'bigint')
      allowances.set(keyOf(effect), effect.amount)
}

type Allowance = Extract<Effect, { what: 'allowance' }>

function keyOf({ by, contract, id, owner = '', spender }: Allowance): string {
  return [by, contract, id ?? '', owner, spender].join(' ')
}

/** `more` becomes what it comes to. */
function settled(effects: readonly Effect[], allowances: Allowances): Effect[] {
  const now = new Map(allowances)
  return effects.map((effect) => {
    if (effect.what !== 'allowance' || typeof effect.amount !== 'bigint') return effect
    const amount = effect.amount + (effect.more ? (now.get(keyOf(effect)) ?? 0n) : 0n)
    now.set(keyOf(effect), amount)
    return { ...effect, amount, more: false }
  })
}

function textsOf(effects: readonly Effect[]): string[] {
  return effects.filter(({ what }) => what !== 'coins').map(textOf)
}

function textOf(effect: Effect): string {
  switch (effect.what) {
    case 'coins':
      return ''
    case 'token': {
      const { contract, id, amount, from, to } = effect
      return `token ${contract}/${id ?? ''} ${amount} ${from} ${to}`
    }
    case 'allowance':
      return allowanceText(effect)
    case 'operator':
      return `operator ${effect.contract} ${effect.operator} ${effect.approved}`
    case 'created':
      return `created ${effect.address}`
    case 'upgraded':
      return `upgraded ${effect.proxy} ${effect.implementation}`
  }
}

function allowanceText({ by, contract, id, owner, spender, amount, until }: Allowance) {
  const what = `${by} ${contract}/${id ?? ''}`
  if (amount === 'less') return `less ${what} ${spender}`
  if (amount === 0n) return `revoked ${what} ${spender}`
  const shown = amount === 'unlimited' || amount >= 1n << 128n ? 'unlimited' : amount
  return `allowed ${what} ${owner} ${spender} ${shown} ${until ?? ''}`
}

/** An event in the explanation's words, where it has several for one. */
function closest(
  effect: Effect,
  said: readonly string[],
  allowances: Allowances,
  loose: ReadonlySet<string>,
): string {
  const exact = textOf(effect)
  if (said.includes(exact)) return exact
  if (effect.what === 'token' && effect.id !== undefined && loose.has(effect.contract)) {
    const { id, ...rest } = effect
    return textOf({ ...rest, amount: id })
  }
  if (effect.what !== 'allowance') return exact
  if (effect.id !== undefined && loose.has(effect.contract)) {
    const { id, ...rest } = effect
    return textOf({ ...rest, amount: id })
  }
  const less = textOf({ ...effect, amount: 'less' })
  const { amount } = effect
  const fell = typeof amount === 'bigint' && amount <= (allowances.get(keyOf(effect)) ?? 0n)
  return fell && said.includes(less) ? less : exact
}

/** What is in `all` more often than in `others`. */
function without(all: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>()
  for (const text of others) left.set(text, (left.get(text) ?? 0) + 1)
  return all.filter((text) => {
    const count = left.get(text) ?? 0
    left.set(text, count - 1)
    return count <= 0
  })
}

/** What everybody has more or less of. */
function netCoins(effects: readonly Effect[]): Map<string, bigint> {
  const net = new Map<string, bigint>()
  const add = (who: string, amount: bigint) => net.set(who, (net.get(who) ?? 0n) + amount)
  for (const effect of effects) {
    if (effect.what !== 'coins') continue
    add(effect.from, -effect.amount)
    add(effect.to, effect.amount)
  }
  return net
}

function netDifferences(said: Map<string, bigint>, done: Map<string, bigint>): string[] {
  return [...new Set([...said.keys(), ...done.keys()])]
    .filter((who) => (said.get(who) ?? 0n) !== (done.get(who) ?? 0n))
    .map((who) => `${who} has ${done.get(who) ?? 0n} more, and ${said.get(who) ?? 0n} was said`)
}
