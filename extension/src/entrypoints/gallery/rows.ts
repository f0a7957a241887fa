import { type Intent, customNetwork } from '@tandem/chains'
import type { Explained } from '../../messages/engine.ts'
import { bitcoinRows } from './bitcoin-rows.ts'
import {
  ETH,
  type Shot,
  allow,
  ana,
  asks,
  chains,
  eth,
  everyday,
  me,
  router,
  sign,
  stranger,
  told,
  usdc,
  weth,
} from './shot.ts'
import { solanaRows } from './solana-rows.ts'

const FEE = 420_000_000_000_000n
const november = BigInt(Date.UTC(new Date().getFullYear(), 10, 4, 12) / 1000)
const hazel = customNetwork({
  id: 'eip155:31338',
  name: 'Hazel Chain',
  symbol: 'HZL',
  test: false,
})
const nonce = { kind: 'nonce', account: me, nonce: 41n } as const

export const send = (to: string, amount = ETH / 2n, asset: string = eth): Intent => ({
  kind: 'transfer',
  asset,
  amount,
  from: me,
  to,
  fromOwn: true,
  toOwn: false,
})

export const approve = (
  amount: bigint | 'unlimited',
  spender = router,
  by: 'call' | 'permit' | 'permit2' = 'call',
): Intent => ({
  kind: 'approve',
  asset: usdc,
  owner: me,
  spender,
  amount,
  change: 'set',
  by,
  ...(by !== 'call' && { until: november, deadline: november }),
})

const fees: NonNullable<Explained['fees']> = {
  tiers: { slow: FEE / 2n, normal: FEE, fast: FEE * 2n },
  most: FEE,
  chosen: 'normal',
}
const preview: NonNullable<Explained['preview']> = {
  kind: 'changes',
  block: 21_004_221n,
  changes: [{ asset: eth, amount: -ETH / 2n }],
}

const tx = (intents: readonly Intent[], more: Partial<Explained> = {}): Explained =>
  told(intents, { fee: FEE, uses: [nonce], more: { fees, ...more } })

const isNew = { code: 'new-address', level: 'check', subject: stranger } as const
const twin = '0x71C7aaB0C9d1E2f3041526374859606a7b8C976F'
const collection = 'eip155:1/erc721:0xb47e3cd837dDF8e4c57F05d70Ab865de6e193BBB'

const call: Intent = {
  kind: 'call',
  target: stranger,
  value: ETH / 5n,
  selector: '0x3ca5e9b7',
  dataLength: 196,
}

const punk = (toOwn: boolean): Intent => ({
  kind: 'order',
  protocol: 'seaport',
  market: router,
  maker: me,
  gives: [{ asset: `${collection}/12`, min: 1n, max: 1n }],
  receives: [{ asset: eth, min: ETH / 100n, max: ETH / 100n, to: toOwn ? me : stranger, toOwn }],
  ends: november,
})

const evmRows: readonly Shot[] = [
  sign('row-01', tx([send(ana)], { preview }), allow),
  sign('row-02', tx([send(stranger)], { concerns: [isNew], preview }), allow),
  sign(
    'row-03',
    tx([send(twin)], {
      concerns: [
        { code: 'twin', level: 'high', subject: ana },
        { code: 'new-address', level: 'check', subject: twin },
      ],
      preview,
    }),
    allow,
  ),
  sign(
    'row-06',
    tx([send(ana)], {
      concerns: [{ code: 'would-fail', level: 'check' }],
      preview: { kind: 'fails', reason: 'execution reverted: paused' },
    }),
    allow,
  ),
  sign('row-07', tx([approve(250_000_000n)])),
  sign('row-07-unknown', tx([approve(250_000_000n, stranger)])),
  sign('row-08', tx([approve('unlimited')]), asks('unlimited-approvals', 'operator', 'code')),
  sign(
    'row-09',
    tx([approve(250_000_000n, stranger)], {
      concerns: [{ code: 'plain-spender', level: 'high', subject: stranger }],
    }),
    asks('unlimited-approvals', 'operator', 'code'),
  ),
  sign(
    'row-10',
    told([approve(250_000_000n, stranger, 'permit')]),
    asks('permits', 'operator', 'passkey', 'code'),
    { goesTo: 'site' },
  ),
  sign(
    'row-11',
    tx([{ kind: 'approve-all', collection, owner: me, operator: stranger }]),
    asks('unlimited-approvals', 'operator', 'code'),
  ),
  sign('row-12', told([punk(true)]), everyday, { goesTo: 'site' }),
  sign('row-12-foreign', told([punk(false)]), everyday, { goesTo: 'site' }),
  sign(
    'row-13',
    tx([{ kind: 'revoke', what: 'allowance', asset: usdc, spender: router, by: 'call' }]),
  ),
  sign('row-14', tx([call], { preview: { ...preview, changes: [] } })),
  sign(
    'row-15',
    tx([send(ana)], {
      concerns: [{ code: 'loses-more', level: 'high', subject: weth }],
      preview: {
        ...preview,
        changes: [
          { asset: eth, amount: -ETH / 2n },
          { asset: weth, amount: (-32n * ETH) / 10n },
        ],
      },
    }),
  ),
  sign(
    'row-16',
    tx([
      {
        kind: 'safe-transaction',
        safe: router,
        operation: 'delegatecall',
        target: stranger,
        inner: send(router),
        by: 'call',
      },
    ]),
    asks('control', 'operator'),
  ),
  sign(
    'row-17',
    told(
      [
        {
          kind: 'delegate',
          authority: me,
          own: true,
          to: '0x63c0c19a282a1B52b07dD5a65b58948A07DAE32B',
          chainId: 8453n,
          nonce: 1n,
        },
      ],
      { chain: chains.base, fee: FEE },
    ),
    asks('control', 'operator'),
  ),
  sign(
    'row-18',
    tx([
      {
        kind: 'batch',
        atomic: true,
        steps: [
          approve('unlimited'),
          send(router),
          { kind: 'revoke', what: 'allowance', asset: usdc, spender: router, by: 'call' },
        ],
      },
    ]),
    asks('unlimited-approvals', 'operator', 'code'),
  ),
  sign(
    'row-19',
    told([{ kind: 'create', value: 0n, codeLength: 6_100, address: stranger }], {
      chain: chains.base,
      fee: FEE,
    }),
  ),
  sign(
    'row-20',
    {
      ...told([]),
      refusal: { code: 'chain', wants: chains.polygon, is: chains.ethereum },
    },
    undefined,
  ),
  sign(
    'row-21',
    {
      ...told([
        {
          kind: 'sign-in',
          standard: 'siwe',
          domain: 'bank.test',
          address: me,
          statement: 'Welcome back',
          chainId: '1',
          resources: [],
        },
      ]),
      refusal: { code: 'sign-in', mismatches: ['domain'], domain: 'bank.test' },
    },
    undefined,
  ),
  {
    ...sign('row-22', told([])),
    state: { at: 'failed', code: 'wrong-domain', money: 'not-signed', again: false },
  },
  sign('row-31', told([send(ana, ETH, hazel.native.asset)], { more: { network: hazel } }), {
    decision: 'deny',
    rule: 'unknown-chain',
    detail: { text: `${hazel.id} is not set up here` },
    expiresAt: 0,
  }),
  sign('row-30', tx([send(ana, 3n * ETH)]), {
    decision: 'deny',
    rule: 'daily-eth',
    detail: {
      text: 'More than is left.',
      asset: eth,
      limit: String(2n * ETH),
      used: String(ETH / 2n),
      left: String((3n * ETH) / 2n),
      until: Date.now() + 3_600_000,
    },
    expiresAt: 0,
  }),
]

/** The table of what a person can be asked, from the calm to the impossible. */
export const rows: readonly Shot[] = [...evmRows, ...bitcoinRows, ...solanaRows].toSorted((a, b) =>
  a.name.localeCompare(b.name),
)
