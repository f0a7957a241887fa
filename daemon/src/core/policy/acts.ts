import type {
  Approve,
  Explanation,
  Intent,
  Order,
  Payment,
  SetAuthority,
  Transfer,
} from '@tandem/chains'
import type { Act, ActKind } from './act.ts'
import { nativeOf, referenceOf } from './assets.ts'

type Rest = Partial<Omit<Act, 'kind' | 'chain'>>

/** Whose acts are told. */
type Teller = {
  readonly chain: string
  readonly native: string
  /** The account that signs, in the chain's own writing. */
  readonly self: string
  /** What a Safe sends is its owners' money, and they are asked as for their own. */
  readonly inSafe: boolean
}

/**
 * What a new token account costs where the request leaves it to the chain: the rent of 165 bytes.
 * https://solana.com/docs/core/accounts#rent
 */
const TOKEN_RENT = 2_039_280n

/** What an explained request does, one by one: what is inside of batches and Safes stands beside. */
export function actsOf({ chain, account, intents }: Explanation): Act[] {
  const self = account.slice(chain.length + 1)
  const teller = { chain, native: nativeOf(chain), self, inSafe: false }
  const acts = intents.flatMap((intent) => ofIntent(intent, teller))
  return acts.length > 0 ? acts : [{ kind: 'empty', chain, to: [] }]
}

function ofIntent(intent: Intent, teller: Teller): Act[] {
  const { chain, native, self } = teller
  const act = (kind: ActKind, rest: Rest = {}): Act => {
    const contract = rest.contract ?? (rest.asset && referenceOf(rest.asset))
    return { kind, chain, to: [], ...rest, ...(contract !== undefined && { contract }) }
  }
  const coins = (amount: bigint): Rest => ({ asset: native, amount, spends: amount })

  switch (intent.kind) {
    case 'transfer':
      return ofTransfer(intent, teller, act)
    case 'approve':
      return approvals(intent).map((kind) => {
        const { asset, amount, spender } = intent
        const about = { asset, amount, to: [spender] }
        return act(kind, amount === 'unlimited' ? about : { ...about, spends: amount })
      })
    case 'approve-all': {
      const { collection: asset, operator } = intent
      return [act('approve-all', { asset, amount: 'unlimited', to: [operator] })]
    }
    case 'revoke':
      return [act('revoke', { to: intent.spender === undefined ? [] : [intent.spender] })]
    case 'order':
      return ofOrder(intent, act)
    case 'call': {
      const { target, value, selector, hidden } = intent
      const kind = hidden === undefined ? 'call' : 'hidden-call'
      const about = { to: [target], contract: target, ...(selector !== undefined && { selector }) }
      return [act(kind, { ...coins(value), ...about })]
    }
    case 'create':
      return [act('create', { ...coins(intent.value), to: [intent.address] })]
    case 'upgrade': {
      const { target, implementation, call } = intent
      const to = implementation === undefined ? [] : [implementation]
      return [act('upgrade', { contract: target, to }), ...(call ? ofIntent(call, teller) : [])]
    }
    case 'delegate':
      return [act('delegation', { to: [intent.to] })]
    case 'safe-transaction': {
      const { safe, operation, target, inner, refund } = intent
      const about = { contract: safe, to: [target] }
      return [
        act('safe-transaction', about),
        ...(operation === 'delegatecall' ? [act('delegatecall', about)] : []),
        ...(refund ? [act('safe-refund', { contract: safe, to: [refund.to] })] : []),
        ...ofIntent(inner, { ...teller, inSafe: true }),
      ]
    }
    case 'batch':
      return intent.steps.flatMap((step) => ofIntent(step, teller))
    case 'sign-in':
      return [act('sign-in')]
    case 'message': {
      if (intent.text === undefined) return [act('opaque-message')]
      return [act(intent.nearSignIn === true ? 'near-sign-in' : 'message')]
    }
    case 'typed-data': {
      const contract = intent.domain.find(({ name }) => name === 'verifyingContract')?.value
      const about = typeof contract === 'string' ? { contract } : {}
      return [act('typed-data', { type: intent.primaryType, ...about })]
    }
    case 'payment':
      return ofPayment(intent, native, act)
    case 'open-account': {
      const { amount = TOKEN_RENT, address, token, program, payer } = intent
      const about = { to: token ? [address, token.owner] : [address], contract: program }
      return [act('open-account', payer === self ? { ...coins(amount), ...about } : about)]
    }
    case 'close-account':
      return [act(intent.toOwn ? 'close-account' : 'close-elsewhere', { to: [intent.to] })]
    case 'assign':
      return [act(intent.own ? 'assign' : 'routine', { to: [intent.program] })]
    case 'set-authority':
      return [ofAuthority(intent, act)]
    case 'advance-nonce':
      return [act('durable-nonce')]
    case 'burn':
      return [act('burn', { asset: intent.asset, amount: intent.amount, spends: intent.amount })]
    case 'mint':
      return [act('mint', { asset: intent.asset, to: [intent.to] })]
    case 'freeze':
      return [act('freeze', { asset: intent.asset, to: [intent.address] })]
    case 'routine':
      return [act('routine', { contract: intent.program })]
    case 'memo':
      return [act('memo')]
  }
}

type MakeAct = (kind: ActKind, rest?: Rest) => Act

function ofTransfer(
  { asset, amount, to, toOwner, fromOwn, toOwn, by }: Transfer,
  { inSafe }: Teller,
  act: MakeAct,
): Act[] {
  const about = { asset, amount, to: toOwner === undefined ? [to] : [to, toOwner] }
  const leaves = !toOwn && (fromOwn || inSafe)
  const kind = leaves ? 'transfer' : fromOwn ? 'own-transfer' : 'foreign-transfer'
  return [
    act(kind, leaves ? { ...about, spends: amount } : about),
    ...(by ? [act('signed-transfer', about)] : []),
  ]
}

/** An approval without end is never only an approval, however it is signed. */
function approvals({ amount, by }: Approve): ActKind[] {
  const open: ActKind[] = amount === 'unlimited' ? ['unlimited-approval'] : []
  if (by !== 'call') return ['permit', ...open]
  return amount === 'unlimited' ? open : ['approval']
}

function ofOrder({ market, gives, receives }: Order, act: MakeAct): Act[] {
  const given = gives.map(({ asset, max }) =>
    act('order', { asset, amount: max, spends: max, to: [market], contract: market }),
  )
  const foreign = receives.filter(({ toOwn }) => !toOwn)
  const paid = receives.some(({ toOwn, min }) => toOwn && min > 0n)
  return [
    ...(given.length > 0 ? given : [act('order', { to: [market], contract: market })]),
    ...foreign.map(({ to }) => act('order-foreign-payee', { to: [to], contract: market })),
    ...(paid ? [] : [act('order-for-nothing', { to: [market], contract: market })]),
  ]
}

/** Control that comes to this account is no loss, unless it changes who else must agree. */
function ofAuthority({ to, toOwn, threshold, address }: SetAuthority, act: MakeAct): Act {
  const kind = toOwn && threshold === undefined ? 'take-authority' : 'set-authority'
  return act(kind, { to: to === undefined ? [] : [to], contract: address })
}

/** What leaves, fee included, is told with the first act: outputs alone do not say it. */
function ofPayment(payment: Payment, asset: string, act: MakeAct): Act[] {
  const { inputs, outputs, outputsFixed, leaves } = payment
  const moved = outputs.flatMap(({ to, address, amount }) => {
    if (to === 'own' || to === 'change') return []
    if (to === 'data') return [amount > 0n ? act('burn', { asset, amount }) : act('memo')]
    return [act('transfer', { asset, amount, to: address === undefined ? [] : [address] })]
  })
  const isOpen = !outputsFixed || inputs.some(({ signed, sighash }) => signed && sighash !== 'all')
  const [first = act('own-transfer', { asset }), ...rest] = moved
  return [
    { ...first, asset, spends: leaves > 0n ? leaves : 0n },
    ...rest,
    ...(isOpen ? [act('open-outputs')] : []),
    ...(inputs.some(({ own }) => !own) ? [act('foreign-inputs')] : []),
  ]
}
