import { i18n } from '#i18n'
import type { Phase } from '../../messages/approval.ts'
import { talkOf } from '../words/talk-of.ts'
import { Crossings, msSince } from './Crossings.tsx'
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
  const ms = (at: number | undefined) => msSince(at, since)
  return (
    <>
      <Crossings {...{ crossings, since, peer }} />
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
