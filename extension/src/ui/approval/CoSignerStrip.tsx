import { i18n } from '#i18n'
import { Mark } from '../parts/Mark.tsx'
import { type GlyphOf, LevelGlyph } from './LevelGlyph.tsx'

export type StripKind =
  | 'none'
  | 'not-asked'
  | 'not-needed'
  | 'over'
  | 'asking'
  | 'away'
  | 'fault'
  | 'allow'
  | 'needs-factor'
  | 'deny'
  | 'signing'
  | 'signed'

type Props = {
  readonly kind: StripKind
  /** Its second line: the rule, and what is left. */
  readonly line?: string | undefined
}

/** What the co-signer says, in its own place: always there, always equally high. */
export function CoSignerStrip({ kind, line }: Props) {
  const glyph = glyphs[kind]
  const isQuiet = quiet.has(kind)
  return (
    <div
      role="status"
      data-strip={kind}
      className={`flex h-13 shrink-0 items-center gap-3 border-l-4 px-3 ${
        isQuiet ? 'border-l-line bg-surface text-ink2' : 'border-l-brand bg-brand-tint text-ink'
      } ${kind === 'asking' ? 'border-dashed' : ''}`}
    >
      <Mark size={20} state={kind === 'away' ? 'apart' : kind === 'signed' ? 'whole' : 'idle'} />
      <div className="min-w-0 flex-1">
        <p className="truncate font-semibold max-[300px]:text-small max-[300px]:whitespace-normal">
          {title(kind)}
        </p>
        {line !== undefined && (
          <p className="truncate text-small text-ink2 max-[300px]:hidden" title={line}>
            {line}
          </p>
        )}
      </div>
      {glyph && (
        <span className={tones[kind]}>
          <LevelGlyph level={glyph} size={18} />
        </span>
      )}
    </div>
  )
}

const quiet: ReadonlySet<StripKind> = new Set(['none', 'not-asked', 'not-needed', 'over'])

const glyphs: Partial<Readonly<Record<StripKind, GlyphOf>>> = {
  allow: 'allow',
  signed: 'allow',
  'needs-factor': 'check',
  deny: 'refused',
  asking: 'waiting',
  away: 'waiting',
  fault: 'refused',
}

const tones: Readonly<Record<StripKind, string>> = {
  none: '',
  'not-asked': '',
  'not-needed': '',
  over: '',
  asking: 'text-pending',
  away: 'text-pending',
  fault: 'text-deny',
  allow: 'text-allow',
  'needs-factor': 'text-ask',
  deny: 'text-deny',
  signing: '',
  signed: 'text-allow',
}

function title(kind: StripKind): string {
  switch (kind) {
    case 'none':
      return i18n.t('strip.none')
    case 'not-asked':
      return i18n.t('strip.notAsked')
    case 'over':
      return i18n.t('strip.over')
    case 'not-needed':
      return i18n.t('strip.notNeeded')
    case 'asking':
      return i18n.t('strip.asking')
    case 'away':
      return i18n.t('strip.away')
    case 'fault':
      return i18n.t('strip.fault')
    case 'allow':
      return i18n.t('strip.allow')
    case 'needs-factor':
      return i18n.t('strip.ask')
    case 'deny':
      return i18n.t('strip.deny')
    case 'signing':
      return i18n.t('strip.signing')
    case 'signed':
      return i18n.t('strip.signed')
  }
}
