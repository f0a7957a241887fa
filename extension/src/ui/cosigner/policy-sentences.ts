import { networks } from '@tandem/chains'
import { i18n } from '#i18n'
import { decimal, shortAsset } from '../words/amount.ts'
import { actWords } from './act-words.ts'
import type { Rule } from './policy-file.ts'

/** One rule in one sentence. */
export function sentenceOf(rule: Rule): string {
  const { acts = [], window = '', wait = '' } = rule
  const does = i18n.t(rule.over === 'deny' ? 'co.policy.denyWord' : 'co.policy.askWord')
  switch (rule.rule) {
    case 'acts':
      return isConditional(rule) ? i18n.t('co.policy.only', [decisionOf(rule)]) : decisionOf(rule)
    case 'limit':
      return [
        rule.per_request !== undefined &&
          i18n.t('co.policy.limitEach', [amountOf(rule.per_request, rule.assets), does]),
        rule.per_window !== undefined &&
          i18n.t('co.policy.limitTime', [amountOf(rule.per_window, rule.assets), window, does]),
      ]
        .filter(Boolean)
        .join(' ')
    case 'fee':
      return i18n.t('co.policy.fee', [feeOf(rule), does])
    case 'uncovered':
      return rule.except
        ? i18n.t('co.policy.uncoveredExcept', [does, chainsOf(rule.except)])
        : i18n.t('co.policy.uncovered', [does])
    case 'batch':
      return i18n.t('co.policy.batch', [String(rule.max ?? ''), does])
    case 'delay':
      return i18n.t('co.policy.delay', [wait, actWords(acts)])
    default:
      return i18n.t('co.policy.other', [rule.name])
  }
}

function decisionOf({ decision, acts = [], accepts }: Rule): string {
  const what = [actWords(acts)] as const
  if (decision === 'allow') return i18n.t('co.policy.allow', [...what])
  if (decision === 'deny') return i18n.t('co.policy.deny', [...what])
  const isThere = accepts !== undefined && accepts.every((one) => one === 'operator')
  return i18n.t(isThere ? 'co.policy.askThere' : 'co.policy.ask', [...what])
}

const plain = new Set(['rule', 'name', 'decision', 'acts', 'accepts', 'factors'])

/** It is for some accounts, chains, sites or amounts only: the file says which. */
const isConditional = (rule: Rule): boolean =>
  Object.entries(rule).some(([field, value]) => value !== undefined && !plain.has(field))

function feeOf({ max, percent, chains = [] }: Rule): string {
  const coin = networks.find(({ id }) => chains.includes(id))?.native
  return [
    max !== undefined && (coin ? coins(BigInt(max), coin) : String(max)),
    percent !== undefined && i18n.t('co.policy.percent', [String(percent)]),
  ]
    .filter(Boolean)
    .join(', ')
}

type Coin = { readonly symbol: string; readonly decimals: number }
const coins = (amount: bigint, { symbol, decimals }: Coin): string =>
  `${decimal(amount, decimals)} ${symbol}`

/** An amount of the first asset that a rule names, and how many others it is for. */
function amountOf(amount: string, assets: readonly string[] = []): string {
  const natives = assets.map((id) => networks.find(({ native }) => native.asset === id)?.native)
  const [first] = natives
  if (first && natives.every((one) => one?.symbol === first.symbol))
    return coins(BigInt(amount), first)
  const [asset = '', ...rest] = assets
  const more = rest.length > 0 ? i18n.t('co.policy.and', [String(rest.length)]) : ''
  return `${amount} ${shortAsset(asset)}${more}`
}

function chainsOf(ids: readonly string[]): string {
  const found = networks.filter(({ id }) => ids.includes(id))
  if (found.length === ids.length && found.every(({ test }) => test))
    return i18n.t('co.policy.tests')
  return found.map(({ name }) => name).join(', ') || ids.join(', ')
}

/** What another policy changes, rule by rule. */
export function changesOf(
  before: readonly Rule[],
  after: readonly Rule[],
): { readonly gone: readonly string[]; readonly fresh: readonly string[] } {
  const [gone, fresh]: [string[], string[]] = [[], []]
  for (const rule of before) {
    const next = after.find(({ name }) => name === rule.name)
    if (!next) gone.push(lineOf(rule))
    else if (isOtherActs(rule, next)) {
      const [lost, gained] = [without(rule.acts, next.acts), without(next.acts, rule.acts)]
      if (lost.length > 0) gone.push(lineOf({ ...rule, acts: lost }))
      if (gained.length > 0) fresh.push(lineOf({ ...next, acts: gained }))
    } else if (sentenceOf(rule) !== sentenceOf(next)) {
      gone.push(lineOf(rule))
      fresh.push(lineOf(next))
    }
  }
  const known = new Set(before.map(({ name }) => name))
  fresh.push(...after.filter(({ name }) => !known.has(name)).map(lineOf))
  return { gone, fresh }
}

const lineOf = (rule: Rule): string => `${rule.name}: ${sentenceOf(rule)}`

/** The same decision about other things: only those are told. */
const isOtherActs = (before: Rule, after: Rule): boolean =>
  before.acts !== undefined &&
  after.acts !== undefined &&
  sentenceOf({ ...before, acts: [] }) === sentenceOf({ ...after, acts: [] })

const without = (acts: readonly string[] = [], others: readonly string[] = []): string[] =>
  acts.filter((act) => !others.includes(act))
