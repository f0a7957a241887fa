import type { Order, OrderItem } from '../../../intent.ts'
import { isZero } from '../../calls/token.ts'
import { type Context, isSelf, type Read, tokenAsset } from '../../context.ts'
import { fail } from '../path.ts'
import type { Values } from '../values.ts'
import { checkOwner } from './check-owner.ts'
import type { KnownType } from './known-type.ts'

const CONSIDERATION =
  'ConsiderationItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount,address recipient)'
const OFFER =
  'OfferItem(uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount)'
const COMPONENTS =
  'OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)'

/** The tallest tree of orders that Seaport verifies (ConsiderationConstants.sol). */
const MAX_HEIGHT = 24
const heights = Array.from({ length: MAX_HEIGHT }, (_, index) => index + 1)

/** Seaport 1.1 to 1.6: one order, or a tree of orders that are signed together. */
export const seaport: readonly KnownType[] = [
  {
    type: `${COMPONENTS}${CONSIDERATION}${OFFER}`,
    read: (message, market, context) => [order(message, market, context)],
  },
  ...heights.map((height) => ({
    type: `BulkOrder(OrderComponents${'[2]'.repeat(height)} tree)${CONSIDERATION}${OFFER}${COMPONENTS}`,
    read: (message: Values, market: string, context: Context) =>
      message
        .leaves('tree', height)
        .filter((leaf) => !isPadding(leaf))
        .map((leaf) => order(leaf, market, context)),
  })),
]

/** Trees are filled up with empty orders of nobody. */
function isPadding(leaf: Values): boolean {
  return (
    isZero(leaf.address('offerer')) &&
    leaf.list('offer').length === 0 &&
    leaf.list('consideration').length === 0
  )
}

function order(message: Values, market: string, context: Context): Read {
  const intent: Order = {
    kind: 'order',
    protocol: 'Seaport',
    market,
    maker: checkOwner(message, 'offerer', context),
    gives: message.list('offer').map((item) => orderItem(item, context)),
    receives: message.list('consideration').map((item) => {
      const to = item.address('recipient')
      return { ...orderItem(item, context), to, toOwn: isSelf(context, to) }
    }),
    starts: message.integer('startTime'),
    ends: message.integer('endTime'),
  }
  return { intent, claims: [] }
}

function orderItem(item: Values, context: Context): OrderItem {
  const [start, end] = [item.integer('startAmount'), item.integer('endAmount')]
  // Between the two the amount moves with time.
  const [min, max] = start < end ? [start, end] : [end, start]
  return { asset: assetOf(item, context), min, max }
}

/** Seaport's ItemType. */
function assetOf(item: Values, context: Context): string {
  const type = Number(item.integer('itemType'))
  const [token, identifier] = [item.address('token'), item.integer('identifierOrCriteria')]
  if (type === 0 && isZero(token) && identifier === 0n) return context.native
  if (type === 1 && identifier === 0n) return tokenAsset(context, 'erc20', token)
  if (type === 2) return tokenAsset(context, 'erc721', token, identifier)
  if (type === 3) return tokenAsset(context, 'erc1155', token, identifier)
  // Any token of the collection, or any of some that the criteria name.
  if (type === 4) return tokenAsset(context, 'erc721', token)
  if (type === 5) return tokenAsset(context, 'erc1155', token)
  return fail('not-valid', { up: { key: 'message' }, key: 'itemType' }, 'an item of Seaport')
}
