import { useEffect, useState } from 'react'
import { background, useNews } from '../background.ts'
import { Mark } from '../parts/Mark.tsx'
import { DamagedPage } from '../wallet/DamagedPage.tsx'
import { LockPage } from '../wallet/LockPage.tsx'
import { isDamage } from '../wallet/use-wallet.ts'
import { askedAgain } from './asked-again.ts'
import { CosignerStep } from './CosignerStep.tsx'
import { LockStep } from './LockStep.tsx'
import { MakingStep } from './MakingStep.tsx'
import { NodesStep } from './NodesStep.tsx'
import { PhraseStep } from './PhraseStep.tsx'
import { ReadyStep } from './ReadyStep.tsx'

type Step = 'damaged' | 'locked' | 'lock' | 'cosigner' | 'phrase' | 'making' | 'ready' | 'nodes'

/** From nothing to a wallet. Left and come back, it goes on where it was. */
export function OnboardingPage() {
  const [step, setStep] = useState<Step>()
  const [words, setWords] = useState<string>()
  const [isUnderWay, setUnderWay] = useState(false)
  const [madeMs, setMadeMs] = useState<number>()

  async function look(): Promise<void> {
    const { lock, cosigner, wallet } = await askedAgain(() => background.state())
    setUnderWay(wallet === 'making')
    if (lock === 'locked') setStep('locked')
    else if (cosigner.state === 'none') setStep('cosigner')
    else if (lock === 'none') setStep('lock')
    // Made and not tested: the test is what is missing. Begun before this page was: it goes on.
    else if (wallet === 'untested' || wallet === 'making') setStep('making')
    else setStep(wallet === 'ready' ? 'ready' : 'phrase')
  }

  useEffect(() => {
    look().catch((error: unknown) => {
      if (isDamage(error)) setStep('damaged')
    })
  }, [])
  useNews(({ event }) => {
    if (event?.event !== 'state') return
    const { lock } = event.state
    // It was locked meanwhile, or opened again: what is left to do stands in the state.
    setStep((now) => {
      if (lock === 'locked') return 'locked'
      if (now === 'locked') void look()
      return now
    })
  })

  switch (step) {
    case undefined:
      // Something stands there before anything is known.
      return (
        <div className="flex h-full items-center justify-center">
          <Mark size={40} />
        </div>
      )
    case 'damaged':
      return <DamagedPage />
    case 'locked':
      return <LockPage />
    case 'lock':
      return <LockStep onDone={() => void look()} />
    case 'cosigner':
      return <CosignerStep onDone={() => void look()} />
    case 'phrase':
      return (
        <PhraseStep
          onWords={(text) => {
            setUnderWay(false)
            setWords(text)
            setStep('making')
          }}
        />
      )
    case 'making':
      return (
        <MakingStep
          key={String(isUnderWay)}
          words={words}
          isUnderWay={isUnderWay}
          onOver={() => void look()}
          onDone={(ms) => {
            setWords(undefined)
            setMadeMs(ms)
            setStep('ready')
          }}
        />
      )
    case 'ready':
      return <ReadyStep madeMs={madeMs} onDone={() => setStep('nodes')} />
    case 'nodes':
      return <NodesStep />
  }
}
