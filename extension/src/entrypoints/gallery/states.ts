import { approve, send } from './rows.ts'
import {
  ETH,
  type Shot,
  allow,
  ana,
  asks,
  chains,
  everyday,
  me,
  router,
  sign,
  stranger,
  theirCoins,
  myCoins,
  told,
  usdc,
} from './shot.ts'

const transfer = told([send(ana)], { fee: 420_000_000_000_000n })
const base = sign('base', transfer, allow)
const evil = 'eip155:1/erc20:0x1111111111111111111111111111111111111111'

const message = (text: string, isText = true): Shot['state'] => ({
  at: 'shown',
  explained: told([
    {
      kind: 'message',
      address: me,
      bytes: new TextEncoder().encode(text),
      ...(isText && { text }),
    },
  ]),
  verdict: everyday,
})

export const states: readonly Shot[] = [
  { ...base, name: 'reading', state: { at: 'reading' } },
  { ...base, name: 'asking', state: { at: 'shown', explained: transfer } },
  sign(
    'arrived',
    told([send(ana)], {
      fee: 420_000_000_000_000n,
      more: {
        preview: { kind: 'changes', block: 21_004_221n, changes: [] },
        fees: { tiers: { slow: 3n, normal: 4n, fast: 5n }, most: 4n, chosen: 'normal' },
      },
    }),
    allow,
  ),
  { ...base, name: 'away', state: { at: 'shown', explained: transfer, trouble: 'away' } },
  { ...base, name: 'fault', state: { at: 'shown', explained: transfer, trouble: 'rollback' } },
  sign('asks', transfer, asks('over-an-ether', 'operator', 'passkey', 'code')),
  sign('denied', transfer, {
    decision: 'deny',
    rule: 'default-deny',
    detail: { text: 'No rule allows it: call.' },
    expiresAt: 0,
  }),
  { ...base, name: 'resumed', resumed: true, of: 3 },
  { name: 'own', question: base.question, state: base.state },
  { ...base, name: 'locked', state: { at: 'locked' } },
  {
    ...base,
    name: 'network-add',
    question: {
      kind: 'network',
      change: 'add',
      network: { id: chains.base, name: 'Base', symbol: 'ETH', decimals: 18 },
      node: { url: 'https://base.test/rpc', ms: 40 },
    },
    state: { at: 'shown' },
  },
  {
    ...base,
    name: 'network-clash',
    question: {
      kind: 'network',
      change: 'add',
      network: {
        id: 'eip155:99999',
        name: 'Ethereum',
        symbol: 'ETH',
        decimals: 18,
        clashes: chains.ethereum,
      },
      node: { url: 'https://evil.test/rpc', ms: 12 },
    },
    state: { at: 'shown' },
  },
  {
    ...base,
    name: 'network-use',
    question: {
      kind: 'network',
      change: 'use',
      network: { id: chains.base, name: 'Base', symbol: 'ETH', decimals: 18 },
      from: chains.ethereum,
    },
    state: { at: 'shown' },
  },
  {
    ...base,
    name: 'asset',
    question: { kind: 'asset', asset: usdc, symbol: 'USDC', decimals: 6, held: 0n },
    state: { at: 'shown' },
  },
  {
    ...base,
    name: 'asset-clash',
    question: { kind: 'asset', asset: evil, symbol: 'USDC', decimals: 6, held: 0n, clashes: usdc },
    state: { at: 'shown' },
  },
  sign(
    'sign-in',
    told([
      {
        kind: 'sign-in',
        standard: 'siwe',
        domain: 'app.swap.test',
        address: me,
        statement: 'Welcome back',
        uri: 'https://app.swap.test/login',
        version: '1',
        chainId: '1',
        nonce: 'k3Jd92ls',
        issuedAt: '2026-11-23T10:00:00Z',
        expirationTime: '2026-11-30T15:10:00Z',
        resources: ['https://app.swap.test/terms', 'https://app.swap.test/privacy'],
      },
    ]),
    everyday,
    { goesTo: 'site' },
  ),
  { ...base, name: 'message', state: message('I accept the terms of use.\nRef 8f21\n') },
  {
    ...base,
    name: 'message-long',
    state: message(
      Array.from({ length: 80 }, (_line, at) => `Line ${at + 1} of a long text`).join('\n'),
    ),
  },
  { ...base, name: 'message-bytes', state: message('\u0001\u0002 not text at all', false) },
  { ...base, name: 'message-hidden', state: message('pay \u202E5.0 ETH\u200B to app') },
  sign(
    'typed',
    told([
      {
        kind: 'typed-data',
        primaryType: 'Vote',
        domain: [
          { name: 'name', type: 'string', value: 'Garden' },
          { name: 'chainId', type: 'uint256', value: '1' },
          { name: 'verifyingContract', type: 'address', value: router },
        ],
        fields: [
          { name: 'proposal', type: 'uint256', value: '42' },
          { name: 'support', type: 'bool', value: 'true' },
          {
            name: 'voter',
            type: 'Person',
            value: [
              { name: 'wallet', type: 'address', value: me },
              { name: 'name', type: 'string', value: 'Ada' },
            ],
          },
        ],
      },
    ]),
    everyday,
    { goesTo: 'site' },
  ),
  sign(
    'longest',
    told(
      [
        {
          kind: 'transfer',
          asset: evil,
          amount: 10n ** 77n + 1n,
          from: me,
          to: stranger,
          fromOwn: true,
          toOwn: false,
        },
      ],
      {
        fee: 420_000_000_000_000n,
        more: {
          assets: { [evil]: { symbol: 'THEVERYLONGSYMBOLTHATNEVERENDSANDGOESON4', decimals: 0 } },
          parties: {},
        },
      },
    ),
    allow,
    {
      site: {
        origin: `https://${'a'.repeat(40)}.${'b'.repeat(59)}.test`,
        before: `${'a'.repeat(40)}.`,
        registrable: `${'b'.repeat(59)}.test`,
        after: '',
      },
    },
  ),
  sign(
    'arabic',
    told([send(ana)], {
      more: { parties: { [ana]: { kind: 'contact', name: 'آنا محمد عبد الرحمن', paid: 2 } } },
    }),
    allow,
  ),
  sign(
    'many',
    told(
      [
        {
          kind: 'payment',
          inputs: [
            {
              outpoint: `${'ab'.repeat(32)}:0`,
              address: myCoins,
              amount: 10_000_000n,
              own: true,
              signed: true,
              sighash: 'all',
            },
          ],
          outputs: Array.from({ length: 6 }, (_out, at) => ({
            address: at % 2 === 0 ? theirCoins : `${myCoins.slice(0, -2)}${at}q`,
            script: new Uint8Array(),
            amount: 1_000_000n,
            to: 'other' as const,
          })),
          leaves: 6_010_000n,
          fee: 10_000n,
          feeRate: 12_345n,
          outputsFixed: true,
          replaceable: true,
        },
      ],
      { chain: chains.bitcoin },
    ),
  ),
  sign(
    'no-preview',
    told([send(ana, ETH)], {
      fee: 420_000_000_000_000n,
      more: { preview: { kind: 'none', reason: 'unsupported' } },
    }),
    allow,
  ),
  limited(),
  sign(
    'bare-hash',
    told([{ kind: 'message', address: me, bytes: new Uint8Array(32) }], {
      more: { refusal: { code: 'unreadable' } },
    }),
  ),
  sign(
    'hidden-token',
    told(
      [
        {
          kind: 'transfer',
          asset: evil,
          amount: 5n,
          from: me,
          to: ana,
          fromOwn: true,
          toOwn: false,
        },
      ],
      {
        more: { assets: { [evil]: { symbol: 'US\u200DDC', decimals: 0 } } },
      },
    ),
    allow,
  ),
  sign('no-name', told([approve(250_000_000n)], { more: { assets: {} } }), everyday),
]

/** An approval whose person has changed what a site asked. */
function limited(): Shot {
  const explained = told([approve(100_000_000n)], { fee: 420_000_000_000_000n })
  const { question, ...rest } = sign('limited', explained)
  const data = `0x095ea7b3${router.slice(2).padStart(64, '0')}${'f'.repeat(64)}`
  const build = { kind: 'evm', fields: { data }, limit: 100_000_000n } as const
  return { ...rest, question: question.kind === 'sign' ? { ...question, build } : question }
}
