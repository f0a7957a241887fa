import { i18n } from '#i18n'
import type { VerdictView } from '../../messages/engine.ts'
import { Mark } from '../parts/Mark.tsx'

type Props =
  | { readonly kind: 'none' | 'asking' | 'away' }
  | { readonly kind: 'verdict'; readonly verdict: VerdictView }

const tones = {
  none: 'border-l-line text-ink2',
  asking: 'border-l-line border-dashed text-ink2',
  away: 'border-l-brand text-ink2',
  allow: 'border-l-brand text-ink',
  'needs-factor': 'border-l-brand text-ink',
  deny: 'border-l-brand text-ink',
} as const

/** What the co-signer says, in its own place: always there, always equally high. */
export function CoSignerStrip(props: Props) {
  const tone = props.kind === 'verdict' ? props.verdict.decision : props.kind
  return (
    <div
      role="status"
      className={`flex h-13 items-center gap-3 border-l-4 bg-brand-tint px-3 ${tones[tone]}`}
    >
      <Mark size={20} state={props.kind === 'away' ? 'apart' : 'idle'} />
      <div className="min-w-0">
        <p className="truncate font-semibold">{title(tone)}</p>
        {props.kind === 'verdict' && (
          <p className="truncate text-small text-ink2">
            {i18n.t('strip.rule', [props.verdict.rule])}
          </p>
        )}
      </div>
    </div>
  )
}

function title(tone: keyof typeof tones): string {
  switch (tone) {
    case 'none':
      return i18n.t('strip.none')
    case 'asking':
      return i18n.t('strip.asking')
    case 'away':
      return i18n.t('strip.away')
    case 'allow':
      return i18n.t('strip.allow')
    case 'needs-factor':
      return i18n.t('strip.ask')
    case 'deny':
      return i18n.t('strip.deny')
  }
}
