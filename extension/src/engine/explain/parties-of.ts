import { type Intent, allIntents } from '@tandem/chains'

/** Somebody whom a request names. */
export type Named = {
  readonly address: string
  /** Something of value goes there at once. */
  readonly isPaid: boolean
}

/** Everybody whom a request pays or gives a right, in its order. Own addresses that it knows are left out. */
export function partiesOf(intents: readonly Intent[]): Named[] {
  const found = allIntents(intents).flatMap(namedIn)
  return found.filter(({ address }, at) => found.findIndex((one) => one.address === address) === at)
}

function namedIn(intent: Intent): Named[] {
  const paid = (address: string): Named[] => [{ address, isPaid: true }]
  const trusted = (address: string): Named[] => [{ address, isPaid: false }]
  switch (intent.kind) {
    case 'transfer':
      return paid(intent.toOwner ?? intent.to)
    case 'payment':
      return intent.outputs.flatMap(({ to, address }) =>
        to === 'other' && address !== undefined ? paid(address) : [],
      )
    case 'order':
      return intent.receives.flatMap(({ to, toOwn }) => (toOwn ? [] : trusted(to)))
    case 'approve':
      return trusted(intent.spender)
    case 'approve-all':
      return trusted(intent.operator)
    case 'revoke':
      return intent.spender === undefined ? [] : trusted(intent.spender)
    case 'call':
      return trusted(intent.target)
    case 'delegate':
      return trusted(intent.to)
    case 'close-account':
      return intent.toOwn ? [] : trusted(intent.to)
    case 'set-authority':
      return intent.to === undefined ? [] : trusted(intent.to)
    case 'create':
    case 'upgrade':
    case 'safe-transaction':
    case 'batch':
    case 'sign-in':
    case 'message':
    case 'typed-data':
    case 'open-account':
    case 'assign':
    case 'advance-nonce':
    case 'burn':
    case 'mint':
    case 'freeze':
    case 'routine':
    case 'memo':
      return []
  }
}
