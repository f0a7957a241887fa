import { type ReactNode, useEffect, useRef, useState } from 'react'
import { i18n } from '#i18n'
import type { SiteView } from '../../messages/approval.ts'
import { Breakable } from '../parts/Breakable.tsx'
import { Button } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'
import { ArmedButton } from './ArmedButton.tsx'
import { OriginLine } from './OriginLine.tsx'
import type { Peer } from './peer.ts'

/** A question among those that are open. */
export type Place = {
  readonly place: number
  readonly of: number
  /** Who signs with this browser, where that is known. */
  readonly peer?: Peer | undefined
}

type Props = Place & {
  readonly site?: SiteView | undefined
  readonly headline: string
  readonly under?: string | undefined
  readonly band?: ReactNode
  readonly strip: ReactNode
  readonly children?: ReactNode
  readonly mark?: 'idle' | 'whole' | 'apart'
  /** Another one begins at its headline again. */
  readonly step: string
  readonly approve?: Approve | undefined
  readonly reject: {
    readonly label: string
    readonly isHeavy?: boolean
    /** It cannot be turned down any more. */
    readonly isOff?: boolean
    readonly onPress: () => void
  }
  readonly onRejectAll?: (() => void) | undefined
  /** Where it is not what rejects. */
  readonly onEscape?: (() => void) | undefined
}

type Approve = {
  readonly label: string
  readonly onPress: () => void
  readonly isHeavy?: boolean
} & (
  | {
      /** What is approved: another key arms anew. */
      readonly armKey: string
      readonly arm: boolean
    }
  /** It approves nothing: done, try again. */
  | { readonly armKey?: never; readonly arm?: never }
)

/** The frame of every question: who asks on top, the co-signer and two buttons below, in fixed places. */
export function ApprovalFrame(props: Props) {
  const { site, place, of, headline, under, band, strip, children, approve, reject, step } = props
  const title = useRef<HTMLHeadingElement>(null)
  const [first] = useState(headline)
  // Nothing that is pressed by accident has the focus, and the level above it stays in view.
  useEffect(() => title.current?.focus({ preventScroll: true }), [step])
  useEffect(() => {
    document.title = `Tandem: ${headline}, ${site?.origin ?? i18n.t('approval.you')}`
  }, [headline, site])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // A sheet that is open takes it.
      if (event.key !== 'Escape' || document.querySelector('dialog[open]')) return
      const leave = props.onEscape ?? reject.onPress
      leave()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-14 shrink-0 items-center gap-3 border-b border-line px-4 py-1">
        <Mark state={props.mark ?? 'idle'} />
        <OriginLine
          site={site}
          place={place}
          of={of}
          {...(props.onRejectAll && { onRejectAll: props.onRejectAll })}
        />
      </header>
      <main className="scroller relative min-h-0 flex-1 overflow-y-auto" data-step={step}>
        {band}
        <div className="px-4 py-4">
          <h1 ref={title} tabIndex={-1} className={`${sizeOf(headline)} wrap-anywhere`}>
            <Breakable text={headline} />
          </h1>
          <span role="alert" className="sr-only">
            {headline === first ? '' : headline}
          </span>
          {under !== undefined && <p className="mt-1 text-ink3 wrap-anywhere">{under}</p>}
          {children}
        </div>
      </main>
      <footer className="flex h-34 shrink-0 flex-col border-t border-line bg-surface">
        {strip}
        <div className="flex flex-1 items-center gap-3 px-4 max-[300px]:gap-2 max-[300px]:px-2">
          <Button
            weight={(reject.isHeavy ?? false) ? 'filled' : 'outlined'}
            className="min-w-0 flex-1 px-2 leading-[18px] text-balance wrap-anywhere max-[300px]:px-1 max-[300px]:text-small"
            aria-disabled={reject.isOff ?? false}
            onClick={reject.onPress}
          >
            {reject.label}
          </Button>
          {approve && <ApproveButton {...approve} />}
        </div>
      </footer>
    </div>
  )
}

function ApproveButton(approve: Approve) {
  const weight = approve.isHeavy === false ? 'outlined' : 'filled'
  return approve.armKey === undefined ? (
    <Button
      weight={weight}
      className="min-w-0 flex-1 px-2 leading-[18px] text-balance wrap-anywhere max-[300px]:px-1 max-[300px]:text-small"
      onClick={approve.onPress}
    >
      {approve.label}
    </Button>
  ) : (
    <ArmedButton
      armKey={approve.armKey}
      arm={approve.arm}
      label={approve.label}
      weight={weight}
      onPress={approve.onPress}
    />
  )
}

/** A sentence that would fill the window is set smaller. */
const sizeOf = (headline: string): string =>
  headline.length > 84 ? 'text-[17px]/[22px]' : 'text-headline'
