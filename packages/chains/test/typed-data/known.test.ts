import { AbiCoder, getAddress, id } from 'ethers'
import { describe, expect, test } from 'vitest'
import type { Intent } from '../../src/intent.ts'
import { warnings } from '../../src/risk.ts'
import { contract, document, domain, other, read, refusal, self, typesOf } from './document.ts'
import {
  type Message,
  BATCH,
  BULK,
  COW,
  DAI,
  FORWARD,
  LIMIT,
  MANY,
  META,
  ONCE,
  PERMISSIONS,
  PERMIT,
  PERMIT_ALL,
  PERMIT_ONE,
  RECEIVE,
  RFQ,
  SAFE,
  SEAPORT,
  SINGLE,
  TRANSFER,
  USER_OPERATION,
  WITNESS,
  approveCall,
  asset,
  authorization,
  cases,
  coins,
  components,
  cow,
  dai,
  forward,
  limit,
  many,
  meta,
  nft,
  once,
  padding,
  permit,
  permit2,
  permitAll,
  rfq,
  safeTx,
  single,
  spender,
  swap,
  transferCall,
} from './known-cases.ts'

function text(type: string, message: Message, changed: object = domain): string {
  return JSON.stringify({
    types: typesOf(type),
    primaryType: type.slice(0, type.indexOf('(')),
    domain: changed,
    message,
  })
}

const intents = (type: string, message: Message, changed?: object) =>
  read(text(type, message, changed)).intents
const codes = (found: readonly Intent[]) =>
  warnings({ chain: 'eip155:1', account: '', intents: found, claims: [], uses: [] }).map(
    ({ code }) => code,
  )

describe('a message of a known type', () => {
  test.for(cases)('%s', ([, type, message, changed, expected]) => {
    expect(intents(type, message, changed)).toMatchObject(expected)
  })

  test('the spender is shown with its checksum', () => {
    expect(intents(PERMIT, permit)).toMatchObject([{ spender: getAddress(spender) }])
  })

  // Constants of the contracts: Permit2's PermitHash.sol, Seaport's ConsiderationBase.sol, Safe.sol,
  // GPv2Order.sol, LibNativeOrder.sol, EIP-2612, ERC-3009, dai.sol, ERC721PermitHash.sol, EntryPoint.
  test.for([
    [PERMIT, '0x6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9'],
    [DAI, '0xea2aa0a1be11a07ed86d755c93467f4f82362b452371d1ba94d1715123511acb'],
    [PERMIT_ONE, '0x49ecf333e5b8c95c40fdafc95c1ad136e8914a8fb55e9dc8bb01eaa83a2df9ad'],
    [PERMIT_ALL, '0x6673cb397ee2a50b6b8401653d3638b4ac8b3db9c28aa6870ffceb7574ec2f76'],
    [SINGLE, '0xf3841cd1ff0085026a6327b620b67997ce40f282c88a8e905a7a5626e310f3d0'],
    [BATCH, '0xaf1b0d30d2cab0380e68f0689007e3254993c596f2fdd0aaa7f4d04f79440863'],
    [ONCE, '0x939c21a48a8dbe3a9a2404a1d46691e4d39f6583d6ec6b35714604c986d80106'],
    [MANY, '0xfcf35f5ac6a2c28868dc44c302166470266239195f02b0ee408334829333b766'],
    [TRANSFER, '0x7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267'],
    [RECEIVE, '0xd099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8'],
    [SEAPORT, '0xfa445660b7e21515a59617fcd68910b487aa5808b8abda3d78bc85df364b2c2f'],
    [SAFE, '0xbb8310d486368db6bd6f849402fdd73ad53d316b5a4b2644ad6efe0f941286d8'],
    [COW, '0xd5a25ba2e97094ad7d83dc28a6572da797d6b3e7fc6663bd93efb789fc17e489'],
    [LIMIT, '0xce918627cb55462ddbb85e73de69a8b322f2bc88f4507c52fcad6d4c33c29d49'],
    [RFQ, '0xe593d3fdfa8b60e5e17a1b2204662ecbe15c23f2084b9ad5bae40359540a7da9'],
    [USER_OPERATION, '0x29a0bca4af4be3421398da00295e58e6d7de38cb492214754cb6a47507dd6f8e'],
  ])('%s has the hash that its contract publishes', ([type = '', hash]) => {
    expect(id(type)).toBe(hash)
  })

  test.for([
    [PERMIT, permit, 'owner'],
    [DAI, dai, 'holder'],
    [TRANSFER, authorization, 'from'],
    [RECEIVE, authorization, 'from'],
    [SEAPORT, components, 'offerer'],
    [LIMIT, limit, 'maker'],
    [RFQ, rfq, 'maker'],
    [META, meta, 'from'],
    [FORWARD, forward, 'from'],
  ] as const)('somebody else’s is refused', ([type, message, owner]) => {
    expect(refusal(() => intents(type, { ...message, [owner]: other }))).toBe(
      `wrong-account message.${owner}`,
    )
  })

  test('an order of somebody else’s in a tree is refused', () => {
    const tree = [
      [components, { ...components, offerer: other }],
      [padding, padding],
    ]
    expect(refusal(() => intents(BULK, { tree }))).toBe('wrong-account message.offerer')
    // Only an empty order of nobody fills a tree up.
    const nobody = [
      [components, { ...padding, offer: [nft] }],
      [padding, padding],
    ]
    expect(refusal(() => intents(BULK, { tree: nobody }))).toBe('wrong-account message.offerer')
  })

  test.for(cases)('a domain without a contract is refused: %s', ([, type, message]) => {
    expect(refusal(() => intents(type, message, { name: 'Test', chainId: 1 }))).toBe(
      'missing domain.verifyingContract',
    )
  })

  test.for(cases)('a domain without a chain is shown with it: %s', ([, type, message]) => {
    const found = intents(type, message, { verifyingContract: contract })
    expect(found.at(-1)).toMatchObject({
      kind: 'typed-data',
      domain: [{ name: 'verifyingContract' }],
    })
  })

  test('a domain with the chain for its salt is complete', () => {
    const salt = `0x${'1'.padStart(64, '0')}`
    expect(intents(META, meta, { name: 'USD Coin', verifyingContract: contract, salt })).toEqual(
      intents(META, meta),
    )
  })

  test.for(cases)('of another type by one letter is only data: %s', ([, type, message]) => {
    const [first = ''] = Object.keys(message)
    const { [first]: value, ...rest } = message
    const renamed = type.replace(new RegExp(` ${first}(?=[,)])`), ` ${first}_`)
    expect(intents(renamed, { [`${first}_`]: value, ...rest })).toMatchObject([
      { kind: 'typed-data' },
    ])
    const name = type.slice(0, type.indexOf('('))
    expect(intents(type.replace(name, `${name}_`), message)).toMatchObject([{ kind: 'typed-data' }])
  })

  test('Permit2 at another contract is a claim', () => {
    for (const [type, message] of [
      [SINGLE, single],
      [ONCE, once],
      [MANY, many],
    ] as const) {
      expect(read(text(type, message, permit2)).claims).toEqual([])
      expect(read(text(type, message)).claims).toEqual([{ kind: 'standard', contract }])
    }
  })

  test('a witness is one only beside the tokens that Permit2 knows', () => {
    const odd = WITNESS.replace(PERMISSIONS, 'TokenPermissions(address token,uint128 amount)')
    expect(intents(odd, { ...once, witness: swap }, permit2)).toMatchObject([
      { kind: 'typed-data' },
    ])
  })

  test('an item that Seaport has not is refused', () => {
    const odd = [
      { ...nft, itemType: 6 },
      { ...nft, itemType: 1 },
      { ...nft, itemType: 0 },
      { ...coins, identifierOrCriteria: 1 },
    ]
    for (const { itemType, token, identifierOrCriteria, startAmount, endAmount } of odd) {
      const item = { itemType, token, identifierOrCriteria, startAmount, endAmount }
      expect(refusal(() => intents(SEAPORT, { ...components, offer: [item] }))).toBe(
        'not-valid message.itemType',
      )
    }
  })

  test('any token of a collection is the collection', () => {
    const offer = [
      { ...nft, itemType: 4 },
      { ...nft, itemType: 5 },
      { ...nft, itemType: 3 },
      { ...nft, itemType: 1, identifierOrCriteria: 0 },
    ]
    const collection = contract.toLowerCase()
    expect(intents(SEAPORT, { ...components, offer })).toMatchObject([
      {
        gives: [
          { asset: `eip155:1/erc721:${collection}` },
          { asset: `eip155:1/erc1155:${collection}` },
          { asset: `eip155:1/erc1155:${collection}/12` },
          { asset },
        ],
      },
    ])
  })

  test('a Safe has two operations', () => {
    for (const operation of [2, 255])
      expect(refusal(() => intents(SAFE, { ...safeTx, operation }))).toBe(
        'not-valid message.operation',
      )
  })

  test('an order of CoW sells or buys', () => {
    expect(refusal(() => intents(COW, { ...cow, kind: 'swap' }))).toBe('not-valid message.kind')
  })

  test('several calls that are brought together are all by signature', () => {
    const multicall =
      id('multicall(bytes[])').slice(0, 10) +
      AbiCoder.defaultAbiCoder()
        .encode(['bytes[]'], [[transferCall, approveCall]])
        .slice(2)
    expect(intents(META, { ...meta, functionSignature: multicall })).toMatchObject([
      {
        kind: 'batch',
        steps: [
          { kind: 'transfer', by: 'signature' },
          { kind: 'approve', by: 'permit' },
        ],
      },
    ])
  })

  test('says what a person must not miss', () => {
    expect(codes(intents(PERMIT, permit))).toEqual(['permit'])
    expect(codes(intents(SINGLE, single, permit2))).toEqual(['permit'])
    expect(codes(intents(ONCE, once, permit2))).toEqual(['permit'])
    expect(codes(intents(DAI, dai))).toEqual(['unlimited-approval', 'permit'])
    expect(codes(intents(PERMIT_ALL, permitAll))).toEqual(['approve-all'])
    expect(codes(intents(SEAPORT, components))).toEqual(['order', 'order-foreign-payee'])
    expect(codes(intents(SEAPORT, { ...components, consideration: [coins] }))).toEqual(['order'])
    expect(codes(intents(SEAPORT, { ...components, consideration: [] }))).toEqual([
      'order',
      'order-for-nothing',
    ])
    expect(
      codes(intents(SEAPORT, { ...components, consideration: [{ ...coins, endAmount: 0 }] })),
    ).toEqual(['order', 'order-for-nothing'])
    expect(codes(intents(SAFE, { ...safeTx, operation: 1 }))).toContain('delegatecall')
    expect(codes(intents(SAFE, safeTx))).not.toContain('safe-refund')
    expect(codes(intents(SAFE, { ...safeTx, gasPrice: 1 }))).toContain('safe-refund')
    expect(codes(intents(META, meta))).toEqual([])
    expect(codes(intents(META, meta, { verifyingContract: contract }))).toEqual([
      'unknown-typed-data',
      'data-for-contract',
      'every-chain',
    ])
  })

  test('a name alone makes no permit', () => {
    const login = document('address owner, address spender', { owner: self, spender })
    expect(read(login.replaceAll('"Test"', '"Permit"')).intents).toMatchObject([
      { kind: 'typed-data', primaryType: 'Permit' },
    ])
  })
})
