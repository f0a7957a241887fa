import { useEffect, useRef, useState } from 'react'
import { i18n } from '#i18n'
import { background, useNews } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { OnboardingFrame } from './OnboardingFrame.tsx'

const arrows = ['G1', 'G2', 'G3', 'G4', 'G5'] as const

/** Step 3, when both halves are written down: the five messages, as they really cross. */
export function MakingStep({
  words,
  onDone,
}: {
  readonly words: string
  readonly onDone: () => void
}) {
  const [steps, setSteps] = useState<readonly string[]>([])
  const [trouble, setTrouble] = useState(false)
  const isBegun = useRef(false)
  useNews(({ event }) => {
    if (event?.event === 'making') setSteps((before) => [...before, event.step])
  })

  function begin(): void {
    setTrouble(false)
    setSteps([])
    background.makeWallet(words).then(onDone, () => setTrouble(true))
  }

  useEffect(() => {
    if (isBegun.current) return
    isBegun.current = true
    begin()
  })

  const isWaiting = !steps.includes('agreed')
  return (
    <OnboardingFrame
      step={3}
      title={i18n.t('onboarding.making.title')}
      text={i18n.t(isWaiting ? 'onboarding.making.waiting' : 'onboarding.making.text')}
    >
      <ol className="space-y-2 rounded-card border border-line bg-surface p-4" role="status">
        {arrows.map((arrow, at) => {
          const isOver = steps.includes(arrow)
          const isOurs = at % 2 === 0
          return (
            <li key={arrow} className="flex items-center gap-3">
              <span className={`w-28 ${isOurs ? 'font-semibold' : 'text-ink3'}`}>
                {isOurs ? i18n.t('talk.here') : ''}
              </span>
              <span
                className={`h-0.5 flex-1 ${isOver ? (isOurs ? 'bg-ink' : 'bg-brand') : 'bg-line'}`}
              />
              <span
                className={`w-28 text-right ${isOurs ? 'text-ink3' : 'font-semibold text-brand'}`}
              >
                {isOurs ? '' : i18n.t('cosigner.name')}
              </span>
            </li>
          )
        })}
      </ol>
      {trouble && (
        <div role="alert" className="mt-6">
          <p className="text-deny">{i18n.t('onboarding.making.refused')}</p>
          <Button weight="filled" className="mt-3" onClick={begin}>
            {i18n.t('action.again')}
          </Button>
        </div>
      )}
    </OnboardingFrame>
  )
}
