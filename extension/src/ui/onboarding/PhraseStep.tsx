import { useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Failure } from '../parts/Failure.tsx'
import { askedAgain } from './asked-again.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

const HIDE_SECONDS = 60
const QUESTIONS = 3
const CHOICES = 6

/** Step 3: this machine's half of the phrase, written down by hand and asked back. */
export function PhraseStep({ onWords }: { readonly onWords: (words: string) => void }) {
  const [words, setWords] = useState<readonly string[]>()
  const [isShown, setShown] = useState(false)
  const [questions, setQuestions] = useState<readonly Question[]>()
  const [trouble, setTrouble] = useState<string>()
  const [left, setLeft] = useState(HIDE_SECONDS)

  useEffect(() => {
    void askedAgain(() => background.drawWords()).then((text) => setWords(text.split(' ')))
  }, [])

  useEffect(() => {
    if (!isShown) return undefined
    const hide = () => setShown(false)
    const until = Date.now() + HIDE_SECONDS * 1000
    const timer = setInterval(() => {
      const seconds = Math.ceil((until - Date.now()) / 1000)
      setLeft(seconds)
      if (seconds <= 0) hide()
    }, 250)
    setLeft(HIDE_SECONDS)
    window.addEventListener('blur', hide)
    return () => {
      clearInterval(timer)
      window.removeEventListener('blur', hide)
    }
  }, [isShown])

  if (!words) return null
  const [question] = questions ?? []

  function answer(word: string): void {
    if (!words || !questions || !question) return
    if (word !== words[question.place]) {
      setTrouble(i18n.t('onboarding.phrase.wrong'))
      setQuestions(undefined)
      return
    }
    const remaining = questions.slice(1)
    setQuestions(remaining)
    if (remaining.length === 0) onWords(words.join(' '))
  }

  if (question)
    return (
      <OnboardingFrame
        step={3}
        title={i18n.t('onboarding.phrase.which', [String(question.place + 1)])}
      >
        <div className="grid grid-cols-3 gap-3">
          {question.choices.map((choice) => (
            <Button key={choice} onClick={() => answer(choice)}>
              {choice}
            </Button>
          ))}
        </div>
      </OnboardingFrame>
    )

  return (
    <OnboardingFrame
      step={3}
      title={i18n.t('onboarding.phrase.title')}
      text={i18n.t('onboarding.phrase.text')}
    >
      <h2 className="flex justify-between font-semibold">
        {i18n.t('onboarding.phrase.half')}
        {isShown && (
          <span className="text-small font-normal text-ink3">
            {i18n.t('setup.timer', [String(left)])}
          </span>
        )}
      </h2>
      <ol
        aria-hidden={!isShown}
        className="mt-2 grid grid-cols-3 gap-x-4 gap-y-3 rounded-card border border-line bg-surface p-4 select-none"
      >
        {words.map((word, at) => (
          // oxlint-disable-next-line no-array-index-key
          <li key={at} className="flex gap-2 font-mono text-[15px]/6">
            <span className="w-6 text-right text-ink3">{at + 1}</span>
            {isShown ? word : <span className="text-control">······</span>}
          </li>
        ))}
      </ol>
      <p className="mt-3 text-small text-ink3">{i18n.t('onboarding.phrase.what')}</p>
      <h2 className="mt-6 font-semibold">{i18n.t('onboarding.phrase.other')}</h2>
      <p className="mt-1 text-ink2">{i18n.t('onboarding.phrase.otherText')}</p>
      <Failure text={trouble} />
      <div className="mt-5 flex gap-3">
        <Button
          weight={isShown ? 'outlined' : 'filled'}
          className="flex-1"
          onClick={() => {
            setTrouble(undefined)
            setShown(!isShown)
          }}
        >
          {i18n.t(isShown ? 'onboarding.phrase.hide' : 'onboarding.phrase.show')}
        </Button>
        {isShown && (
          <Button
            weight="filled"
            className="flex-1"
            onClick={() => {
              // The answers come from the paper.
              setShown(false)
              setQuestions(questionsFor(words))
            }}
          >
            {i18n.t('onboarding.phrase.wrote')}
          </Button>
        )}
      </div>
    </OnboardingFrame>
  )
}

type Question = { readonly place: number; readonly choices: readonly string[] }

/** Three different places, each with five other words of the phrase beside the right one. */
function questionsFor(words: readonly string[]): readonly Question[] {
  return shuffled(words.map((_, place) => place))
    .slice(0, QUESTIONS)
    .map((place) => {
      const others = shuffled(words.filter((word) => word !== words[place])).slice(0, CHOICES - 1)
      return { place, choices: shuffled([words[place] ?? '', ...others]) }
    })
}

function shuffled<T>(values: readonly T[]): readonly T[] {
  const draws = crypto.getRandomValues(new Uint32Array(values.length))
  return values
    .map((value, at) => ({ value, draw: draws[at] ?? 0 }))
    .toSorted((a, b) => a.draw - b.draw)
    .map(({ value }) => value)
}
