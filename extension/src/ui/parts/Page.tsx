import { type ReactNode, useContext, useEffect, useRef } from 'react'
import { i18n } from '#i18n'
import { hrefOf } from '../route.ts'
import { Beside } from './beside.ts'
import { Icon } from './Icon.tsx'

type Props = {
  readonly title: string
  /** Where the way back leads. Absent: this is where a tab begins. */
  readonly back?: string
  /** What stands beside the title. */
  readonly aside?: ReactNode
  readonly children: ReactNode
}

/** One screen of the wallet: its title, which is read first, and what scrolls below it. */
export function Page({ title, back, aside, children }: Props) {
  const beside = useContext(Beside)
  const isInView = beside !== undefined && (back === beside || back === hrefOf())
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    heading.current?.focus({ preventScroll: true })
    document.title = `Tandem: ${title}`
  }, [title])
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <header className="flex h-14 shrink-0 items-center gap-1 px-4">
        {back !== undefined && !isInView && (
          <a
            href={back}
            aria-label={i18n.t('action.back')}
            className="-ml-2 flex size-9 items-center justify-center rounded-chip hover:bg-sunken"
          >
            <Icon name="back" />
          </a>
        )}
        <h1 ref={heading} tabIndex={-1} className="min-w-0 truncate text-[17px]/6 font-[650]">
          {title}
        </h1>
        <span className="ml-auto shrink-0">{aside}</span>
      </header>
      <main className="min-h-0 flex-1 scroller relative overflow-y-auto px-4 pb-4">{children}</main>
    </div>
  )
}
