import { i18n } from '#i18n'
import type { SiteView } from '../../messages/approval.ts'

type Props = {
  /** Absent: the person asks. */
  readonly site?: SiteView
  readonly place: number
  readonly of: number
}

/** Who asks: the part of its name that somebody had to register stands out. */
export function OriginLine({ site, place, of }: Props) {
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      {site ? (
        <p className="min-w-0 truncate" title={site.origin}>
          {site.origin.startsWith('http:') && <span className="text-ink3">http </span>}
          <span className="text-ink3">{site.before}</span>
          <span className="font-[650]">{site.registrable}</span>
          <span className="text-ink3">{site.after}</span>
        </p>
      ) : (
        <p className="font-[650]">{i18n.t('approval.you')}</p>
      )}
      {of > 1 && (
        <p className="ml-auto shrink-0 text-small text-ink3">
          {i18n.t('approval.of', [String(place), String(of)])}
        </p>
      )}
    </div>
  )
}
