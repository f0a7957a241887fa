import { i18n } from '#i18n'
import type { Decided, Token } from '../../messages/stored.ts'
import type { IconName } from '../parts/Icon.tsx'
import { type Effect, effectsOf } from '../words/effects.ts'
import { headline } from '../words/headline.ts'
import { networkOf } from '../words/network-of.ts'
import type { Telling } from '../words/telling.ts'
import { withOwnNames } from '../words/with-own-names.ts'
import { isBeingReplaced } from './being-replaced.ts'

/** What was decided, in one line. */
export type Told = {
  readonly headline: string
  readonly effects: readonly Effect[]
  readonly telling?: Telling
}

export function toldOf(
  { chain, explained: read, origin, instead }: Decided,
  tokens: readonly Token[] = [],
): Told {
  const network = networkOf(chain, read)
  const explained = read && withOwnNames(read, tokens)
  if (!explained) return { headline: i18n.t('activity.request', [network.name]), effects: [] }
  const host = origin === undefined ? i18n.t('activity.you') : new URL(origin).host
  const telling = { explained, network, host }
  const text = insteadOf(instead, telling) ?? headline(telling)
  return { headline: text, effects: effectsOf(telling), telling }
}

function insteadOf(instead: Decided['instead'], telling: Telling): string | undefined {
  if (instead === undefined) return undefined
  if (instead === 'faster') return i18n.t('does.faster', [headline(telling)])
  const use = telling.explained.explanation.uses.find(({ kind }) => kind === 'nonce')
  return use?.kind === 'nonce' ? i18n.t('does.cancel', [String(use.nonce)]) : undefined
}

export type Status = {
  readonly icon: IconName
  readonly text: string
  readonly tone: 'plain' | 'pending' | 'bad'
}

/**
 * How it stands: a glyph and a word.
 *
 * @param all newest first: a later one may be in its place.
 */
export function statusOf(record: Decided, all: readonly Decided[]): Status {
  const { outcome, fate } = record
  if (isBeingReplaced(record, all))
    return { icon: 'wait', text: i18n.t('activity.replacing'), tone: 'pending' }
  switch (outcome) {
    case 'refused':
      return { icon: 'barred', text: i18n.t('activity.refused'), tone: 'plain' }
    case 'rejected':
      return { icon: 'close', text: i18n.t('activity.rejected'), tone: 'plain' }
    case 'signed':
      return { icon: 'sign', text: i18n.t('activity.signed'), tone: 'plain' }
    case 'signed-not-sent':
      return { icon: 'alert', text: i18n.t('activity.notSent'), tone: 'bad' }
    case 'failed':
      return { icon: 'alert', text: i18n.t('activity.stopped'), tone: 'bad' }
    case 'sent':
      return sentStatus(fate)
  }
}

function sentStatus(fate: Decided['fate']): Status {
  switch (fate?.state) {
    case 'confirmed': {
      const text =
        fate.confirmations > 1n
          ? i18n.t('activity.confirmedBlocks', [String(fate.confirmations)])
          : i18n.t('activity.confirmed')
      return { icon: 'check', text, tone: 'plain' }
    }
    case 'failed':
      return { icon: 'alert', text: i18n.t('activity.failed'), tone: 'bad' }
    case 'part': {
      const counts: [string, string] = [String(fate.done), String(fate.of)]
      return { icon: 'alert', text: i18n.t('activity.part', counts), tone: 'bad' }
    }
    case 'replaced':
      return { icon: 'barred', text: i18n.t('activity.replaced'), tone: 'plain' }
    case 'unknown':
      return { icon: 'wait', text: i18n.t('activity.unknown'), tone: 'pending' }
    case 'pending':
    case undefined:
      return { icon: 'wait', text: i18n.t('activity.waiting'), tone: 'pending' }
  }
}

const tones = { plain: 'text-ink3', pending: 'text-pending', bad: 'text-deny' } as const
export const toneOf = (status: Status): string => tones[status.tone]
