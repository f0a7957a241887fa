import { useEffect, useRef, useState } from 'react'
import { i18n } from '#i18n'
import { useNews } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Command } from '../parts/Command.tsx'
import { Mark } from '../parts/Mark.tsx'
import { codeOf } from '../words/errors.ts'
import { Talk } from './Talk.tsx'

type Props = {
  /** What is to be run on the co-signer's machine. */
  readonly command: string
  readonly begin: () => Promise<void>
  /** The code of a co-signer whose person has not agreed yet. */
  readonly notYet: string
  readonly done: string
  /** Whether the messages that cross are told. */
  readonly talks: boolean
}

/** How often it is asked whether its person has agreed. */
const ASK_MS = 2000

/** A change of keys that a person allows on the other machine: it begins by itself when they did. */
export function Change({ command, begin, notYet, done, talks }: Props) {
  const [at, setAt] = useState<'idle' | 'waiting' | 'done' | 'failed'>('idle')
  const [steps, setSteps] = useState<readonly string[]>([])
  const isOver = useRef(false)
  useNews(({ event }) => {
    if (event?.event === 'making') setSteps((before) => [...before, event.step])
  })
  useEffect(() => {
    isOver.current = false
    return () => {
      isOver.current = true
    }
  }, [])

  async function start(): Promise<void> {
    setSteps([])
    setAt('waiting')
    for (;;) {
      try {
        await begin()
        return setAt('done')
      } catch (error) {
        if (codeOf(error) !== notYet) return setAt('failed')
      }
      await new Promise((resolve) => setTimeout(resolve, ASK_MS))
      if (isOver.current) return
    }
  }

  if (at === 'done')
    return (
      <div role="status" className="mt-6 flex flex-col items-center gap-3 text-center">
        <Mark size={48} state="whole" />
        <p className="text-[17px]/6 font-[650]">{done}</p>
      </div>
    )
  return (
    <div className="mt-4">
      <p className="font-semibold">{i18n.t('co.refresh.command')}</p>
      <Command text={command} />
      {talks && steps.length > 0 && <Talk steps={steps} />}
      <Button
        weight="filled"
        className="mt-4 w-full"
        disabled={at === 'waiting'}
        onClick={() => void start()}
      >
        {i18n.t(at === 'failed' ? 'action.again' : 'co.refresh.begin')}
      </Button>
      <p role="status" className="mt-3 text-ink2">
        {at === 'waiting' && words(steps)}
        {at === 'failed' && i18n.t('co.refresh.failed')}
      </p>
    </div>
  )
}

function words(steps: readonly string[]): string {
  if (steps.includes('active')) return i18n.t('co.refresh.proving')
  return i18n.t(steps.includes('agreed') ? 'co.refresh.making' : 'co.refresh.wait')
}
