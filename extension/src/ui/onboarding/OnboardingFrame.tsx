import { type ReactNode, useEffect, useRef } from 'react'
import { i18n } from '#i18n'
import { Mark } from '../parts/Mark.tsx'

type Props = {
  readonly step: number
  readonly title: string
  readonly text?: string
  readonly mark?: 'idle' | 'whole' | 'apart'
  readonly children: ReactNode
}

const STEPS = 4

/** One of the four steps from nothing to a wallet. */
export function OnboardingFrame({ step, title, text, mark = 'idle', children }: Props) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [title])
  return (
    <div className="mx-auto flex min-h-full w-full max-w-[560px] flex-col px-6 py-[clamp(1.5rem,5vh,4rem)]">
      <header className="flex items-center gap-3">
        <Mark size={32} state={mark} />
        <p className="text-button font-[650]">{i18n.t('app.name')}</p>
        <p className="ml-auto text-small text-ink3">
          {i18n.t('onboarding.step', [String(step), String(STEPS)])}
        </p>
      </header>
      <ol className="mt-6 flex gap-1.5" aria-hidden>
        {Array.from({ length: STEPS }, (_, at) => (
          // oxlint-disable-next-line no-array-index-key
          <li key={at} className={`h-1 flex-1 rounded-full ${at < step ? 'bg-ink' : 'bg-line'}`} />
        ))}
      </ol>
      <main className="mt-[clamp(1.5rem,4vh,2.5rem)]">
        <h1 ref={heading} tabIndex={-1} className="text-[26px]/8">
          {title}
        </h1>
        {text !== undefined && <p className="mt-2 text-[16px]/6 text-ink2">{text}</p>}
        <div className="mt-6">{children}</div>
      </main>
    </div>
  )
}
