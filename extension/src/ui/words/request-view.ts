import { type Field, type Intent, type Level, allIntents, show } from '@tandem/chains'
import type { SignQuestion, SiteView } from '../../messages/approval.ts'
import { i18n } from '#i18n'
import type { Explained } from '../../messages/engine.ts'
import { type Details, detailsOf } from './details.ts'
import { type Effect, effectsOf } from './effects.ts'
import { type Fact, factsOf } from './facts.ts'
import { headline, levelOf, mainIntents } from './headline.ts'
import { levelOfRequest } from './level.ts'
import { networkOf } from './network-of.ts'
import { type PartyRow, partiesOfRequest } from './parties.ts'
import { reasonsOf } from './reasons.ts'
import { sentence } from './sentence.ts'
import { type Telling, plain, symbolOf } from './telling.ts'

/** One request on one screen: a sentence, a level, and what stands beside them. */
export type RequestView = {
  readonly telling: Telling
  readonly headline: string
  /** Under it, in small. */
  readonly under: string
  readonly level: Level
  readonly reasons: readonly string[]
  readonly parties: readonly PartyRow[]
  readonly effects: readonly Effect[]
  readonly facts: readonly Fact[]
  readonly steps: readonly Step[]
  /** The text of a message, with everything invisible made visible. */
  readonly text?: { readonly label: string; readonly text: string; readonly isWhole: boolean }
  readonly fields: readonly Field[]
  readonly details: Details
  /** What is typed where no second factor is asked: the asset, or who asks. */
  readonly word: string
  readonly verb: 'approve' | 'sign' | 'signIn'
}

export type Step = { readonly text: string; readonly level: Level }

/** @param site absent: the person asks. */
export function requestView(
  question: SignQuestion,
  explained: Explained,
  site: SiteView | undefined,
): RequestView {
  const network = networkOf(question.chain, explained)
  const host = site ? hostOf(site) : i18n.t('approval.you')
  const telling: Telling = { explained, network, host }
  const mains = mainIntents(explained.explanation.intents)
  const [main] = mains
  const text = main && textOf(main)
  return {
    telling,
    headline: insteadOf(question, telling) ?? headline(telling),
    under: underOf(telling, main),
    level: levelOfRequest(explained),
    reasons: reasonsOf(telling),
    parties: partiesOfRequest(telling),
    effects: effectsOf(telling),
    facts: factsOf(telling),
    steps: mains.length > 1 ? mains.map((step) => stepOf(step, telling)) : [],
    ...(text && { text }),
    fields: main?.kind === 'typed-data' ? main.fields : [],
    details: detailsOf(telling, question.payload, question.goesTo),
    word: wordOf(telling, site),
    verb: verbOf(main),
  }
}

/** Who asks, in a sentence: the part that anybody can choose is left out where it is long. */
export function hostOf({ before, registrable, after }: SiteView): string {
  const whole = `${before}${registrable}${after}`
  return before === '' || whole.length <= LONGEST ? whole : `..${registrable}${after}`
}

const LONGEST = 40

/** A transaction in the place of one that waits. */
function insteadOf({ build }: SignQuestion, telling: Telling): string | undefined {
  if (build?.kind !== 'instead') return undefined
  if (build.how === 'faster') return i18n.t('does.faster', [headline(telling)])
  const nonce = telling.explained.explanation.uses.find((use) => use.kind === 'nonce')
  return i18n.t('does.cancel', [nonce?.kind === 'nonce' ? String(nonce.nonce) : ''])
}

function underOf({ network, explained }: Telling, main: Intent | undefined): string {
  const count = explained.explanation.intents.length
  const parts = [
    network.name,
    ...(network.family === 'solana' && count > 1
      ? [i18n.t('approval.instructions', [String(count)])]
      : []),
    ...(main?.kind === 'sign-in' ? [i18n.t('approval.same')] : []),
  ]
  return parts.join(' · ')
}

const stepOf = (step: Intent, telling: Telling): Step => ({
  text: sentence(step, telling),
  level: levelOf(step, telling),
})

function textOf(intent: Intent): RequestView['text'] {
  if (intent.kind === 'sign-in' && intent.statement !== undefined)
    return { label: i18n.t('approval.says'), text: show(intent.statement).text, isWhole: false }
  if (intent.kind !== 'message') return undefined
  const bytes = intent.bytes.length
  if (intent.text === undefined)
    return {
      label: i18n.t('detail.dataBytes', [String(bytes)]),
      text: [...intent.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
      isWhole: true,
    }
  const lines = intent.text.replace(/\n$/, '').split('\n').length
  return {
    label: i18n.t('approval.bytes', lines, [String(lines), String(bytes)]),
    text: show(intent.text).text,
    isWhole: true,
  }
}

/** The asset at stake, else who asks: never "I agree". */
function wordOf(telling: Telling, site: SiteView | undefined): string {
  const { explained, network } = telling
  for (const intent of allIntents(explained.explanation.intents)) {
    if (intent.kind === 'transfer' || intent.kind === 'approve' || intent.kind === 'burn')
      return wordIn(symbolOf(intent.asset, telling), network.native.symbol)
    if (intent.kind === 'payment') return network.native.symbol
  }
  return site?.registrable ?? network.native.symbol
}

/** Something that can be typed: a token may call itself anything. */
const wordIn = (symbol: string, other: string): string =>
  /^[A-Za-z0-9]{2,11}$/.test(plain(symbol)) ? symbol : other

function verbOf(main: Intent | undefined): RequestView['verb'] {
  if (main?.kind === 'sign-in') return 'signIn'
  return main?.kind === 'message' || main?.kind === 'typed-data' ? 'sign' : 'approve'
}
