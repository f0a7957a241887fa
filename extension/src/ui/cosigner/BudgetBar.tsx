import { networks } from '@tandem/chains'
import { i18n } from '#i18n'
import type { BudgetView } from '../../messages/cosigner.ts'
import { decimal, shortAsset } from '../words/amount.ts'
import { momentOf } from '../words/time.ts'

/** What a limit has left, as the co-signer said last: a bar, and the same in words. */
export function BudgetBar({ budget }: { readonly budget: BudgetView }) {
  const { asset, limit, left, until, rule } = budget
  const part = limit === 0n ? 0 : Number((left * 1000n) / limit) / 10
  return (
    <div className="mt-2">
      <p className="flex justify-between gap-3 text-ink2">
        <span>{i18n.t('co.row.budget', [amount(left, asset), amount(limit, asset)])}</span>
        <span className="text-right wrap-anywhere text-small text-ink3">{rule}</span>
      </p>
      <svg viewBox="0 0 100 4" preserveAspectRatio="none" className="mt-1 h-1.5 w-full" aria-hidden>
        <rect width={100} height={4} rx={1} className="fill-sunken" />
        <rect width={Math.min(100, part)} height={4} rx={1} className="fill-brand" />
      </svg>
      {until !== undefined && (
        <p className="mt-1 text-small text-ink3">{i18n.t('co.row.until', [momentOf(until)])}</p>
      )}
    </div>
  )
}

function amount(value: bigint, asset: string): string {
  const coin = networks.find(({ native }) => native.asset === asset)?.native
  return coin
    ? `${decimal(value, coin.decimals)} ${coin.symbol}`
    : `${value.toString()} ${shortAsset(asset)}`
}
