import { type ReactNode, useEffect, useRef } from 'react'
import { i18n } from '#i18n'
import type { SiteView } from '../../messages/approval.ts'
import { Button } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'
import { ArmedButton } from './ArmedButton.tsx'
import { OriginLine } from './OriginLine.tsx'

type Props = {
  readonly site?: SiteView
  readonly place: number
  readonly of: number
  readonly headline: string
  readonly under?: string
  readonly band?: ReactNode
  readonly strip: ReactNode
  readonly children: ReactNode
  readonly approve?: {
    readonly key: string
    readonly arm: boolean
    readonly label: string
    /** High risk and what cannot be read: then rejecting is the heavy button. */
    readonly isHeavy: boolean
    readonly onPress: () => void
  }
  readonly reject: { readonly label: string; readonly onPress: () => void }
}

/** The frame of every question: who asks on top, the co-signer and two buttons below, in fixed places. */
export function ApprovalFrame(props: Props) {
  const { site, place, of, headline, under, band, strip, children, approve, reject } = props
  const title = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    title.current?.focus()
    document.title = `Tandem: ${headline}, ${site?.origin ?? i18n.t('approval.you')}`
  }, [headline, site])
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') reject.onPress()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  })
  return (
    <div className="flex h-full flex-col">
      <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line px-4">
        <Mark />
        <div className="min-w-0 flex-1">
          <OriginLine {...(site && { site })} place={place} of={of} />
        </div>
      </header>
      <main className="min-h-0 flex-1 overflow-y-auto">
        {band}
        <div className="px-4 py-4">
          <h1 ref={title} tabIndex={-1} className="text-headline break-words">
            {headline}
          </h1>
          {under !== undefined && <p className="mt-1 text-ink3">{under}</p>}
          {children}
        </div>
      </main>
      <footer className="shrink-0 border-t border-line bg-surface">
        {strip}
        <div className="flex gap-3 px-4 pt-3 pb-4">
          <Button
            weight={approve?.isHeavy === true || !approve ? 'filled' : 'outlined'}
            className="flex-1"
            onClick={reject.onPress}
          >
            {reject.label}
          </Button>
          {approve && (
            <ArmedButton
              armKey={approve.key}
              arm={approve.arm}
              label={approve.label}
              weight={approve.isHeavy ? 'outlined' : 'filled'}
              onPress={approve.onPress}
            />
          )}
        </div>
        <span className="sr-only">{i18n.t('app.name')}</span>
      </footer>
    </div>
  )
}
