import { type Intent, allIntents } from '@tandem/chains'
import { i18n } from '#i18n'
import { decimal } from './amount.ts'
import { depositOf } from './deposit.ts'
import { mainIntents } from './headline.ts'
import { type Telling, moneyOf } from './telling.ts'

/** Something that leaves or comes. */
export type Effect = {
  readonly sign: '-' | '+'
  readonly amount: string
  readonly note?: string
  /** It is what inclusion costs. */
  readonly isFee?: true
}

/** What changes by a request: as it says, then as a node adds. */
export function effectsOf(telling: Telling): Effect[] {
  const { explained, network } = telling
  const { intents, fee } = explained.explanation
  const moved = allIntents(intents).flatMap((intent) => movedBy(intent, telling))
  const [main] = mainIntents(intents)
  const own = main?.kind === 'payment' ? main.fee : fee?.own === true ? fee.max : undefined
  return [
    ...moved,
    ...deposited(telling),
    ...added(telling),
    ...(own === undefined || own === 0n
      ? []
      : [
          {
            sign: '-' as const,
            amount: moneyOf(network.native.asset, own, telling),
            note: i18n.t(isShared(main) ? 'approval.feeShare' : 'approval.fee'),
            isFee: true as const,
          },
        ]),
  ]
}

function movedBy(intent: Intent, telling: Telling): Effect[] {
  const native = telling.network.native.asset
  const out = (asset: string, amount: bigint, note?: string): Effect => ({
    sign: '-',
    amount: moneyOf(asset, amount, telling),
    ...(note !== undefined && { note }),
  })
  if (intent.kind === 'transfer' && intent.by === undefined) {
    if (intent.fromOwn && !intent.toOwn) return [out(intent.asset, intent.amount)]
    if (!intent.fromOwn && intent.toOwn)
      return [{ sign: '+', amount: moneyOf(intent.asset, intent.amount, telling) }]
  }
  if ((intent.kind === 'call' || intent.kind === 'create') && intent.value > 0n)
    return [out(native, intent.value)]
  if (intent.kind === 'burn') return [out(intent.asset, intent.amount)]
  if (intent.kind === 'open-account' && (intent.amount ?? 0n) > 0n)
    return [out(native, intent.amount ?? 0n, i18n.t('approval.deposit'))]
  if (intent.kind !== 'payment') return []
  if (intent.leaves < 0n) return [{ sign: '+', amount: moneyOf(native, -intent.leaves, telling) }]
  const sent = intent.leaves - (intent.fee ?? 0n)
  return sent > 0n ? [out(native, sent)] : []
}

function deposited({ explained, network }: Telling): Effect[] {
  const { asset, symbol, decimals } = network.native
  const deposit = depositOf(explained, asset)
  if (deposit === undefined) return []
  const amount = deposit === 'unknown' ? symbol : `${decimal(deposit, decimals)} ${symbol}`
  const note = deposit === 'unknown' ? 'approval.depositSome' : 'approval.deposit'
  return [{ sign: '-', amount, note: i18n.t(note) }]
}

/** What only a node says: it stands beside the request, and takes nothing of it back. */
function added(telling: Telling): Effect[] {
  const { preview, concerns, explanation } = telling.explained
  if (preview?.kind !== 'changes') return []
  const told = new Set(
    allIntents(explanation.intents).flatMap((intent) => ('asset' in intent ? [intent.asset] : [])),
  )
  const native = telling.network.native.asset
  return preview.changes.flatMap(({ asset, amount }) => {
    const isMore = concerns.some(({ code, subject }) => code === 'loses-more' && subject === asset)
    if (!isMore && (told.has(asset) || (asset === native && amount < 0n))) return []
    return [
      {
        sign: amount < 0n ? '-' : '+',
        amount: moneyOf(asset, amount < 0n ? -amount : amount, telling),
        note: i18n.t('approval.preview'),
      } as const,
    ]
  })
}

const isShared = (main: Intent | undefined): boolean =>
  main?.kind === 'payment' && main.inputs.some(({ own }) => !own)
