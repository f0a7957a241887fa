import { i18n } from '#i18n'
import type { Crossing } from '../words/talk-of.ts'
import type { Peer } from './peer.ts'

type Props = {
  readonly crossings: readonly Crossing[]
  readonly since: number
  readonly peer: Peer | undefined
}

/** An arrow for each message of a signature: what crossed, and what did not. */
export function Crossings({ crossings, since, peer }: Props) {
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
            className={`grid min-h-8 grid-cols-[minmax(3rem,6rem)_minmax(1rem,1fr)_3.5rem] items-center gap-2 ${at === undefined ? 'text-ink3' : ''}`}
          >
            <span className="wrap-anywhere">{names[name]()}</span>
            <Arrow way={way} isDone={at !== undefined} />
            <span className="text-right text-small whitespace-nowrap">{msSince(at, since)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

/** How long after the click. */
export const msSince = (at: number | undefined, since: number): string =>
  at === undefined ? '' : i18n.t('co.ms', [String(Math.max(0, Math.round(at - since)))])

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
