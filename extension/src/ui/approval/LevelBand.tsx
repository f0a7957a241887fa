import type { Level } from '@tandem/chains'
import { i18n } from '#i18n'

type Props = {
  readonly level: Level | 'refused'
  readonly title?: string
  readonly reasons: readonly string[]
}

const bands = {
  check: 'bg-band-check text-on-band-check',
  high: 'bg-band-high text-white',
  unreadable: 'bg-unknown-tint text-ink hatched border border-dashed border-ink',
  refused: 'bg-sunken text-ink border-2 border-ink',
} as const

/** The level of a request, on top, where it is read first. Routine has none. */
export function LevelBand({ level, title, reasons }: Props) {
  if (level === 'routine') return null
  const [first, ...more] = reasons
  return (
    <section role="alert" className={`flex gap-3 px-4 py-3 ${bands[level]}`}>
      <Glyph level={level} />
      <div className="min-w-0">
        <p className="font-[650]">{title ?? words(level)}</p>
        {first !== undefined && <p className="text-pretty">{first}</p>}
        {more.length > 0 && (
          <ul className="mt-1 list-disc pl-4">
            {more.map((reason) => (
              <li key={reason}>{reason}</li>
            ))}
          </ul>
        )}
      </div>
    </section>
  )
}

function words(level: Exclude<Props['level'], 'routine'>): string {
  switch (level) {
    case 'check':
      return i18n.t('level.check')
    case 'high':
      return i18n.t('level.high')
    case 'unreadable':
      return i18n.t('level.unreadable')
    case 'refused':
      return i18n.t('level.refused')
  }
}

const shapes = {
  check: <path d="M12 3 22 20.5H2Z M12 9.5v5 M12 17.2v.1" />,
  high: <path d="M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8Z M12 7.5v5.5 M12 16.3v.1" />,
  unreadable: (
    <path d="M12 2 22 12 12 22 2 12Z M9.8 10a2.2 2.2 0 1 1 3.3 1.9c-.8.4-1.1.8-1.1 1.6 M12 16.2v.1" />
  ),
  refused: <path d="M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z M5.6 18.4 18.4 5.6" />,
} as const

function Glyph({ level }: { readonly level: Exclude<Props['level'], 'routine'> }) {
  return (
    <svg
      viewBox="0 0 24 24"
      width={22}
      height={22}
      className="mt-px shrink-0"
      fill="none"
      stroke="currentColor"
      strokeWidth={2}
      strokeLinejoin="round"
      strokeLinecap="round"
      aria-hidden
    >
      {shapes[level]}
    </svg>
  )
}
