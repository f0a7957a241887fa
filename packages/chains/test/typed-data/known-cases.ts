import { encodeFunctionData, erc20Abi } from 'viem'
import { contract, domain, other, self, zero } from './document.ts'

export const asset = `eip155:1/erc20:${contract.toLowerCase()}`
export const spender = '0x9aF3C0021bE4D7710ce3a1dD0b6A4470E1f3b2c8'.toLowerCase()
const sum = '0x6B175474E89094C44Da98b954EedeAC495271d0F'
const usdc = '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48'
const token = (address: string) => `eip155:1/erc20:${address.toLowerCase()}`
const max = (bits: number) => ((1n << BigInt(bits)) - 1n).toString()
const half = (bits: number) => 1n << BigInt(bits - 1)
export const permit2 = {
  name: 'Permit2',
  chainId: 1,
  verifyingContract: '0x000000000022D473030F116dDEE9F6B43aC78BA3',
}

export const PERMIT =
  'Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)'
export const DAI =
  'Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)'
export const PERMIT_ONE = 'Permit(address spender,uint256 tokenId,uint256 nonce,uint256 deadline)'
export const PERMIT_ALL =
  'PermitForAll(address operator,bool approved,uint256 nonce,uint256 deadline)'
const DETAILS = 'PermitDetails(address token,uint160 amount,uint48 expiration,uint48 nonce)'
export const SINGLE = `PermitSingle(PermitDetails details,address spender,uint256 sigDeadline)${DETAILS}`
export const BATCH = `PermitBatch(PermitDetails[] details,address spender,uint256 sigDeadline)${DETAILS}`
export const PERMISSIONS = 'TokenPermissions(address token,uint256 amount)'
export const ONCE = `PermitTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline)${PERMISSIONS}`
export const MANY = `PermitBatchTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline)${PERMISSIONS}`
export const WITNESS = `PermitWitnessTransferFrom(TokenPermissions permitted,address spender,uint256 nonce,uint256 deadline,Swap witness)Swap(address to,uint256 least)${PERMISSIONS}`
const WITNESSES = `PermitBatchWitnessTransferFrom(TokenPermissions[] permitted,address spender,uint256 nonce,uint256 deadline,Swap order)Swap(address to,uint256 least)${PERMISSIONS}`
const AUTHORIZATION =
  'address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce'
export const TRANSFER = `TransferWithAuthorization(${AUTHORIZATION})`
export const RECEIVE = `ReceiveWithAuthorization(${AUTHORIZATION})`
const ITEM =
  'uint8 itemType,address token,uint256 identifierOrCriteria,uint256 startAmount,uint256 endAmount'
const ITEMS = `ConsiderationItem(${ITEM},address recipient)OfferItem(${ITEM})`
const COMPONENTS =
  'OrderComponents(address offerer,address zone,OfferItem[] offer,ConsiderationItem[] consideration,uint8 orderType,uint256 startTime,uint256 endTime,bytes32 zoneHash,uint256 salt,bytes32 conduitKey,uint256 counter)'
export const SEAPORT = `${COMPONENTS}${ITEMS}`
export const BULK = `BulkOrder(OrderComponents[2][2] tree)${ITEMS}${COMPONENTS}`
export const COW =
  'Order(address sellToken,address buyToken,address receiver,uint256 sellAmount,uint256 buyAmount,uint32 validTo,bytes32 appData,uint256 feeAmount,string kind,bool partiallyFillable,string sellTokenBalance,string buyTokenBalance)'
export const LIMIT =
  'LimitOrder(address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount,uint128 takerTokenFeeAmount,address maker,address taker,address sender,address feeRecipient,bytes32 pool,uint64 expiry,uint256 salt)'
export const RFQ =
  'RfqOrder(address makerToken,address takerToken,uint128 makerAmount,uint128 takerAmount,address maker,address taker,address txOrigin,bytes32 pool,uint64 expiry,uint256 salt)'
const safe = (gas: string) =>
  `SafeTx(address to,uint256 value,bytes data,uint8 operation,uint256 safeTxGas,uint256 ${gas},uint256 gasPrice,address gasToken,address refundReceiver,uint256 nonce)`
export const SAFE = safe('baseGas')
export const META = 'MetaTransaction(uint256 nonce,address from,bytes functionSignature)'
export const FORWARD =
  'ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,bytes data)'
const FORWARD_UNTIL =
  'ForwardRequest(address from,address to,uint256 value,uint256 gas,uint256 nonce,uint48 deadline,bytes data)'
export const USER_OPERATION =
  'PackedUserOperation(address sender,uint256 nonce,bytes initCode,bytes callData,bytes32 accountGasLimits,uint256 preVerificationGas,bytes32 gasFees,bytes paymasterAndData)'

export type Message = Record<string, unknown>
const word = `0x${'11'.repeat(32)}`
export const transferCall = encodeFunctionData({
  abi: erc20Abi,
  functionName: 'transfer',
  args: [other, 7n],
})
export const approveCall = encodeFunctionData({
  abi: erc20Abi,
  functionName: 'approve',
  args: [other, 7n],
})

export const permit = { owner: self, spender, value: '100', nonce: 0, deadline: 1893456000 }
export const dai = { holder: self, spender, nonce: 0, expiry: 1893456000, allowed: true }
const permitOne = { spender, tokenId: 12, nonce: 0, deadline: 9 }
export const permitAll = { operator: spender, approved: true, nonce: 0, deadline: 9 }
const details = { token: usdc, amount: '5', expiration: 100, nonce: 0 }
export const single = { details, spender, sigDeadline: 50 }
const batch = {
  details: [details, { ...details, token: sum, amount: max(160) }],
  spender,
  sigDeadline: 50,
}
const permitted = { token: usdc, amount: '5' }
export const once = { permitted, spender, nonce: 1, deadline: 50 }
export const many = { ...once, permitted: [permitted, { token: sum, amount: max(256) }] }
export const swap = { to: self, least: 3 }
export const authorization = {
  from: self,
  to: other,
  value: '25',
  validAfter: 0,
  validBefore: 99,
  nonce: word,
}
export const nft = {
  itemType: 2,
  token: contract,
  identifierOrCriteria: 12,
  startAmount: 1,
  endAmount: 1,
}
export const coins = {
  itemType: 0,
  token: zero,
  identifierOrCriteria: 0,
  startAmount: '90',
  endAmount: '70',
  recipient: self,
}
export const components = {
  offerer: self,
  zone: zero,
  offer: [nft],
  consideration: [coins, { ...coins, startAmount: 5, endAmount: 5, recipient: other }],
  orderType: 0,
  startTime: 10,
  endTime: 20,
  zoneHash: word,
  salt: 1,
  conduitKey: word,
  counter: 0,
}
export const padding = {
  ...components,
  offerer: zero,
  offer: [],
  consideration: [],
  startTime: 0,
  endTime: 0,
}
const bulk = {
  tree: [
    [components, { ...components, endTime: 30 }],
    [padding, padding],
  ],
}
export const cow = {
  sellToken: usdc,
  buyToken: sum,
  receiver: zero,
  sellAmount: '100',
  buyAmount: '99',
  validTo: 77,
  appData: word,
  feeAmount: '1',
  kind: 'sell',
  partiallyFillable: false,
  sellTokenBalance: 'erc20',
  buyTokenBalance: 'erc20',
}
export const rfq = {
  makerToken: usdc,
  takerToken: sum,
  makerAmount: '10',
  takerAmount: '9',
  maker: self,
  taker: zero,
  txOrigin: other,
  pool: word,
  expiry: 88,
  salt: 1,
}
const { txOrigin: _, ...traded } = rfq
export const limit = { ...traded, takerTokenFeeAmount: 0, sender: zero, feeRecipient: zero }
export const safeTx = {
  to: usdc,
  value: 0,
  data: transferCall,
  operation: 0,
  safeTxGas: 0,
  baseGas: 0,
  gasPrice: 0,
  gasToken: zero,
  refundReceiver: zero,
  nonce: 3,
}
const { baseGas: __, ...oldSafeTx } = { ...safeTx, dataGas: 0 }
export const meta = { nonce: 0, from: self, functionSignature: transferCall }
export const forward = { from: self, to: usdc, value: 0, gas: 100000, nonce: 0, data: approveCall }
const userOperation = {
  sender: other,
  nonce: 0,
  initCode: '0x',
  callData: '0x12345678',
  accountGasLimits: `0x${'00'.repeat(32)}`,
  preVerificationGas: 0,
  gasFees: `0x${'00'.repeat(32)}`,
  paymasterAndData: '0x',
}

const approval = {
  kind: 'approve',
  asset,
  owner: self,
  change: 'set',
  by: 'permit',
} as const

/** What a message of each type means. */
export const cases: [string, string, Message, object, unknown[]][] = [
  ['a permit', PERMIT, permit, domain, [{ ...approval, amount: 100n, deadline: 1893456000n }]],
  [
    'a permit of half',
    PERMIT,
    { ...permit, value: half(256).toString() },
    domain,
    [{ ...approval, amount: 'unlimited' }],
  ],
  [
    'a permit of almost all units',
    PERMIT,
    { ...permit, value: (2n ** 128n - 1n).toString() },
    domain,
    [{ ...approval, amount: 2n ** 128n - 1n }],
  ],
  [
    'a permit of nothing',
    PERMIT,
    { ...permit, value: 0 },
    domain,
    [{ kind: 'revoke', what: 'allowance', asset, by: 'permit' }],
  ],
  [
    'a permit of DAI',
    DAI,
    dai,
    domain,
    [{ ...approval, amount: 'unlimited', deadline: 1893456000n }],
  ],
  [
    'a permit of DAI that is taken back',
    DAI,
    { ...dai, allowed: false },
    domain,
    [{ kind: 'revoke', what: 'allowance', asset, by: 'permit' }],
  ],
  [
    'a permit of one NFT',
    PERMIT_ONE,
    permitOne,
    domain,
    [
      {
        ...approval,
        asset: `eip155:1/erc721:${contract.toLowerCase()}/12`,
        amount: 1n,
        deadline: 9n,
      },
    ],
  ],
  [
    'a permit of one NFT for nobody',
    PERMIT_ONE,
    { ...permitOne, spender: zero },
    domain,
    [{ kind: 'revoke', what: 'allowance', by: 'permit' }],
  ],
  [
    'a permit of a collection',
    PERMIT_ALL,
    permitAll,
    domain,
    [{ kind: 'approve-all', collection: `eip155:1/erc721:${contract.toLowerCase()}`, owner: self }],
  ],
  [
    'a permit of a collection that is taken back',
    PERMIT_ALL,
    { ...permitAll, approved: false },
    domain,
    [{ kind: 'revoke', what: 'operator', by: 'permit' }],
  ],
  [
    'Permit2 for one token',
    SINGLE,
    single,
    permit2,
    [{ ...approval, by: 'permit2', asset: token(usdc), amount: 5n, until: 100n, deadline: 50n }],
  ],
  [
    'Permit2 that ends in the block it comes in',
    SINGLE,
    { ...single, details: { ...details, expiration: 0 } },
    permit2,
    [{ amount: 5n, until: 50n }],
  ],
  [
    'Permit2 of half',
    SINGLE,
    { ...single, details: { ...details, amount: half(160).toString() } },
    permit2,
    [{ amount: 'unlimited' }],
  ],
  [
    'Permit2 of nothing',
    SINGLE,
    { ...single, details: { ...details, amount: 0 } },
    permit2,
    [{ kind: 'revoke', asset: token(usdc), by: 'permit2' }],
  ],
  [
    'Permit2 for many tokens',
    BATCH,
    batch,
    permit2,
    [
      { asset: token(usdc), amount: 5n },
      { asset: token(sum), amount: 'unlimited', by: 'permit2' },
    ],
  ],
  ['Permit2 for no token', BATCH, { ...batch, details: [] }, permit2, [{ kind: 'typed-data' }]],
  [
    'one transfer by Permit2',
    ONCE,
    once,
    permit2,
    [{ ...approval, by: 'permit2', asset: token(usdc), amount: 5n, deadline: 50n }],
  ],
  [
    'one transfer of nothing by Permit2',
    ONCE,
    { ...once, permitted: { ...permitted, amount: 0 } },
    permit2,
    [{ kind: 'approve', amount: 0n }],
  ],
  [
    'many transfers by Permit2',
    MANY,
    many,
    permit2,
    [{ amount: 5n }, { asset: token(sum), amount: 'unlimited' }],
  ],
  [
    'a transfer by Permit2 with a witness',
    WITNESS,
    { ...once, witness: swap },
    permit2,
    [
      { kind: 'approve', amount: 5n },
      { kind: 'typed-data', primaryType: 'PermitWitnessTransferFrom' },
    ],
  ],
  [
    'transfers by Permit2 with a witness',
    WITNESSES,
    { ...many, order: swap },
    permit2,
    [{ kind: 'approve' }, { kind: 'approve' }, { kind: 'typed-data' }],
  ],
  [
    'a signed transfer',
    TRANSFER,
    authorization,
    domain,
    [
      {
        kind: 'transfer',
        asset,
        amount: 25n,
        from: self,
        to: other,
        fromOwn: true,
        toOwn: false,
        by: 'signature',
        starts: 0n,
        ends: 99n,
      },
    ],
  ],
  [
    'a signed transfer that its recipient brings',
    RECEIVE,
    authorization,
    domain,
    [{ kind: 'transfer', amount: 25n, by: 'signature' }],
  ],
  [
    'an order of Seaport',
    SEAPORT,
    components,
    domain,
    [
      {
        kind: 'order',
        protocol: 'Seaport',
        market: contract,
        maker: self,
        starts: 10n,
        ends: 20n,
        gives: [{ asset: `eip155:1/erc721:${contract.toLowerCase()}/12`, min: 1n, max: 1n }],
        receives: [
          { asset: 'eip155:1/slip44:60', min: 70n, max: 90n, to: self, toOwn: true },
          { asset: 'eip155:1/slip44:60', min: 5n, max: 5n, to: other, toOwn: false },
        ],
      },
    ],
  ],
  [
    'a tree of orders of Seaport',
    BULK,
    bulk,
    domain,
    [
      { kind: 'order', ends: 20n },
      { kind: 'order', ends: 30n },
    ],
  ],
  [
    'a tree without an order',
    BULK,
    {
      tree: [
        [padding, padding],
        [padding, padding],
      ],
    },
    domain,
    [{ kind: 'typed-data' }],
  ],
  [
    'a sale on CoW',
    COW,
    cow,
    domain,
    [
      {
        kind: 'order',
        protocol: 'CoW Protocol',
        maker: self,
        ends: 77n,
        gives: [{ asset: token(usdc), min: 101n, max: 101n }],
        receives: [{ asset: token(sum), min: 99n, max: 99n, to: self, toOwn: true }],
      },
    ],
  ],
  [
    'a purchase on CoW for somebody else',
    COW,
    { ...cow, kind: 'buy', receiver: other },
    domain,
    [{ gives: [{ min: 0n, max: 101n }], receives: [{ to: other, toOwn: false }] }],
  ],
  [
    'a sale on CoW for coins',
    COW,
    { ...cow, buyToken: `0x${'ee'.repeat(20)}` },
    domain,
    [{ receives: [{ asset: 'eip155:1/slip44:60' }] }],
  ],
  [
    'a limit order of 0x',
    LIMIT,
    limit,
    domain,
    [
      {
        kind: 'order',
        protocol: '0x',
        ends: 88n,
        gives: [{ asset: token(usdc), min: 10n, max: 10n }],
        receives: [{ asset: token(sum), min: 9n, max: 9n, to: self, toOwn: true }],
      },
    ],
  ],
  ['an offer of 0x', RFQ, rfq, domain, [{ kind: 'order', protocol: '0x' }]],
  [
    'a transaction of a Safe',
    SAFE,
    safeTx,
    domain,
    [
      {
        kind: 'safe-transaction',
        safe: contract,
        operation: 'call',
        target: usdc,
        by: 'signature',
        inner: {
          kind: 'transfer',
          asset: token(usdc),
          amount: 7n,
          from: contract,
          to: other,
          fromOwn: false,
        },
      },
    ],
  ],
  [
    'a transaction of an old Safe',
    safe('dataGas'),
    oldSafeTx,
    domain,
    [{ kind: 'safe-transaction', operation: 'call' }],
  ],
  [
    'a transaction of a Safe that pays for its gas',
    SAFE,
    { ...safeTx, baseGas: 9, gasPrice: 2, gasToken: usdc, refundReceiver: other },
    domain,
    [{ refund: { gasPrice: 2n, baseGas: 9n, to: other } }],
  ],
  [
    'a transaction of an old Safe that pays for its gas',
    safe('dataGas'),
    { ...oldSafeTx, dataGas: 9, gasPrice: 2, gasToken: usdc, refundReceiver: other },
    domain,
    [{ refund: { gasPrice: 2n, baseGas: 9n, to: other } }],
  ],
  [
    'code that runs as a Safe',
    SAFE,
    { ...safeTx, operation: 1 },
    domain,
    [{ operation: 'delegatecall', inner: { kind: 'call', target: usdc } }],
  ],
  [
    'a meta transaction',
    META,
    meta,
    domain,
    [
      {
        kind: 'transfer',
        asset,
        amount: 7n,
        from: self,
        to: other,
        fromOwn: true,
        by: 'signature',
      },
    ],
  ],
  [
    'a meta transaction that approves',
    META,
    { ...meta, functionSignature: approveCall },
    domain,
    [{ kind: 'approve', asset, amount: 7n, by: 'permit' }],
  ],
  [
    'a meta transaction that is unknown',
    META,
    { ...meta, functionSignature: '0x12345678' },
    domain,
    [{ kind: 'call', target: contract }],
  ],
  [
    'a forwarded call',
    FORWARD,
    forward,
    domain,
    [{ kind: 'approve', asset: token(usdc), owner: self, spender: other, by: 'permit' }],
  ],
  [
    'a forwarded call with a deadline',
    FORWARD_UNTIL,
    { ...forward, deadline: 9 },
    domain,
    [{ kind: 'approve', by: 'permit' }],
  ],
  [
    'a forwarded call with coins of others',
    FORWARD,
    { ...forward, value: 1 },
    domain,
    [{ kind: 'typed-data' }],
  ],
  [
    'a user operation',
    USER_OPERATION,
    userOperation,
    domain,
    [{ kind: 'call', target: other }, { kind: 'typed-data' }],
  ],
  [
    'a user operation with a fee, which whoever brings it gets',
    USER_OPERATION,
    {
      ...userOperation,
      accountGasLimits: `0x${'2'.padStart(32, '0')}${'3'.padStart(32, '0')}`,
      preVerificationGas: 4,
      gasFees: `0x${'5'.padStart(32, '0')}${'7'.padStart(32, '0')}`,
    },
    domain,
    [
      {
        kind: 'approve',
        asset: 'eip155:1/slip44:60',
        owner: other,
        spender: contract,
        amount: 63n,
        by: 'permit',
      },
      { kind: 'call', target: other },
      { kind: 'typed-data' },
    ],
  ],
]
