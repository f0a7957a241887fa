import { i18n } from '#i18n'
import type { Phase } from '../../messages/approval.ts'
import { type Crossing, talkOf } from '../words/talk-of.ts'
import type { Peer } from './peer.ts'
import { useClock } from './use-clock.ts'

type Props = {
  readonly phases: readonly Phase[]
  readonly since: number
  readonly goesTo: 'site' | 'network'
  /** Two messages cross, and not four. */
  readonly isShort: boolean
  readonly isResumed: boolean
  readonly peer: Peer | undefined
}

/** After so long it is said, and after so long it is said when it ends by itself. */
const SLOW_MS = 2_000
const VERY_SLOW_MS = 5_000

/** What really crossed between the two machines, with its time: no picture of progress. */
export function TalkView({ phases, since, goesTo, isShort, isResumed, peer }: Props) {
  const now = useClock(500)
  const { crossings, doneAt, place, of, isPast } = talkOf(phases, isShort)
  const ms = (at: number | undefined) =>
    at === undefined ? '' : i18n.t('co.ms', [String(Math.max(0, Math.round(at - since)))])
  return (
    <>
      <div className="mt-5 flex justify-between gap-4 text-small font-semibold">
        <span>{i18n.t('talk.here')}</span>
        <span className="min-w-0 truncate text-brand">{peer?.name ?? i18n.t('talk.cosigner')}</span>
      </div>
      <ol className="mt-1 border-x-2 border-l-ink border-r-brand bg-surface px-3 py-2">
        {crossings.map(({ name, way, at }) => (
          <li
            key={name}
            data-crossed={at !== undefined}
            className={`grid h-8 grid-cols-[6rem_1fr_3.5rem] items-center gap-2 ${at === undefined ? 'text-ink3' : ''}`}
          >
            <span className="truncate">{names[name]()}</span>
            <Arrow way={way} isDone={at !== undefined} />
            <span className="text-right text-small whitespace-nowrap">{ms(at)}</span>
          </li>
        ))}
      </ol>
      <ul className="mt-3 space-y-1 text-ink2">
        <li className="flex justify-between gap-4">
          <span>{i18n.t('talk.check')}</span>
          <span className="text-small">
            {doneAt === undefined ? i18n.t('talk.next') : ms(doneAt)}
          </span>
        </li>
        {goesTo === 'network' && (
          <li className="flex justify-between gap-4">
            <span>{i18n.t('talk.send')}</span>
            <span className="text-small">
              {i18n.t(doneAt === undefined ? 'talk.after' : 'talk.next')}
            </span>
          </li>
        )}
      </ul>
      {of > 1 && (
        <p className="mt-2 text-small text-ink3">
          {i18n.t('talk.key', [String(place), String(of)])}
        </p>
      )}
      <p role="status" className="mt-4 min-h-10 text-ink2">
        {isResumed ? i18n.t('talk.unknown') : slowWords(now - since, peer)}
      </p>
      {isPast && !isResumed && <p className="text-small text-ink3">{i18n.t('talk.past')}</p>}
    </>
  )
}

/** What is usual, and since when it is not. */
function slowWords(ms: number, peer: Peer | undefined): string {
  const usual =
    peer?.usualMs === undefined
      ? []
      : [i18n.t('talk.usually', [(Math.max(100, peer.usualMs) / 1000).toFixed(1)])]
  const slow =
    ms > VERY_SLOW_MS ? [i18n.t('talk.stops')] : ms > SLOW_MS ? [i18n.t('talk.slow')] : []
  return [...usual, ...slow].join(' ')
}

const names: Readonly<Record<Crossing['name'], () => string>> = {
  start: () => i18n.t('talk.start'),
  answer: () => i18n.t('talk.answer'),
  yours: () => i18n.t('talk.yours'),
  signature: () => i18n.t('talk.signature'),
  theirs: () => i18n.t('talk.theirs'),
}

function Arrow({ way, isDone }: { readonly way: 'out' | 'in'; readonly isDone: boolean }) {
  const isOut = way === 'out'
  const tone = isDone ? (isOut ? 'text-ink' : 'text-brand') : 'text-ink3'
  return (
    <span className={`flex items-center ${isOut ? '' : 'flex-row-reverse'} ${tone}`} aria-hidden>
      <span className={`flex-1 border-t-2 border-current ${isDone ? '' : 'border-dashed'}`} />
      {isDone && (
        <svg
          viewBox="0 0 8 12"
          className={`-mx-1 h-3 w-2 ${isOut ? '' : 'rotate-180'}`}
          fill="none"
          stroke="currentColor"
          strokeWidth={2}
        >
          <path d="m2 1 5 5-5 5" />
        </svg>
      )}
    </span>
  )
}
