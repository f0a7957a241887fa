import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { type Decided, storedActivity, storedTokens } from '../../messages/stored.ts'
import { background } from '../background.ts'
import { Card } from '../parts/Card.tsx'
import { Empty } from '../parts/Empty.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Page } from '../parts/Page.tsx'
import { Segments } from '../parts/Segments.tsx'
import { hrefOf, useRoute } from '../route.ts'
import { useStored } from '../use-stored.ts'
import { nearDayOf } from '../words/near-day.ts'
import { clockOf } from '../words/time.ts'
import { isWaiting } from '../../messages/is-waiting.ts'
import { statusOf, toldOf, toneOf } from './told.ts'

const LOOK_MS = 5_000

/** Everything that was decided here, newest first. */
export function ActivityPage() {
  const all = useStored(storedActivity)
  const [filter, setFilter] = useState<'all' | 'sent'>('all')
  const isOpen = all?.some(isWaiting) === true
  useEffect(() => {
    if (!isOpen) return undefined
    void background.follow()
    const timer = setInterval(() => void background.follow(), LOOK_MS)
    return () => clearInterval(timer)
  }, [isOpen])
  const shown = (all ?? []).filter(({ outcome }) => filter === 'all' || outcome === 'sent')
  const days = Map.groupBy(shown, ({ at }) => nearDayOf(at))
  return (
    <Page title={i18n.t('activity.title')}>
      {all?.length === 0 && (
        <Empty title={i18n.t('activity.none')} text={i18n.t('activity.noneText')} />
      )}
      {all !== undefined && all.length > 0 && (
        <Segments
          label={i18n.t('activity.filter')}
          name="filter"
          value={filter}
          onChange={setFilter}
          options={[
            { value: 'all', text: i18n.t('activity.everything') },
            { value: 'sent', text: i18n.t('activity.sentOnly') },
          ]}
        />
      )}
      {[...days].map(([day, records]) => (
        <section key={day} className="mt-4">
          <h2 className="mb-1 text-small font-semibold text-ink3">{day}</h2>
          <Card label={day}>
            {records.map((record) => (
              <DecidedRow key={record.id} record={record} all={all ?? []} />
            ))}
          </Card>
        </section>
      ))}
    </Page>
  )
}

type RowProps = { readonly record: Decided; readonly all: readonly Decided[] }

function DecidedRow({ record, all }: RowProps) {
  const { headline } = toldOf(record, useStored(storedTokens))
  const status = statusOf(record, all)
  const [, shown] = useRoute()
  return (
    <li className="[content-visibility:auto]">
      <a
        href={hrefOf('activity', record.id)}
        aria-current={shown === record.id ? 'page' : undefined}
        className="flex min-h-14 items-center gap-3 px-4 py-2 hover:bg-sunken aria-[current=page]:bg-sunken"
      >
        <span className={toneOf(status)}>
          <Icon name={status.icon} />
        </span>
        <span className="min-w-0 flex-1">
          <span className="line-clamp-3 font-semibold">{headline}</span>
          <span className={`block text-small ${toneOf(status)}`}>{status.text}</span>
        </span>
        <span className="shrink-0 text-small text-ink3">{clockOf(record.at)}</span>
      </a>
    </li>
  )
}
