import type { Level } from '@tandem/chains'
import { i18n } from '#i18n'
import { Disclosure } from '../parts/Disclosure.tsx'
import { LevelGlyph } from './LevelGlyph.tsx'

type Props = {
  readonly level: Level | 'refused'
  readonly title?: string
  readonly reasons: readonly string[]
}

const bands = {
  // In forced colours only borders are left, and these become visible.
  check: 'bg-band-check text-on-band-check forced-colors:border-2',
  high: 'bg-band-high text-white forced-colors:border-4',
  unreadable:
    'bg-unknown-tint text-ink hatched border border-dashed border-ink forced-colors:border-2',
  refused:
    'bg-sunken text-ink border-2 border-ink forced-colors:border-4 forced-colors:border-double',
} as const

/** The level of a request, on top, where it is read first. Routine has none. */
export function LevelBand({ level, title, reasons }: Props) {
  if (level === 'routine') return null
  const [first, ...more] = reasons
  return (
    <section role="alert" className={`flex gap-3 px-4 py-3 ${bands[level]}`} data-level={level}>
      <LevelGlyph level={level} />
      <div className="min-w-0 flex-1">
        <p className="font-[650]">{title ?? words(level)}</p>
        {first !== undefined && <p className="text-pretty wrap-anywhere">{first}</p>}
        {more.length > 0 && (
          <Disclosure
            isQuiet
            title={i18n.t('level.more', more.length)}
            isOpen={level === 'high' || level === 'unreadable'}
            className="mt-1"
          >
            <ul className="mt-1 list-disc space-y-1 pl-4">
              {more.map((reason) => (
                <li key={reason} className="text-pretty wrap-anywhere">
                  {reason}
                </li>
              ))}
            </ul>
          </Disclosure>
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
