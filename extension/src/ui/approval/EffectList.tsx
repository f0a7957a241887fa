import { i18n } from '#i18n'
import { Breakable } from '../parts/Breakable.tsx'
import type { Effect } from '../words/effects.ts'

type Props = {
  readonly effects: readonly Effect[]
  /** Opens the fee sheet; `waits`: what it would show is not known yet, and its place is kept. */
  readonly onFee?: (() => void) | 'waits' | undefined
}

/** What leaves and what comes, exactly. */
export function EffectList({ effects, onFee }: Props) {
  if (effects.length === 0) return null
  return (
    <section className="mt-4">
      <h2 className="text-small text-ink3">{i18n.t('approval.changes')}</h2>
      <ul className="mt-1 divide-y divide-line rounded-card border border-line bg-surface">
        {effects.map((effect) => (
          <li
            key={`${effect.sign}${effect.amount}${effect.note ?? ''}`}
            className="flex min-h-10 flex-wrap items-baseline gap-x-3 px-3 py-2"
          >
            <span className="w-2 font-semibold" aria-hidden>
              {effect.sign}
            </span>
            <span className="min-w-0 flex-1 font-semibold wrap-anywhere">
              <span className="sr-only">{effect.sign}</span>
              <Breakable text={effect.amount} />
            </span>
            {effect.note !== undefined && (
              <span className="order-last text-small text-ink3">{effect.note}</span>
            )}
            {effect.isFee && onFee && (
              <button
                type="button"
                className={`-my-1 min-h-6 text-small text-ink2 underline underline-offset-4 ${onFee === 'waits' ? 'invisible' : ''}`}
                onClick={onFee === 'waits' ? undefined : onFee}
              >
                {i18n.t('fee.change')}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
