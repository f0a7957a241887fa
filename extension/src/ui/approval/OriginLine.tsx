import { i18n } from '#i18n'
import type { SiteView } from '../../messages/approval.ts'
import { dayOf } from '../words/time.ts'

type Props = {
  /** Absent: the person asks. */
  readonly site?: SiteView | undefined
  readonly place: number
  readonly of: number
  readonly onRejectAll?: () => void
}

/** Who asks: the part of its name that somebody had to register stands out. */
export function OriginLine({ site, place, of, onRejectAll }: Props) {
  return (
    <div className="min-w-0 flex-1">
      <div className="flex min-w-0 items-baseline gap-2">
        {site ? <SiteName site={site} /> : <p className="font-[650]">{i18n.t('approval.you')}</p>}
        {of > 1 && (
          <p className="ml-auto shrink-0 text-small text-ink3">
            {i18n.t('approval.of', [String(place), String(of)])}
          </p>
        )}
      </div>
      {site && (
        <div className="flex items-baseline gap-2 text-small text-ink3">
          <p className="truncate">
            {site.since === undefined
              ? i18n.t('approval.first')
              : i18n.t('approval.known', [dayOf(site.since)])}
          </p>
          {onRejectAll && (
            <button
              type="button"
              className="ml-auto min-h-6 shrink-0 text-ink2 underline underline-offset-4"
              onClick={onRejectAll}
            >
              {i18n.t('action.rejectAll', [String(of)])}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

/** A long name loses its beginning, which anybody can choose, and never what was registered. */
function SiteName({ site }: { readonly site: SiteView }) {
  const { origin, before, registrable, after } = site
  return (
    <p className="flex min-w-0 flex-1 items-baseline" title={origin}>
      {origin.startsWith('http:') && (
        <span className="mr-1 shrink-0 rounded-chip bg-ask-tint px-1 text-small font-semibold text-ask">
          http
        </span>
      )}
      {before !== '' && (
        <span className="min-w-0 shrink-9999 truncate text-ink3 [direction:rtl]">
          <bdi>{before}</bdi>
        </span>
      )}
      <span className="min-w-0 font-[650] wrap-anywhere">{registrable}</span>
      {after !== '' && <span className="shrink-0 text-ink3">{after}</span>}
    </p>
  )
}
