import { type Explanation, type Intent, allIntents, checkSignIn } from '@tandem/chains'
import type { Act } from './act.ts'
import { actsOf } from './acts.ts'
import { type Counted, countedAs } from './assets.ts'
import type { Asked, Factor, Spend } from './policy.ts'

/** A request as rules see it: computed once, before any rule runs. */
export type Facts = {
  readonly chain: string
  readonly ownNetwork: Asked['ownNetwork']
  readonly acts: readonly Act[]
  /** By CAIP-19, and by the names of all tokens of a kind: everything of the request in one sum. */
  readonly spends: ReadonlyMap<string, bigint>
  /** What an approval lets somebody take without a limit, by the same names. */
  readonly unlimited: ReadonlySet<string>
  /** What this account pays for the chain, at most. Absent: nothing, or nobody knows yet. */
  readonly fee: Spend | undefined
  /** Absent: the request is not of a site. */
  readonly origin: string | undefined
  readonly shown: readonly Factor[]
  readonly enrolled: readonly Factor[]
  readonly at: Date
  /** When it was asked for the first time. */
  readonly firstAt: Date
}

/** @param named tokens that the policy's owner names, as CAIP-19: what they are needs no proof. */
export function factsOf(asked: Asked, named: ReadonlySet<string>): Facts {
  const { explanation, ownNetwork, origin, shown, enrolled, firstAt = asked.at } = asked
  let { at } = asked
  // SECURITY: who sets the clock forward must not empty a limit, nor end a wait. Test: test/clock-set.test.ts "a clock that is set forward and back while it runs frees no limit"
  if (asked.earliest) at = asked.earliest
  const { chain, fee, intents } = explanation
  const acts = [...withSignIns(actsOf(explanation), asked), ...unproven(explanation, named)]
  const payments = allIntents(intents).filter((intent) => intent.kind === 'payment')
  // A payment of coins says what leaves with its fee, which may be for others to choose.
  const paid = fee?.own === true && payments.length === 0
  const known = fee?.own === true && payments.every((payment) => payment.fee !== undefined)
  const counted = [
    ...acts.flatMap(({ asset, spends }) => (asset && spends ? countedAs(asset, spends) : [])),
    ...(fee && paid ? [{ asset: fee.asset, amount: fee.max }] : []),
  ]
  const open = acts.flatMap(({ kind, asset }) =>
    asset && kind === 'unlimited-approval' ? countedAs(asset, 0n) : [],
  )
  return {
    chain,
    ownNetwork,
    acts,
    spends: sums(counted),
    unlimited: new Set(open.map(({ asset }) => asset)),
    fee: fee && known ? { asset: fee.asset, amount: fee.max } : undefined,
    origin,
    shown,
    enrolled,
    at,
    firstAt,
  }
}

function sums(counted: readonly Counted[]): Map<string, bigint> {
  const total = new Map<string, bigint>()
  for (const { asset, amount } of counted)
    if (amount > 0n) total.set(asset, (total.get(asset) ?? 0n) + amount)
  return total
}

/** A login is one only for who asks, on this account and chain, now. */
function withSignIns(acts: readonly Act[], asked: Asked): Act[] {
  const { explanation, origin = '', at } = asked
  const { chain, account, intents } = explanation
  const address = account.slice(chain.length + 1)
  const asker = { origin, address, chain, now: at }
  const isFalse = allIntents(intents).some(
    (intent) => intent.kind === 'sign-in' && checkSignIn(intent, asker).length > 0,
  )
  // SECURITY: a login for another site hands that account over. Test: test/policy-default.test.ts "21 a login for another site"
  if (isFalse) return [...acts, { kind: 'sign-in-mismatch', chain, to: [] }]
  return [...acts]
}

/** What rests on what others say. A call that nobody can read rests on nothing. */
function unproven(explanation: Explanation, named: ReadonlySet<string>): Act[] {
  const { chain, claims, intents } = explanation
  const all = allIntents(intents)
  const through = new Set(all.flatMap((intent) => throughOf(intent)))
  const readAtAll = all.some(({ kind }) => kind !== 'call' && kind !== 'batch')
  const open = claims.filter((claim) => {
    if (claim.kind !== 'standard') return true
    const contract = claim.contract.toLowerCase()
    if (!readAtAll) return false
    return through.has(contract) || !named.has(`${chain}/erc20:${contract}`)
  })
  // SECURITY: amounts and accounts that a request asserts can be a lie, and its limits with them. Test: test/policy-default.test.ts "a token that nobody vouches for asks a person"
  if (open.length > 0) return [{ kind: 'claimed', chain, to: [] }]
  return []
}

/** Contracts between the account and what was read. */
function throughOf(intent: Intent): string[] {
  if (intent.kind === 'batch' && intent.through !== undefined) return [intent.through.toLowerCase()]
  return intent.kind === 'safe-transaction' ? [intent.safe.toLowerCase()] : []
}
