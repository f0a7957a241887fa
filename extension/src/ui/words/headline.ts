import { type Intent, type Level, levels, warnings as warningsOf } from '@tandem/chains'
import { i18n } from '#i18n'
import { sentence } from './sentence.ts'
import { type Telling, moneyOf, symbolOf } from './telling.ts'

/** What a request does in one sentence, with what it would cost beside. */
export function headline(telling: Telling): string {
  const { explained } = telling
  const mains = mainIntents(explained.explanation.intents)
  const [main] = mains
  if (!main) return sentence(explained.explanation.intents[0] ?? memo, telling)
  const one = mains.length > 1 ? stepped(mains, telling) : single(main, telling)
  return withPreview(withTime(one, telling), telling)
}

/** What a person is asked about, without what only makes it run. */
export function mainIntents(intents: readonly Intent[]): readonly Intent[] {
  const mains = intents.filter(({ kind }) => !aside.has(kind))
  const [only] = mains
  return only?.kind === 'batch' && mains.length === 1 ? mainIntents(only.steps) : mains
}

const aside: ReadonlySet<Intent['kind']> = new Set(['routine', 'open-account', 'advance-nonce'])
const memo: Intent = { kind: 'memo', text: '' }

function single(intent: Intent, telling: Telling): string {
  const { explained, network } = telling
  const amount = amountIn(intent, telling)
  const almostAll = explained.concerns.find(({ code }) => code === 'almost-all')
  if (almostAll?.subject !== undefined && !explained.concerns.some(({ code }) => code === 'twin'))
    return i18n.t('does.sendAlmostAll', [symbolOf(almostAll.subject, telling)])
  const isDear = explained.warnings.some(({ code }) => code === 'high-fee')
  const fee = explained.explanation.fee?.max ?? (intent.kind === 'payment' ? intent.fee : undefined)
  if (isDear && amount !== undefined && fee !== undefined)
    return i18n.t('does.sendFee', [amount, moneyOf(network.native.asset, fee, telling)])
  return sentence(intent, telling)
}

/** Of something that is only sent. */
function amountIn(intent: Intent, telling: Telling): string | undefined {
  if (intent.kind === 'transfer' && intent.fromOwn && !intent.toOwn)
    return moneyOf(intent.asset, intent.amount, telling)
  if (intent.kind !== 'payment' || intent.leaves <= (intent.fee ?? 0n)) return undefined
  if (intent.inputs.some(({ own }) => !own) || !intent.outputsFixed) return undefined
  return moneyOf(telling.network.native.asset, intent.leaves - (intent.fee ?? 0n), telling)
}

/** Several steps: the riskiest one is what they are about, else the first. */
function stepped(steps: readonly Intent[], telling: Telling): string {
  const found = steps.map((step) => levelOf(step, telling))
  const high = found.filter((level) => levels.indexOf(level) >= levels.indexOf('high')).length
  const worst = found.reduce(
    (best, level, at) =>
      levels.indexOf(level) > levels.indexOf(found[best] ?? 'routine') ? at : best,
    0,
  )
  const first = sentence(steps[high > 0 ? worst : 0] ?? memo, telling)
  const count = String(steps.length)
  return high > 0
    ? i18n.t('does.batchRisk', [first, count, String(high)])
    : i18n.t('does.batch', [first, count])
}

/** How much one step alone must be looked at. */
export function levelOf(step: Intent, { explained }: Telling): Level {
  const { chain, account } = explained.explanation
  const alone = warningsOf({ chain, account, intents: [step], claims: [], uses: [] })
  return alone.reduce<Level>(
    (most, { level }) => (levels.indexOf(level) > levels.indexOf(most) ? level : most),
    'routine',
  )
}

function withTime(text: string, { explained }: Telling): string {
  const isOpen = explained.explanation.uses.some(({ kind }) => kind === 'durable-nonce')
  return isOpen ? i18n.t('does.anyTime', [text]) : text
}

function withPreview(text: string, telling: Telling): string {
  const { concerns, preview } = telling.explained
  if (concerns.some(({ code }) => code === 'would-fail')) return i18n.t('does.wouldFail', [text])
  const more = concerns.find(({ code }) => code === 'loses-more')?.subject
  const change =
    preview?.kind === 'changes' ? preview.changes.find(({ asset }) => asset === more) : undefined
  if (!change) return text
  return i18n.t('does.loses', [text, moneyOf(change.asset, -change.amount, telling)])
}
