import { useEffect, useRef, useState } from 'react'
import { i18n } from '#i18n'
import { EngineError } from '../../messages/engine.ts'
import { background, useNews } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Icon } from '../parts/Icon.tsx'
import { codeOf } from '../words/errors.ts'
import { askedAgain } from './asked-again.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

/** The five messages, and who sends each. */
const arrows = [
  { step: 'G1', isOurs: true, text: 'setup.step1' },
  { step: 'G2', isOurs: false, text: 'setup.step2' },
  { step: 'G3', isOurs: true, text: 'setup.step3' },
  { step: 'G4', isOurs: false, text: 'setup.step4' },
  { step: 'G5', isOurs: true, text: 'setup.step5' },
] as const

const troubles = {
  refused: 'setup.refused',
  other: 'setup.other',
  untested: 'setup.untested',
  broken: 'setup.broken',
} as const

/**
 * Step 3, when both halves are written down: the messages, as they really cross.
 *
 * @param words absent: the keys are made already, or are being made.
 */
export function MakingStep({
  words,
  isUnderWay,
  onOver,
  onDone,
}: {
  readonly words: string | undefined
  /** Somebody began it who is gone: it is only waited for. */
  readonly isUnderWay: boolean
  /** It was waited for, and is over: what came of it is to be seen. */
  readonly onOver: () => void
  readonly onDone: (ms: number | undefined) => void
}) {
  /** When each step was over. */
  const [steps, setSteps] = useState<Readonly<Record<string, number>>>({})
  const [trouble, setTrouble] = useState<string>()
  const isBegun = useRef(false)
  const agreedAt = useRef<number>(undefined)
  useNews(({ event }) => {
    if (event?.event !== 'making') return
    const now = performance.now()
    if (event.step === 'agreed') agreedAt.current = now
    setSteps((before) => ({ ...before, [event.step]: now }))
  })

  async function make(): Promise<void> {
    if (isUnderWay) {
      await askedAgain(() => background.joinMaking(), isTold).catch(() => undefined)
      return onOver()
    }
    setTrouble(undefined)
    setSteps({})
    try {
      await askedAgain(() => background.makeWallet(words), isTold)
      const { current: since } = agreedAt
      onDone(since === undefined ? undefined : performance.now() - since)
    } catch (error) {
      setTrouble(i18n.t(troubles[await troubleOf(codeOf(error))]))
    }
  }

  useEffect(() => {
    if (isBegun.current) return
    isBegun.current = true
    void make()
  })

  const began = steps['agreed']
  const isWaiting = (words !== undefined || isUnderWay) && began === undefined
  return (
    <OnboardingFrame
      step={3}
      title={i18n.t('onboarding.making.title')}
      text={i18n.t(isWaiting ? 'onboarding.making.waiting' : 'onboarding.making.text')}
    >
      <div className="rounded-card border border-line bg-surface p-4" role="status">
        <p className="flex justify-between text-small font-semibold">
          <span>{i18n.t('talk.here')}</span>
          <span className="text-brand">{i18n.t('cosigner.name')}</span>
        </p>
        <ol className="mt-3 space-y-3">
          {arrows.map(({ step, isOurs, text }) => {
            const at = steps[step]
            return (
              <li key={step} className={at === undefined ? 'text-ink3' : ''}>
                <span className={`flex text-small ${isOurs ? '' : 'flex-row-reverse'}`}>
                  <span>{i18n.t(text)}</span>
                  {at !== undefined && began !== undefined && (
                    <span className={`text-ink3 ${isOurs ? 'ml-auto' : 'mr-auto'}`}>
                      {`${Math.round(at - began)} ms`}
                    </span>
                  )}
                </span>
                <Arrow isOurs={isOurs} isOver={at !== undefined} />
              </li>
            )
          })}
        </ol>
        <p
          className={`mt-4 flex items-center gap-2 border-t border-line pt-3 ${steps['active'] === undefined ? 'text-ink3' : 'font-semibold'}`}
        >
          <Icon name={steps['active'] === undefined ? 'wait' : 'check'} size={18} />
          {i18n.t('setup.test')}
        </p>
      </div>
      {trouble !== undefined && (
        <div role="alert" className="mt-6">
          <p className="text-deny">{trouble}</p>
          <Button weight="filled" className="mt-3" onClick={() => void make()}>
            {i18n.t('action.again')}
          </Button>
        </div>
      )}
    </OnboardingFrame>
  )
}

/** Keys that an engine died under are made by whoever presses again. */
const isTold = (error: unknown): boolean => error instanceof EngineError

async function troubleOf(code: string): Promise<keyof typeof troubles> {
  if (code === 'refused') return 'refused'
  if (code === 'other-words') return 'other'
  const state = await background.state().catch(() => undefined)
  return state?.wallet === 'untested' ? 'untested' : 'broken'
}

function Arrow({ isOurs, isOver }: { readonly isOurs: boolean; readonly isOver: boolean }) {
  const color = isOver ? (isOurs ? 'text-ink' : 'text-brand') : 'text-line'
  return (
    <span
      aria-hidden
      className={`mt-1 flex items-center ${color} ${isOurs ? '' : 'flex-row-reverse'}`}
    >
      <span className="h-0.5 flex-1 bg-current" />
      <span className={isOurs ? '-ml-3' : '-mr-3 rotate-180'}>
        <Icon name="forward" size={16} />
      </span>
    </span>
  )
}
