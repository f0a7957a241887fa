import { transfer } from '../../calls/token.ts'
import { type Context, type Read, tokenAsset } from '../../context.ts'
import type { Values } from '../values.ts'
import { checkOwner } from './check-owner.ts'
import type { KnownType } from './known-type.ts'

const MEMBERS =
  'address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce'

/** ERC-3009: a transfer that somebody else brings to the token, or only its recipient. */
export const authorizations: readonly KnownType[] = [
  { type: `TransferWithAuthorization(${MEMBERS})`, read },
  { type: `ReceiveWithAuthorization(${MEMBERS})`, read },
]

function read(message: Values, token: string, context: Context): Read[] {
  const moved = transfer(context, {
    asset: tokenAsset(context, 'erc20', token),
    amount: message.integer('value'),
    from: checkOwner(message, 'from', context),
    to: message.address('to'),
  })
  const starts = message.integer('validAfter')
  const ends = message.integer('validBefore')
  return [{ intent: { ...moved, by: 'signature', starts, ends }, claims: [] }]
}
