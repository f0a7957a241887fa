import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Command } from '../parts/Command.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Mark } from '../parts/Mark.tsx'
import { codeOf } from '../words/errors.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'
import { useFound } from './use-found.ts'

const commands = 'tandem init\ntandem start\ntandem pair'

/** Step 1: which co-signer. The link has a secret in it, so its field never shows or keeps it. */
export function CosignerStep({ onDone }: { readonly onDone: () => void }) {
  const isFound = useFound()
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function pair(link: string): Promise<void> {
    setTrouble(undefined)
    setBusy(true)
    try {
      await background.pair(link)
      onDone()
    } catch (error) {
      setTrouble(words(codeOf(error)))
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const field = new FormData(event.currentTarget).get('link')
    event.currentTarget.reset()
    if (typeof field === 'string') void pair(field)
  }

  return (
    <OnboardingFrame
      step={1}
      mark="apart"
      title={i18n.t('onboarding.cosigner.title')}
      text={i18n.t('onboarding.cosigner.text')}
    >
      <div role="status" className="flex gap-3 rounded-card border border-line bg-surface p-4">
        <span className="mt-0.5">
          <Mark size={20} state={isFound ? 'idle' : 'apart'} />
        </span>
        <p className={isFound ? 'font-semibold' : 'text-ink2'}>
          {i18n.t(isFound ? 'setup.found' : 'onboarding.cosigner.none')}
        </p>
      </div>
      {!isFound && <Command text={commands} />}
      <form onSubmit={submit} className="mt-8">
        <label htmlFor="link" className="font-semibold">
          {i18n.t('onboarding.cosigner.paste')}
        </label>
        <div className="mt-2 flex gap-3">
          <input
            id="link"
            name="link"
            type="password"
            autoComplete="off"
            spellCheck={false}
            placeholder="tandem:pair?..."
            className="h-11 min-w-0 flex-1 rounded-button border border-control bg-surface px-3 placeholder:text-ink3"
          />
          <Button type="submit" weight="filled" disabled={isBusy}>
            {isBusy ? i18n.t('onboarding.cosigner.connecting') : i18n.t('action.next')}
          </Button>
        </div>
        <Failure text={trouble} />
      </form>
    </OnboardingFrame>
  )
}

function words(code: string): string {
  switch (code) {
    case 'link':
      return i18n.t('onboarding.cosigner.bad')
    case 'other':
      return i18n.t('setup.differ')
    case 'version':
      return i18n.t('setup.version')
    case 'away':
    case 'timeout':
      return i18n.t('setup.away')
    case 'locked':
      return i18n.t('setup.locked')
    default:
      return i18n.t('onboarding.cosigner.expired')
  }
}
