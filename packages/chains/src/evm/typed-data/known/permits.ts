import type { Context, Read } from '../../context.ts'
import { tokenAsset } from '../../context.ts'
import { allowance, isZero } from '../../calls/token.ts'
import type { Values } from '../values.ts'
import { checkOwner } from './check-owner.ts'
import type { KnownType } from './known-type.ts'

/** Approvals that a token takes by signature. The token is the contract of the domain. */
export const permits: readonly KnownType[] = [
  {
    // ERC-2612
    type: 'Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)',
    read: (message, token, context) =>
      permit(context, token, {
        owner: checkOwner(message, 'owner', context),
        spender: message.address('spender'),
        amount: message.integer('value'),
        deadline: message.integer('deadline'),
      }),
  },
  {
    // DAI: all or nothing, and at 0 it never expires.
    type: 'Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)',
    read: (message, token, context) => {
      const deadline = message.integer('expiry')
      return permit(context, token, {
        owner: checkOwner(message, 'holder', context),
        spender: message.address('spender'),
        amount: message.bool('allowed') ? (1n << 256n) - 1n : 0n,
        ...(deadline === 0n ? {} : { deadline }),
      })
    },
  },
  {
    // ERC-4494, and positions of Uniswap. The owner is whoever owns the token.
    type: 'Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)',
    read: (message, collection, context) => [permitOne(message, collection, context)],
  },
  {
    // Uniswap v4 positions.
    type: 'PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)',
    read: (message, contract, context) => [permitForAll(message, contract, context)],
  },
]

function permit(
  context: Context,
  token: string,
  settings: {
    readonly owner: string
    readonly spender: string
    readonly amount: bigint
    readonly deadline?: bigint
  },
): Read[] {
  const intent = allowance(context, { ...settings, token, by: 'permit' })
  return [{ intent, claims: [] }]
}

function permitOne(message: Values, collection: string, context: Context): Read {
  const spender = message.address('spender')
  const asset = tokenAsset(context, 'erc721', collection, message.integer('tokenId'))
  const deadline = message.integer('deadline')
  if (isZero(spender))
    return { intent: { kind: 'revoke', what: 'allowance', asset, by: 'permit' }, claims: [] }
  const approval = { owner: context.self, spender, amount: 1n, deadline } as const
  return {
    intent: { kind: 'approve', asset, ...approval, change: 'set', by: 'permit' },
    claims: [],
  }
}

function permitForAll(message: Values, contract: string, context: Context): Read {
  const operator = message.address('operator')
  const collection = tokenAsset(context, 'erc721', contract)
  if (message.bool('approved'))
    return {
      intent: { kind: 'approve-all', collection, owner: context.self, operator },
      claims: [],
    }
  const spender = operator
  const by = 'permit'
  return {
    intent: { kind: 'revoke', what: 'operator', asset: collection, spender, by },
    claims: [],
  }
}
