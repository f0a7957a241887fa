import { i18n } from '#i18n'

const WIDTH = 320
const HEIGHT = 64

/** The last signatures from left to right, the slowest at the top. */
export function TimingLine({ times }: { readonly times: readonly number[] }) {
  const most = Math.max(...times)
  const step = WIDTH / Math.max(1, times.length - 1)
  const points = times.map((ms, at) => {
    const y = HEIGHT - 4 - (most === 0 ? 0 : (ms / most) * (HEIGHT - 8))
    return `${(at * step).toFixed(1)},${y.toFixed(1)}`
  })
  const label = i18n.t('co.timing.line', [String(times.length)])
  return (
    <figure className="mt-4 rounded-card border border-line bg-surface p-4">
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-16 w-full"
        role="img"
        aria-label={label}
      >
        <polyline
          points={points.join(' ')}
          fill="none"
          strokeWidth={2}
          vectorEffect="non-scaling-stroke"
          className="stroke-brand"
        />
      </svg>
      <figcaption className="mt-2 flex justify-between text-small text-ink3">
        <span>{label}</span>
        <span>{i18n.t('co.timing.most', [String(Math.round(most))])}</span>
      </figcaption>
    </figure>
  )
}
