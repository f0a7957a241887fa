import type { Intent } from '@tandem/chains'
import { i18n } from '#i18n'
import { shortAddress } from '../parts/Address.tsx'
import { mainIntents } from './headline.ts'
import { type Telling, moneyOf, plain, symbolOf } from './telling.ts'
import { dayOfSeconds, momentOf } from './time.ts'

/** One thing that is so, in words. */
export type Fact = { readonly label: string; readonly value: string }

/** What stands beside a sentence without being asked for. */
export function factsOf(telling: Telling): Fact[] {
  const { explained } = telling
  const [main] = mainIntents(explained.explanation.intents)
  return [...(main ? ofIntent(main, telling) : []), ...kept(telling)]
}

function ofIntent(intent: Intent, telling: Telling): Fact[] {
  const fact = (label: string, value: string | undefined): Fact[] =>
    value === undefined || value === '' ? [] : [{ label, value }]
  const native = telling.network.native.asset
  switch (intent.kind) {
    case 'approve':
      return [
        ...fact(
          i18n.t('approval.amount'),
          intent.amount === 'unlimited'
            ? `${i18n.t('limit.unlimited')} ${symbolOf(intent.asset, telling)}`
            : moneyOf(intent.asset, intent.amount, telling),
        ),
        ...fact(i18n.t('detail.until'), dayOf(intent.until)),
        ...fact(i18n.t('detail.deadline'), dayOf(intent.deadline)),
      ]
    case 'order':
      return [
        ...intent.receives.flatMap(({ asset, min, toOwn }) =>
          fact(
            i18n.t(toOwn ? 'approval.youGet' : 'approval.payeeGets'),
            moneyOf(asset, min, telling),
          ),
        ),
        ...fact(i18n.t('detail.until'), dayOf(intent.ends)),
      ]
    case 'call':
      return [
        ...(intent.touches
          ? []
          : fact(i18n.t('detail.sends'), moneyOf(native, intent.value, telling))),
        ...fact(i18n.t('detail.function'), intent.name ?? intent.selector),
        ...fact(i18n.t('detail.data'), i18n.t('detail.dataBytes', [String(intent.dataLength)])),
      ]
    case 'create':
      return [
        ...fact(i18n.t('detail.sends'), moneyOf(native, intent.value, telling)),
        ...fact(i18n.t('detail.code'), i18n.t('detail.codeBytes', [String(intent.codeLength)])),
      ]
    case 'sign-in':
      return [
        ...fact(i18n.t('approval.account'), shortAddress(intent.address)),
        ...fact(i18n.t('approval.network'), telling.network.name),
        ...fact(i18n.t('approval.until'), momentIn(intent.expirationTime)),
      ]
    case 'payment':
      return [
        ...(kept(telling).length > 0
          ? []
          : fact(i18n.t('detail.change'), amountBack(intent, telling))),
        ...fixedOf(intent),
      ]
    case 'transfer':
      return fact(i18n.t('detail.until'), dayOf(intent.ends))
    case 'approve-all':
    case 'revoke':
    case 'upgrade':
    case 'delegate':
    case 'safe-transaction':
    case 'batch':
    case 'message':
    case 'typed-data':
    case 'open-account':
    case 'close-account':
    case 'assign':
    case 'set-authority':
    case 'advance-nonce':
    case 'burn':
    case 'mint':
    case 'freeze':
    case 'routine':
    case 'memo':
      return []
  }
}

/** What is left of something of which almost all goes. */
function kept(telling: Telling): Fact[] {
  const { concerns, held, explanation } = telling.explained
  const asset = concerns.find(({ code }) => code === 'almost-all')?.subject
  const has = asset === undefined ? undefined : held?.[asset]
  if (asset === undefined || has === undefined) return []
  const goes = explanation.intents.reduce((sum, intent) => {
    if (intent.kind === 'transfer' && intent.asset === asset) return sum + intent.amount
    return intent.kind === 'payment' ? sum + intent.leaves : sum
  }, 0n)
  const fee = explanation.fee?.asset === asset ? explanation.fee.max : 0n
  const left = has - goes - fee
  return [
    { label: i18n.t('approval.after'), value: moneyOf(asset, left > 0n ? left : 0n, telling) },
  ]
}

/** Whether others can change where coins go; said only where there are others. */
function fixedOf({ inputs, outputsFixed }: Extract<Intent, { kind: 'payment' }>): Fact[] {
  if (!outputsFixed) return [{ label: i18n.t('detail.open'), value: i18n.t('detail.openText') }]
  return inputs.every(({ own }) => own)
    ? []
    : [{ label: i18n.t('detail.fixed'), value: i18n.t('detail.fixedText') }]
}

function amountBack(
  { outputs }: Extract<Intent, { kind: 'payment' }>,
  telling: Telling,
): string | undefined {
  const back = outputs.reduce((sum, { to, amount }) => (to === 'change' ? sum + amount : sum), 0n)
  return back === 0n ? undefined : moneyOf(telling.network.native.asset, back, telling)
}

const dayOf = (seconds: bigint | undefined): string | undefined =>
  seconds === undefined ? undefined : (dayOfSeconds(seconds) ?? i18n.t('detail.wholly'))

function momentIn(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? plain(text) : momentOf(at)
}
