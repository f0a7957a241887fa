import { type Field, type Intent, type Payment, allIntents } from '@tandem/chains'
import { i18n } from '#i18n'
import type { Fact } from './facts.ts'
import { sentence } from './sentence.ts'
import { type Telling, moneyOf, plain } from './telling.ts'
import { momentOf } from './time.ts'

/** What one finds when one looks closer. */
export type Details = {
  /** In one line, while it is closed. */
  readonly summary: string
  readonly facts: readonly Fact[]
  readonly coins?: { readonly inputs: readonly Coin[]; readonly outputs: readonly Coin[] }
  /** Everything that happens, in order. */
  readonly instructions: readonly string[]
  readonly domain: readonly Field[]
  readonly raw: string
}

export type Coin = {
  readonly address: string
  readonly amount: string
  readonly note: string
}

/** @param payload what is asked, as both machines hold it. */
export function detailsOf(
  telling: Telling,
  payload: Uint8Array,
  goesTo: 'site' | 'network',
): Details {
  const { explanation, hash } = telling.explained
  const all = allIntents(explanation.intents)
  const payment = all.find((intent) => intent.kind === 'payment')
  const typed = all.find((intent) => intent.kind === 'typed-data')
  const facts = [
    ...all.flatMap(factsIn),
    ...explanation.uses.flatMap(ofUse),
    ...(payment ? ofPayment(payment, goesTo) : []),
    ...explanation.claims.flatMap((claim) =>
      claim.kind === 'lookup-table' ? [{ label: i18n.t('detail.table'), value: claim.table }] : [],
    ),
    { label: i18n.t('detail.hash'), value: hash },
  ]
  const steps = explanation.intents.map((intent) => sentence(intent, telling))
  return {
    summary: summaryOf(explanation.uses, payload.length),
    facts,
    ...(payment && { coins: coinsOf(payment, telling) }),
    instructions: steps.length > 1 ? steps : [],
    domain: typed?.domain ?? [],
    raw: hexOf(payload),
  }
}

function summaryOf(uses: Telling['explained']['explanation']['uses'], bytes: number): string {
  const nonce = uses.find((use) => use.kind === 'nonce')
  const size = i18n.t('detail.dataBytes', [String(bytes)])
  return nonce?.kind === 'nonce'
    ? `${i18n.t('detail.number').toLowerCase()} ${nonce.nonce}, ${size}`
    : size
}

function factsIn(intent: Intent): Fact[] {
  if (intent.kind !== 'sign-in') return []
  const fact = (label: string, value: string | undefined): Fact[] =>
    value === undefined ? [] : [{ label, value: plain(value) }]
  return [
    ...fact(i18n.t('detail.uri'), intent.uri),
    ...fact(i18n.t('detail.chain'), intent.chainId),
    ...fact(i18n.t('detail.nonce'), intent.nonce),
    ...fact(i18n.t('detail.issued'), intent.issuedAt),
    ...intent.resources.flatMap((one) => fact(i18n.t('detail.resources'), one)),
  ]
}

function ofUse(use: Telling['explained']['explanation']['uses'][number]): Fact[] {
  switch (use.kind) {
    case 'nonce':
      return [{ label: i18n.t('detail.number'), value: String(use.nonce) }]
    case 'blockhash':
      return [{ label: i18n.t('detail.expires'), value: i18n.t('detail.expiresMinute') }]
    case 'durable-nonce':
      return [{ label: i18n.t('detail.expires'), value: i18n.t('detail.expiresNever') }]
    case 'outpoint':
      return []
  }
}

function ofPayment({ feeRate, lockTime }: Payment, goesTo: 'site' | 'network'): Fact[] {
  return [
    {
      label: i18n.t('detail.broadcast'),
      value: i18n.t(goesTo === 'site' ? 'detail.bySite' : 'detail.byTandem'),
    },
    ...(feeRate === undefined
      ? []
      : [{ label: i18n.t('detail.feeRate'), value: `${Number(feeRate) / 1000} sat/vB` }]),
    ...(lockTime === undefined || lockTime === 0
      ? []
      : [
          {
            label: i18n.t('detail.lockTime'),
            value: lockTime < 500_000_000 ? String(lockTime) : momentOf(lockTime * 1000),
          },
        ]),
  ]
}

function coinsOf({ inputs, outputs }: Payment, telling: Telling): NonNullable<Details['coins']> {
  const money = (amount: bigint) => moneyOf(telling.network.native.asset, amount, telling)
  return {
    inputs: inputs.map(({ address, amount, own }) => ({
      address,
      amount: money(amount),
      note: i18n.t(own ? 'detail.yours' : 'detail.others'),
    })),
    outputs: outputs.map(({ address, amount, to }) => ({
      address: address ?? i18n.t('detail.dataOutput'),
      amount: money(amount),
      note: i18n.t(
        to === 'change' ? 'detail.change' : to === 'own' ? 'detail.yours' : 'detail.others',
      ),
    })),
  }
}

function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}
