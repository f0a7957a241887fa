/** Policies and requests of a small world, so that they meet often. */
import type { Claim, Explanation, Fee, Intent } from '@tandem/chains'
import * as fc from 'fast-check'
import { actKinds } from '../src/core/policy/act.ts'
import type { Written } from '../src/core/policy/document.ts'
import type { Asked, Factor } from '../src/core/policy/policy.ts'

const MAX = (1n << 256n) - 1n
const chains = [
  'eip155:1',
  'eip155:137',
  'bip122:000000000019d6689c085ae165831e93',
  'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp',
] as const
type ChainId = (typeof chains)[number]
const self = '0x9d8A62f656a8d1615C1294fd71e9CFb3E4855A4F'
const people = [self, `0x${'Ab'.repeat(20)}`, `0x${'12'.repeat(20)}`] as const
const natives = {
  'eip155:1': 'slip44:60',
  'eip155:137': 'slip44:966',
  'bip122:000000000019d6689c085ae165831e93': 'slip44:0',
  'solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp': 'slip44:501',
} as const satisfies Record<ChainId, string>
const tokens = [`erc20:0x${'ab'.repeat(20)}`, `erc20:0x${'cd'.repeat(20)}`] as const
const pieces = [`erc721:0x${'ab'.repeat(20)}/1`, `erc1155:0x${'cd'.repeat(20)}/2`] as const
const origins = ['https://a.example', 'https://b.example', 'own'] as const

const some = <T>(...values: readonly T[]) => fc.constantFrom(...values)
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined, freq: 2 })
const rarely = <T>(of: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: of })
const list = <T>(of: fc.Arbitrary<T>) => fc.array(of, { minLength: 1, maxLength: 3 })
const amount = fc.oneof(
  { weight: 8, arbitrary: fc.bigInt(0n, 120n) },
  { weight: 1, arbitrary: fc.bigInt(MAX - 2n, MAX) },
)
const written = amount.map(String)
const duration = some('90s', '15m', '24h', '7d')

const chainPattern = some(...chains, 'eip155:*', 'solana:*')
const person = fc
  .tuple(chainPattern, some(...people), fc.boolean())
  .map(([chain, who, small]) => `${chain}:${small ? who.toLowerCase() : who}`)
const assetPattern = fc
  .tuple(some(...chains, 'eip155:*'), some(...tokens, ...pieces, 'erc20:*', 'erc721:*'))
  .map(([chain, rest]) => `${chain}/${rest}`)
const nativePattern = some(...chains).map((chain) => `${chain}/${natives[chain]}`)
const anyAsset = fc.oneof(assetPattern, nativePattern)
const factor = some<Factor>('code', 'passkey', 'operator')

/** With many conditions nothing would match: most rules have few. */
const where = fc.record({
  chains: rarely(list(chainPattern)),
  assets: rarely(list(anyAsset)),
  to: rarely(list(person)),
  except_to: rarely(list(person)),
  contracts: rarely(list(person)),
  selectors: rarely(list(some('0x12345678', '0xa9059cbb'))),
  types: rarely(list(some('Vote', 'Order'))),
  above: rarely(written),
  up_to: rarely(written),
})
const sites = fc.record({
  origins: rarely(list(some(...origins))),
  except_origins: rarely(list(some(...origins))),
})
const asks = fc.record({
  accepts: maybe(list(factor)),
  factors: rarely(fc.integer({ min: 1, max: 3 })),
})
const kinds = fc.oneof(
  { weight: 3, arbitrary: fc.constant([...actKinds]) },
  { weight: 2, arbitrary: fc.subarray([...actKinds], { minLength: 1 }) },
  { weight: 1, arbitrary: list(some('transfer', 'approval', 'call', 'claimed')) },
)
const over = fc.oneof(
  { weight: 1, arbitrary: fc.record({ over: fc.constant('deny') }) },
  { weight: 3, arbitrary: fc.tuple(asks).map(([more]) => ({ over: 'needs-factor', ...more })) },
)

const rule = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .record({ rule: fc.constant('acts'), decision: fc.constant('allow'), acts: kinds })
      .chain((base) =>
        fc.oneof(
          fc.constant(base),
          where.map((more) => ({ ...base, ...more })),
        ),
      ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(kinds, where, sites, asks)
      .map(([acts, ...more]) =>
        Object.assign({ rule: 'acts', decision: 'needs-factor', acts }, ...more),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(list(some(...actKinds)), where, sites)
      .map(([acts, ...more]) => Object.assign({ rule: 'acts', decision: 'deny', acts }, ...more)),
  },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        list(anyAsset),
        fc.oneof(
          fc.record({ per_request: written }),
          fc.record({ per_window: written, window: duration }),
          fc.record({ per_request: written, per_window: written, window: duration }),
        ),
        rarely(list(some(...origins))),
        over,
      )
      .map(([assets, bounds, only, how]) =>
        Object.assign({ rule: 'limit', assets }, bounds, only ? { origins: only } : {}, how),
      ),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        rarely(list(chainPattern)),
        fc.oneof(
          fc.record({ max: written }),
          fc.record({ percent: fc.integer({ min: 0, max: 300 }) }),
          fc.record({ max: written, percent: fc.integer({ min: 0, max: 300 }) }),
        ),
        over,
      )
      .map(([only, bounds, how]) =>
        Object.assign({ rule: 'fee' }, only ? { chains: only } : {}, bounds, how),
      ),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(rarely(list(chainPattern)), over)
      .map(([except, how]) => Object.assign({ rule: 'uncovered' }, except ? { except } : {}, how)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.integer({ min: 1, max: 6 }), over)
      .map(([max, how]) => Object.assign({ rule: 'batch', max }, how)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(kinds, duration, where, sites, maybe(list(factor)))
      .map(([acts, wait, conditions, only, accepts]) =>
        Object.assign({ rule: 'delay', acts, wait }, conditions, only, accepts ? { accepts } : {}),
      ),
  },
)

const everything = { rule: 'acts', decision: 'allow', acts: [...actKinds] }

/** Without a rule that allows everything, most requests would end at the first. */
export const policies: fc.Arbitrary<Written> = fc
  .tuple(fc.array(rule, { maxLength: 6 }), fc.nat(9))
  .map(([rules, place]): object[] =>
    place < 8 ? [...rules.slice(0, place), everything, ...rules.slice(place)] : rules,
  )
  .map((rules) => ({
    version: 1,
    name: 'random',
    change_after: '24h',
    rules: rules.map((one, index) => withoutNothing({ ...one, name: `rule-${index}` })),
  })) as fc.Arbitrary<Written>

function withoutNothing(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}

const who = some(...people)
const bit = fc.boolean()

function intents(chain: ChainId): fc.Arbitrary<Intent> {
  const asset = some(natives[chain], natives[chain], ...tokens, ...pieces).map(
    (rest) => `${chain}/${rest}`,
  )
  const moved = fc
    .tuple(asset, amount, who, bit, bit, maybe(who), rarely(fc.constant('signature' as const)))
    .map(([of, much, to, fromOwn, toOwn, toOwner, by]): Intent => {
      const basic = {
        kind: 'transfer',
        asset: of,
        amount: much,
        from: self,
        to,
        fromOwn,
        toOwn,
      } as const
      return { ...basic, ...(toOwner && { toOwner }), ...(by && { by }) }
    })
  const approved = fc
    .tuple(
      asset,
      fc.oneof(amount, fc.constant('unlimited' as const)),
      who,
      some<'call' | 'permit' | 'permit2'>('call', 'permit', 'permit2'),
    )
    .map(([of, much, spender, by]): Intent => ({
      kind: 'approve',
      asset: of,
      owner: self,
      spender,
      amount: much,
      change: 'set',
      by,
    }))
  const item = fc.record({ asset, min: some(0n, 1n), max: amount })
  const other: fc.Arbitrary<Intent>[] = [
    fc.record({
      kind: fc.constant('order'),
      protocol: fc.constant('p'),
      market: who,
      maker: fc.constant(self),
      gives: fc.array(item, { maxLength: 2 }),
      receives: fc.array(
        fc.tuple(item, who, bit).map(([one, to, toOwn]) => ({ ...one, to, toOwn })),
        { maxLength: 2 },
      ),
    }) as fc.Arbitrary<Intent>,
    fc
      .tuple(who, amount, some('0x12345678', '0xa9059cbb'), rarely(fc.constant(1)))
      .map(([target, value, selector, hidden]) => ({
        kind: 'call' as const,
        target,
        value,
        selector,
        dataLength: 4,
        ...(hidden && { hidden }),
      })),
    fc
      .record({
        kind: fc.constant('payment' as const),
        inputs: fc.array(
          fc.record({
            outpoint: fc.constant('a:0'),
            address: who,
            amount,
            own: bit,
            signed: bit,
            sighash: some('all', 'none'),
          }),
          { maxLength: 2 },
        ) as fc.Arbitrary<never[]>,
        outputs: fc.array(
          fc.record({
            address: who,
            script: fc.constant(new Uint8Array(0)),
            amount,
            to: some('other', 'own', 'change', 'data'),
          }),
          { maxLength: 3 },
        ) as fc.Arbitrary<never[]>,
        leaves: fc.bigInt(-50n, 120n),
        outputsFixed: bit,
        replaceable: bit,
      })
      .chain((payment) =>
        maybe(fc.bigInt(0n, 20n)).map((fee): Intent => ({
          ...payment,
          ...(fee !== undefined && { fee }),
        })),
      ),
    fc
      .tuple(who, rarely(amount), who, maybe(who), bit)
      .map(([address, much, payer, owner, ownerOwn]): Intent => ({
        kind: 'open-account',
        address,
        payer,
        program: people[1],
        ...(much !== undefined && { amount: much }),
        ...(owner && { token: { owner, mint: people[2], ownerOwn } }),
      })),
    fc
      .tuple(who, maybe(who), bit, rarely(fc.constant(2n)))
      .map(([address, to, toOwn, threshold]): Intent => ({
        kind: 'set-authority',
        address,
        authority: 'owner',
        from: self,
        ...(to && { to }),
        toOwn,
        ...(threshold !== undefined && { threshold }),
      })),
    fc.tuple(who, bit).map(([operator]): Intent => ({
      kind: 'approve-all',
      collection: `${chain}/erc721:0x${'ab'.repeat(20)}`,
      owner: self,
      operator,
    })),
    fc.tuple(maybe(who)).map(([spender]): Intent => ({
      kind: 'revoke',
      what: 'allowance',
      asset: `${chain}/${tokens[0]}`,
      by: 'call',
      ...(spender && { spender }),
    })),
    fc
      .tuple(who, amount)
      .map(([address, value]): Intent => ({ kind: 'create', value, codeLength: 1, address })),
    fc.tuple(who).map(([to]): Intent => ({
      kind: 'delegate',
      authority: self,
      own: true,
      to,
      chainId: 1n,
      nonce: 0n,
    })),
    fc.tuple(maybe(fc.constant('hello')), bit).map(([text, near]): Intent => ({
      kind: 'message',
      address: self,
      bytes: new Uint8Array(1),
      ...(text !== undefined && { text }),
      ...(near && { nearSignIn: true }),
    })),
    fc.tuple(some('Vote', 'Order'), maybe(who)).map(([primaryType, contract]): Intent => ({
      kind: 'typed-data',
      primaryType,
      fields: [],
      domain: contract ? [{ name: 'verifyingContract', type: 'address', value: contract }] : [],
    })),
    fc
      .tuple(who, bit)
      .map(([to, toOwn]): Intent => ({ kind: 'close-account', address: people[1], to, toOwn })),
    fc
      .tuple(who, bit)
      .map(([program, own]): Intent => ({ kind: 'assign', address: self, own, program })),
    fc
      .tuple(asset, amount)
      .map(([of, much]): Intent => ({ kind: 'burn', asset: of, amount: much, from: self })),
    fc.tuple(asset, amount, who).map(([of, much, to]): Intent => ({
      kind: 'mint',
      asset: of,
      amount: much,
      to,
      toOwn: false,
      authority: self,
    })),
    fc
      .tuple(asset, who)
      .map(([of, address]): Intent => ({ kind: 'freeze', asset: of, address, frozen: true })),
    who.map((program): Intent => ({ kind: 'routine', program, name: 'r', address: self })),
    some<Intent>(
      { kind: 'memo', text: 'm' },
      { kind: 'advance-nonce', address: people[1], authority: self },
      signIn('a.example', self),
      signIn('b.example', people[1]),
    ),
  ]
  const flat = fc.oneof(
    { weight: 8, arbitrary: moved },
    { weight: 5, arbitrary: approved },
    ...other.map((arbitrary) => ({ weight: 1, arbitrary })),
  )
  const nested = fc.oneof(
    fc.tuple(fc.array(flat, { maxLength: 3 }), maybe(who)).map(([steps, through]): Intent => ({
      kind: 'batch',
      atomic: true,
      steps,
      ...(through && { through }),
    })),
    fc
      .tuple(flat, who, some<'call' | 'delegatecall'>('call', 'delegatecall'), rarely(who))
      .map(([inner, safe, operation, refund]): Intent => ({
        kind: 'safe-transaction',
        safe,
        operation,
        target: people[2],
        inner,
        by: 'call',
        ...(refund && {
          refund: { token: `${chain}/${tokens[0]}`, to: refund, gasPrice: 1n, baseGas: 1n },
        }),
      })),
    fc.tuple(who, maybe(who), maybe(flat)).map(([target, implementation, call]): Intent => ({
      kind: 'upgrade',
      target,
      ...(implementation && { implementation }),
      ...(call && { call }),
    })),
  )
  return fc.oneof({ weight: 4, arbitrary: flat }, { weight: 1, arbitrary: nested })
}

function signIn(domain: string, address: string): Intent {
  return { kind: 'sign-in', standard: 'siwe', domain, address, resources: [] }
}

const claim: fc.Arbitrary<Claim> = fc.oneof(
  fc.record({
    kind: fc.constant('standard' as const),
    contract: some(...people, `0x${'cd'.repeat(20)}`),
  }),
  fc.record({ kind: fc.constant('lookup-table' as const), table: fc.constant('t') }),
)

const explanations: fc.Arbitrary<Explanation> = some(...chains).chain((chain) =>
  fc
    .tuple(
      fc.array(intents(chain), { maxLength: 4 }),
      maybe(fc.tuple(fc.bigInt(0n, 30n), bit)),
      fc.array(claim, { maxLength: 2 }),
      fc.integer({ min: 0, max: 3 }),
    )
    .map(([all, paid, claims, keep]): Explanation => {
      const fee: Fee | undefined = paid && {
        asset: `${chain}/${natives[chain]}`,
        max: paid[0],
        payer: self,
        own: paid[1],
      }
      return {
        chain,
        account: `${chain}:${self}`,
        intents: all,
        ...(fee && { fee }),
        claims: keep === 0 ? claims : [],
        uses: [],
      }
    }),
)

const at = new Date('2026-06-01T12:00:00Z')

/** A request, and what was used before of each asset in each window. */
export const requests: fc.Arbitrary<{ readonly asked: Asked; readonly salt: number }> = fc
  .record({
    explanation: explanations,
    origin: maybe(some('https://a.example', 'https://b.example')),
    shown: fc.array(factor, { maxLength: 3 }),
    enrolled: fc.oneof(
      fc.constant<Factor[]>(['code', 'passkey']),
      fc.subarray<Factor>(['code', 'passkey']),
    ),
    waited: maybe(some(60_000, 900_000, 86_400_000, 604_800_000)),
    salt: fc.integer({ min: 0, max: 60 }),
  })
  .map(({ explanation, origin, shown, enrolled, waited, salt }) => ({
    salt,
    asked: {
      wallet: 'aa',
      explanation,
      warnings: [],
      replaces: false,
      ...(origin !== undefined && { origin }),
      shown,
      enrolled: [...enrolled, 'operator'],
      at,
      ...(waited !== undefined && { firstAt: new Date(at.getTime() - waited) }),
    },
  }))
