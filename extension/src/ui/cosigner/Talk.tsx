import { i18n } from '#i18n'

const arrows = ['G1', 'G2', 'G3', 'G4', 'G5'] as const

/** The five messages, as they really cross: ours in ink, the co-signer's in its own colour. */
export function Talk({ steps }: { readonly steps: readonly string[] }) {
  return (
    <ol className="mt-4 rounded-card border border-line bg-surface p-4">
      <li className="flex justify-between text-small font-semibold">
        <span>{i18n.t('talk.here')}</span>
        <span className="text-brand">{i18n.t('cosigner.name')}</span>
      </li>
      {arrows.map((arrow, at) => {
        const isOver = steps.includes(arrow)
        const isOurs = at % 2 === 0
        return (
          <li key={arrow} className="mt-3">
            <svg viewBox="0 0 200 8" className="h-2 w-full" aria-hidden>
              <path
                d={isOurs ? 'M0 4h196m-5-3 5 3-5 3' : 'M200 4H4m5-3-5 3 5 3'}
                fill="none"
                strokeWidth={1.5}
                className={isOver ? (isOurs ? 'stroke-ink' : 'stroke-brand') : 'stroke-line'}
              />
            </svg>
          </li>
        )
      })}
    </ol>
  )
}
