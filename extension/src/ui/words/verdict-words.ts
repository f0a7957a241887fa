import { i18n } from '#i18n'
import type { VerdictView } from '../../messages/engine.ts'
import { networkCommand } from './network-command.ts'
import { sentenceCase } from './sentence-case.ts'
import { type Telling, moneyOf, plain, symbolOf } from './telling.ts'
import { dayOf, momentOf } from './time.ts'
import { verdictDetail } from './verdict-detail.ts'

const DAY = 24 * 60 * 60_000

/** The rule of a verdict and what is left of its limit, in one line. */
export function verdictLine(verdict: VerdictView, telling: Telling): string {
  const { asset, limit, left, until } = verdictDetail(verdict)
  const rule = plain(verdict.rule)
  if (asset === undefined || limit === undefined || left === undefined)
    return i18n.t('strip.rule', [rule])
  const symbol = symbolOf(asset, telling)
  const amount = moneyOf(asset, left, telling).replace(` ${symbol}`, '')
  const all = moneyOf(asset, limit, telling)
  if (until === undefined || until - Date.now() <= DAY)
    return i18n.t('strip.left', [rule, amount, all])
  return i18n.t('strip.leftUntil', [rule, amount, all, dayOf(until)])
}

/** A refusal of the co-signer: the rule is the headline. */
export type Denial = {
  readonly headline: string
  readonly reason: string
  readonly facts: readonly { readonly label: string; readonly value: string }[]
  readonly again?: string
  /** What makes the co-signer sign for this network, on its own machine. */
  readonly command?: string
}

/** @param asked what was asked, as a sentence. */
export function denialOf(verdict: VerdictView, telling: Telling, asked: string): Denial {
  const { text, asset, limit, used, left, until } = verdictDetail(verdict)
  const rule = plain(verdict.rule)
  const facts = [{ label: i18n.t('refuse.labelRule'), value: rule }]
  if (asset === undefined || limit === undefined) {
    const reason = text === undefined ? '' : plain(text)
    if (verdict.rule === 'unknown-chain') {
      const name = plain(telling.network.name)
      return {
        headline: i18n.t('ownNetwork.unknown', [name]),
        reason: i18n.t('ownNetwork.unknownText'),
        facts: [],
        command: networkCommand(telling.network),
      }
    }
    if (verdict.rule === 'used-twice')
      return { headline: i18n.t('refuse.used'), reason: i18n.t('refuse.usedText'), facts }
    const headline =
      verdict.rule === 'default-deny' ? i18n.t('refuse.none') : i18n.t('refuse.rule', [rule])
    return { headline, reason, facts }
  }
  const money = (label: string, amount: bigint | undefined) =>
    amount === undefined ? [] : [{ label, value: moneyOf(asset, amount, telling) }]
  return {
    headline: i18n.t('refuse.limit', [symbolOf(asset, telling)]),
    reason: sentenceCase(asked),
    facts: [
      ...facts,
      ...money(i18n.t('refuse.labelLimit'), limit),
      ...money(i18n.t('refuse.labelUsed'), used),
      ...money(i18n.t('refuse.labelLeft'), left),
    ],
    ...(until !== undefined && { again: i18n.t('refuse.again', [momentOf(until)]) }),
  }
}
