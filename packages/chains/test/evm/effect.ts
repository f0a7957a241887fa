import { parseAssetId } from '../../src/caip.ts'
import type { Approve, Explanation, Intent, Revoke } from '../../src/intent.ts'

/**
 * What happens on a chain, in words that an explanation and a block's own record can both be put
 * into. Addresses are in lower case.
 */
export type Effect =
  /** Native coins. Only what is left on each side counts, because contracts pass coins on. */
  | { readonly what: 'coins'; readonly from: string; readonly to: string; readonly amount: bigint }
  | {
      readonly what: 'token'
      readonly contract: string
      readonly id?: bigint
      readonly amount: bigint
      readonly from: string
      readonly to: string
    }
  | {
      readonly what: 'allowance'
      /** Who keeps it: the token, or Permit2. */
      readonly by: 'token' | 'permit2'
      readonly contract: string
      readonly id?: bigint
      /** Absent where it is taken away: an explanation does not say whose it was. */
      readonly owner?: string
      readonly spender: string
      /** `less`: than before. */
      readonly amount: bigint | 'unlimited' | 'less'
      readonly more: boolean
      readonly until?: bigint
    }
  | {
      readonly what: 'operator'
      readonly contract: string
      readonly operator: string
      readonly approved: boolean
    }
  | { readonly what: 'created'; readonly address: string }
  | { readonly what: 'upgraded'; readonly proxy: string; readonly implementation: string }

export type Delegation = {
  readonly authority: string
  /** Zero: none any more. */
  readonly to: string
  /** Absent where it is taken away. */
  readonly chainId?: bigint
  readonly nonce?: bigint
}

/** An explanation, as effects. */
export type Expected = {
  readonly effects: readonly Effect[]
  readonly delegations: readonly Delegation[]
  /** Something could not be read: more may happen. */
  readonly unknown: boolean
  /** It may stop halfway: less may happen. */
  readonly partial: boolean
}

const NOBODY = `0x${'0'.repeat(40)}`

export function expected({ chain, account, intents }: Explanation): Expected {
  const self = account.slice(chain.length + 1).toLowerCase()
  const effects: Effect[] = []
  const delegations: Delegation[] = []
  let unknown = false
  let partial = false

  const visit = (intent: Intent, top: boolean): void => {
    const { kind } = intent
    if (kind === 'transfer') effects.push(moved(intent))
    else if (kind === 'approve') effects.push(allowed(intent))
    else if (kind === 'approve-all')
      effects.push(operated(intent.collection, intent.operator, true))
    else if (kind === 'revoke' && intent.what === 'delegation')
      delegations.push({ authority: lower(intent.asset.slice(chain.length + 1)), to: NOBODY })
    else if (kind === 'revoke' && intent.what === 'operator')
      effects.push(operated(intent.asset, intent.spender ?? NOBODY, false))
    else if (kind === 'revoke') effects.push(revoked(intent))
    else if (kind === 'create') {
      effects.push({ what: 'created', address: lower(intent.address) })
      effects.push(coins(self, intent.address, intent.value))
    } else if (kind === 'upgrade') {
      const { target, implementation = NOBODY, call } = intent
      const proxy = lower(target)
      effects.push({ what: 'upgraded', proxy, implementation: lower(implementation) })
      if (call) visit(call, false)
    } else if (kind === 'delegate') {
      const { authority, to, chainId, nonce } = intent
      delegations.push({ authority: lower(authority), to: lower(to), chainId, nonce })
    } else if (kind === 'safe-transaction') visit(intent.inner, false)
    else if (kind === 'batch') {
      partial ||= !intent.atomic
      for (const step of intent.steps) visit(step, false)
    } else {
      unknown = true
      if (kind === 'call' && top) effects.push(coins(self, intent.target, intent.value))
    }
  }
  for (const intent of intents) visit(intent, true)
  return { effects, delegations, unknown, partial }
}

function lower(address: string): string {
  return address.toLowerCase()
}

export function coins(from: string, to: string, amount: bigint): Effect {
  return { what: 'coins', from: lower(from), to: lower(to), amount }
}

function moved({ asset, amount, from, to }: Extract<Intent, { kind: 'transfer' }>): Effect {
  const { namespace } = parseAssetId(asset)
  if (namespace === 'slip44') return coins(from, to, amount)
  return { what: 'token', ...tokenOf(asset), amount, from: lower(from), to: lower(to) }
}

function allowed({ asset, owner, spender, amount, change, by, until }: Approve): Effect {
  return {
    what: 'allowance',
    by: by === 'permit2' ? 'permit2' : 'token',
    ...tokenOf(asset),
    owner: lower(owner),
    spender: lower(spender),
    amount,
    more: change === 'increase',
    ...(until === undefined ? {} : { until }),
  }
}

function revoked({ asset, spender = NOBODY, by, what }: Revoke): Effect {
  return {
    what: 'allowance',
    by: by === 'permit2' ? 'permit2' : 'token',
    ...tokenOf(asset),
    spender: lower(spender),
    amount: what === 'decrease' ? 'less' : 0n,
    more: false,
  }
}

function operated(collection: string, operator: string, approved: boolean): Effect {
  const { contract } = tokenOf(collection)
  return { what: 'operator', contract, operator: lower(operator), approved }
}

function tokenOf(asset: string): { contract: string; id?: bigint } {
  const { reference, tokenId } = parseAssetId(asset)
  const contract = lower(reference)
  return tokenId === undefined ? { contract } : { contract, id: BigInt(tokenId) }
}
