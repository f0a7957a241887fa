import { isZero } from '../../calls/token.ts'
import { checksummed, type Context, isSelf, type Read, tokenAsset } from '../../context.ts'
import { fail } from '../path.ts'
import type { Values } from '../values.ts'
import { checkOwner } from './check-owner.ts'
import type { KnownType } from './known-type.ts'

/** Sales of tokens whose types are published and whose amounts are final. */
export const orders: readonly KnownType[] = [
  {
    // CoW Protocol, GPv2Order.sol
    type: 'Order(address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,string buyTokenBalance)',
    read: readCow,
  },
  {
    // 0x v4, LibNativeOrder.sol
    type: 'LimitOrder(address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount,uint128 takerTokenFeeAmount,address maker,address taker,address sender,address feeRecipient,bytes32 pool,uint64 expiry,uint256 salt)',
    read: readZeroEx,
  },
  {
    type: 'RfqOrder(address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount,address maker,address taker,address txOrigin,bytes32 pool,uint64 expiry,uint256 salt)',
    read: readZeroEx,
  },
]

/** What CoW Protocol takes for the chain's own coin (GPv2Transfer.sol). */
const COW_NATIVE = checksummed(`0x${'ee'.repeat(20)}`)

function readCow(message: Values, market: string, context: Context): Read[] {
  const kind = message.text('kind')
  if (kind !== 'sell' && kind !== 'buy')
    fail('not-valid', { up: { key: 'message' }, key: 'kind' }, 'sell or buy')
  const [receiver, buyToken] = [message.address('receiver'), message.address('buyToken')]
  const to = isZero(receiver) ? context.self : receiver
  const sold = message.integer('sellAmount') + message.integer('feeAmount')
  const bought = message.integer('buyAmount')
  return order('CoW Protocol', market, context, {
    ends: message.integer('validTo'),
    gives: {
      asset: tokenAsset(context, 'erc20', message.address('sellToken')),
      // Who buys an exact amount pays at most what the order says.
      min: kind === 'sell' ? sold : 0n,
      max: sold,
    },
    receives: {
      asset: buyToken === COW_NATIVE ? context.native : tokenAsset(context, 'erc20', buyToken),
      min: bought,
      max: bought,
      to,
    },
  })
}

function readZeroEx(message: Values, market: string, context: Context): Read[] {
  const to = checkOwner(message, 'maker', context)
  const [given, received] = [message.integer('makerAmount'), message.integer('takerAmount')]
  const token = (name: string) => tokenAsset(context, 'erc20', message.address(name))
  return order('0x', market, context, {
    ends: message.integer('expiry'),
    gives: { asset: token('makerToken'), min: given, max: given },
    receives: { asset: token('takerToken'), min: received, max: received, to },
  })
}

type Item = { readonly asset: string; readonly min: bigint; readonly max: bigint }

function order(
  protocol: string,
  market: string,
  context: Context,
  terms: {
    readonly ends: bigint
    readonly gives: Item
    readonly receives: Item & { readonly to: string }
  },
): Read[] {
  const receives = [{ ...terms.receives, toOwn: isSelf(context, terms.receives.to) }]
  const { ends, gives } = terms
  const maker = context.self
  return [
    {
      intent: { kind: 'order', protocol, market, maker, gives: [gives], receives, ends },
      claims: [],
    },
  ]
}
