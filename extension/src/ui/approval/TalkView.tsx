import { i18n } from '#i18n'
import type { Phase } from '../../messages/approval.ts'
import { useClock } from './use-clock.ts'

type Props = {
  readonly phases: readonly Phase[]
  readonly since: number
  readonly goesTo: 'site' | 'network'
  readonly isResumed: boolean
}

/** After so long it is said, and after so long it is said when it ends by itself. */
const SLOW_MS = 2_000
const VERY_SLOW_MS = 5_000

/** What really crossed between the two machines, with its time: no picture of progress. */
export function TalkView({ phases, since, goesTo, isResumed }: Props) {
  const now = useClock(500)
  const keys = new Set(phases.map(({ index }) => index)).size
  const current = phases.at(-1)
  const mine = phases.filter(({ index }) => index === current?.index)
  const reached = (name: string) => mine.find(({ phase }) => phase === name)
  const ms = (phase: Phase | undefined) =>
    phase === undefined ? '' : `${Math.max(0, Math.round(phase.at - since))} ms`
  const rows = [
    { text: i18n.t('talk.start'), way: 'out', at: reached('PrepareSign') ?? reached('SignRound1') },
    { text: i18n.t('talk.answer'), way: 'in', at: reached('SignRound1') },
    { text: i18n.t('talk.yours'), way: 'out', at: reached('SignRound2') },
    { text: i18n.t('talk.signature'), way: 'in', at: reached('Verify') },
  ] as const
  const isOver = reached('Complete') !== undefined
  return (
    <>
      <div className="mt-4 flex justify-between text-small text-ink3">
        <span>{i18n.t('talk.here')}</span>
        <span>{i18n.t('talk.cosigner')}</span>
      </div>
      <ol className="mt-1 space-y-1 border-x-2 border-l-ink border-r-brand px-3 py-2">
        {rows.map(({ text, way, at }) => (
          <li
            key={text}
            className={`grid grid-cols-[5.5rem_1fr_4rem] items-center gap-2 ${at ? '' : 'text-ink3'}`}
          >
            <span>{text}</span>
            <Arrow way={way} isDone={at !== undefined} />
            <span className="text-right text-small tabular-nums">{ms(at)}</span>
          </li>
        ))}
      </ol>
      <ul className="mt-3 space-y-1 text-ink2">
        <li className="flex justify-between">
          <span>{i18n.t('talk.check')}</span>
          <span className="text-small">
            {isOver ? ms(reached('Complete')) : i18n.t('talk.next')}
          </span>
        </li>
        {goesTo === 'network' && (
          <li className="flex justify-between">
            <span>{i18n.t('talk.send')}</span>
            <span className="text-small">{i18n.t(isOver ? 'talk.next' : 'talk.after')}</span>
          </li>
        )}
      </ul>
      {keys > 1 && (
        <p className="mt-2 text-small text-ink3">
          {i18n.t('talk.key', [String((current?.index ?? 0) + 1), String(keys)])}
        </p>
      )}
      <p role="status" className="mt-4 min-h-10 text-ink2">
        {isResumed
          ? i18n.t('talk.unknown')
          : now - since > VERY_SLOW_MS
            ? i18n.t('talk.stops')
            : now - since > SLOW_MS
              ? i18n.t('talk.slow')
              : ''}
      </p>
    </>
  )
}

function Arrow({ way, isDone }: { readonly way: 'out' | 'in'; readonly isDone: boolean }) {
  return (
    <svg
      viewBox="0 0 120 12"
      className={`h-3 w-full ${way === 'out' ? 'stroke-ink' : 'stroke-brand'} ${isDone ? '' : 'opacity-40'}`}
      fill="none"
      strokeWidth={2}
      strokeDasharray={isDone ? undefined : '5 5'}
      preserveAspectRatio="none"
      aria-hidden
    >
      <path d={way === 'out' ? 'M0 6h118m-6-5 6 5-6 5' : 'M120 6H2m6-5-6 5 6 5'} />
    </svg>
  )
}
