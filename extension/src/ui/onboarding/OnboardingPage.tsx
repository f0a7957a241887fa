import { useEffect, useState } from 'react'
import { background } from '../background.ts'
import { CosignerStep } from './CosignerStep.tsx'
import { LockStep } from './LockStep.tsx'
import { MakingStep } from './MakingStep.tsx'
import { PhraseStep } from './PhraseStep.tsx'
import { ReadyStep } from './ReadyStep.tsx'

/** From nothing to a wallet. Left and come back, it goes on where it was. */
export function OnboardingPage() {
  const [step, setStep] = useState<'lock' | 'cosigner' | 'phrase' | 'making' | 'ready'>()
  const [words, setWords] = useState('')

  async function look(): Promise<void> {
    const { lock, cosigner, wallet } = await background.state()
    if (cosigner.state === 'none') setStep('cosigner')
    else if (lock === 'none') setStep('lock')
    else setStep(wallet === 'ready' ? 'ready' : 'phrase')
  }

  useEffect(() => void look(), [])

  switch (step) {
    case undefined:
      return null
    case 'lock':
      return <LockStep onDone={() => void look()} />
    case 'cosigner':
      return <CosignerStep onDone={() => void look()} />
    case 'phrase':
      return (
        <PhraseStep
          onWords={(text) => {
            setWords(text)
            setStep('making')
          }}
        />
      )
    case 'making':
      return (
        <MakingStep
          words={words}
          onDone={() => {
            setWords('')
            setStep('ready')
          }}
        />
      )
    case 'ready':
      return <ReadyStep />
  }
}
