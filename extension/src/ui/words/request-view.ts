import {
  type Explanation,
  type Intent,
  type Level,
  type Network,
  type Warning,
  level as levelOf,
  show,
} from '@tandem/chains'
import { i18n } from '#i18n'
import { shortAddress } from '../parts/Address.tsx'
import { amountOf, shortAsset } from './amount.ts'

/** One request on one screen: a sentence, a level, and what stands beside them. */
export type RequestView = {
  readonly headline: string
  readonly level: Level
  readonly warnings: readonly Warning[]
  /** Who gets something, in full. */
  readonly party?: { readonly label: string; readonly address: string }
  readonly effects: readonly Effect[]
  /** The text of a message, with everything invisible made visible. */
  readonly text?: string
  readonly rows: readonly { readonly label: string; readonly value: string }[]
  readonly steps: readonly string[]
}

export type Effect = {
  readonly sign: '-' | '+'
  readonly amount: string
  readonly note?: string
}

/** @param host of who asks. */
export function requestView(
  explanation: Explanation,
  warnings: readonly Warning[],
  network: Network,
  host: string,
): RequestView {
  const { intents, fee } = explanation
  const main = intents.find(isMain) ?? intents[0]
  const sentences = intents.filter(isMain).map((intent) => sentence(intent, network, host))
  const headline =
    sentences.length > 1
      ? i18n.t('does.batch', [sentences[0] ?? '', String(sentences.length)])
      : (sentences[0] ?? (main ? sentence(main, network, host) : host))
  const party = main && partyOf(main)
  const text = main && textOf(main)
  return {
    headline,
    level: levelOf(warnings),
    warnings,
    ...(party && { party }),
    effects: [
      ...intents.flatMap((intent) => effectsOf(intent, network)),
      ...(fee?.own === true
        ? [
            {
              sign: '-' as const,
              amount: amountOf(fee.asset, fee.max, network),
              note: i18n.t('approval.fee'),
            },
          ]
        : []),
    ],
    ...(text !== undefined && { text }),
    rows: main ? rowsOf(main) : [],
    steps: sentences.length > 1 ? sentences : [],
  }
}

const isMain = ({ kind }: Intent): boolean => kind !== 'routine' && kind !== 'open-account'

function sentence(intent: Intent, network: Network, host: string): string {
  const money = (asset: string, amount: bigint | 'unlimited') => amountOf(asset, amount, network)
  switch (intent.kind) {
    case 'transfer':
      if (!intent.fromOwn)
        return i18n.t('does.take', [money(intent.asset, intent.amount), shortAddress(intent.from)])
      if (intent.toOwn) return i18n.t('does.sendOwn', [money(intent.asset, intent.amount)])
      return i18n.t('does.sendNew', [money(intent.asset, intent.amount)])
    case 'approve':
      return intent.amount === 'unlimited'
        ? i18n.t('does.approveAll', [shortAddress(intent.spender), shortAsset(intent.asset)])
        : i18n.t('does.approve', [shortAddress(intent.spender), money(intent.asset, intent.amount)])
    case 'approve-all':
      return i18n.t('does.approveCollection', [
        shortAddress(intent.operator),
        shortAsset(intent.collection),
      ])
    case 'revoke':
      return intent.spender === undefined
        ? i18n.t('does.revokeAll', [shortAsset(intent.asset)])
        : i18n.t('does.revoke', [shortAddress(intent.spender), shortAsset(intent.asset)])
    case 'order':
      return i18n.t('does.order', [
        intent.gives.map(({ asset, max }) => money(asset, max)).join(', '),
        intent.receives.map(({ asset, min }) => money(asset, min)).join(', '),
      ])
    case 'call':
      return intent.touches
        ? i18n.t('does.unknownSolana', [String(intent.touches.length)])
        : i18n.t('does.unknown', [shortAddress(intent.target)])
    case 'create':
      return i18n.t('does.create', [network.name])
    case 'upgrade':
      return i18n.t('does.upgrade', [shortAddress(intent.target)])
    case 'delegate':
      return /^0x0+$/.test(intent.to)
        ? i18n.t('does.undelegate')
        : i18n.t('does.delegate', [shortAddress(intent.to), network.name])
    case 'safe-transaction':
      return intent.operation === 'delegatecall'
        ? i18n.t('does.delegatecall')
        : i18n.t('does.safe', [sentence(intent.inner, network, host)])
    case 'batch':
      return i18n.t('does.batch', [
        intent.steps[0] ? sentence(intent.steps[0], network, host) : '',
        String(intent.steps.length),
      ])
    case 'sign-in':
      return i18n.t('does.signIn', [show(intent.domain).text])
    case 'message':
      return i18n.t('does.message', [host])
    case 'typed-data':
      return i18n.t('does.typed', [show(intent.primaryType).text, host])
    case 'payment': {
      if (intent.leaves < 0n)
        return i18n.t('does.receive', [money(network.native.asset, -intent.leaves)])
      return i18n.t('does.pay', [money(network.native.asset, intent.leaves)])
    }
    case 'open-account':
      return i18n.t('does.open')
    case 'close-account':
      return i18n.t('does.close')
    case 'assign':
      return i18n.t('does.assign', [shortAddress(intent.address)])
    case 'set-authority':
      return i18n.t('does.authority', [shortAddress(intent.address)])
    case 'advance-nonce':
    case 'routine':
      return i18n.t('does.routine', [show('name' in intent ? intent.name : intent.kind).text])
    case 'burn':
      return i18n.t('does.burn', [money(intent.asset, intent.amount)])
    case 'mint':
      return i18n.t('does.mint', [money(intent.asset, intent.amount)])
    case 'freeze':
      return i18n.t(intent.frozen ? 'does.freeze' : 'does.thaw', [shortAddress(intent.address)])
    case 'memo':
      return i18n.t('does.memo')
  }
}

function partyOf(intent: Intent): RequestView['party'] {
  const to = (address: string) => ({ label: i18n.t('approval.to'), address })
  const spender = (address: string) => ({ label: i18n.t('approval.spender'), address })
  const contract = (address: string) => ({ label: i18n.t('approval.contract'), address })
  if (intent.kind === 'transfer') return to(intent.to)
  if (intent.kind === 'approve') return spender(intent.spender)
  if (intent.kind === 'approve-all') return spender(intent.operator)
  if (intent.kind === 'call') return contract(intent.target)
  if (intent.kind === 'delegate') return contract(intent.to)
  if (intent.kind !== 'payment') return undefined
  const other = intent.outputs.find((output) => output.to === 'other')
  return other?.address === undefined ? undefined : to(other.address)
}

function effectsOf(intent: Intent, network: Network): Effect[] {
  if (intent.kind === 'transfer' && intent.by === undefined) {
    const amount = amountOf(intent.asset, intent.amount, network)
    if (intent.fromOwn && !intent.toOwn) return [{ sign: '-', amount }]
    if (!intent.fromOwn && intent.toOwn) return [{ sign: '+', amount }]
  }
  if (intent.kind === 'payment')
    return [
      {
        sign: intent.leaves < 0n ? '+' : '-',
        amount: amountOf(
          network.native.asset,
          intent.leaves < 0n ? -intent.leaves : intent.leaves,
          network,
        ),
      },
    ]
  return []
}

function textOf(intent: Intent): string | undefined {
  if (intent.kind === 'message')
    return intent.text === undefined ? undefined : show(intent.text).text
  if (intent.kind === 'sign-in')
    return intent.statement === undefined ? undefined : show(intent.statement).text
  return undefined
}

function rowsOf(intent: Intent): RequestView['rows'] {
  if (intent.kind !== 'typed-data') return []
  const lines = (
    fields: typeof intent.fields,
    before: string,
  ): { label: string; value: string }[] =>
    fields.flatMap(({ name, value }) =>
      typeof value === 'string'
        ? [{ label: before + show(name).text, value: show(value).text }]
        : lines(value, `${before}${show(name).text}.`),
    )
  return lines(intent.fields, '')
}
