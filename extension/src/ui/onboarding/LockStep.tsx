import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Failure } from '../parts/Failure.tsx'
import { OnboardingFrame } from './OnboardingFrame.tsx'

const SHORTEST = 12

/** Step 2: what opens this browser. */
export function LockStep({ onDone }: { readonly onDone: () => void }) {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [length, setLength] = useState(0)

  async function create(password: string): Promise<void> {
    setBusy(true)
    try {
      await background.create(password)
      onDone()
    } catch {
      setTrouble(i18n.t('setup.failed'))
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const [password, again] = [fields.get('password'), fields.get('again')]
    if (typeof password !== 'string' || password.length < SHORTEST)
      return setTrouble(i18n.t('onboarding.lock.short'))
    if (password !== again) return setTrouble(i18n.t('onboarding.lock.differ'))
    setTrouble(undefined)
    void create(password)
  }

  return (
    <OnboardingFrame
      step={2}
      title={i18n.t('onboarding.lock.title')}
      text={i18n.t('onboarding.lock.text')}
    >
      <form onSubmit={submit} className="space-y-4">
        {(['password', 'again'] as const).map((name) => (
          <div key={name}>
            <label htmlFor={name} className="font-semibold">
              {i18n.t(name === 'password' ? 'onboarding.lock.password' : 'onboarding.lock.again')}
            </label>
            <input
              id={name}
              name={name}
              type="password"
              autoComplete="new-password"
              className="mt-2 h-11 w-full rounded-button border border-control bg-surface px-3"
              onChange={({ target }) => {
                if (name === 'password') setLength(target.value.length)
              }}
            />
            {name === 'password' && (
              <p className="mt-1 text-small text-ink3">
                {length < SHORTEST
                  ? i18n.t('setup.length', [String(length)])
                  : i18n.t('setup.long')}
              </p>
            )}
          </div>
        ))}
        <Failure text={trouble} />
        <Button type="submit" weight="filled" disabled={isBusy} className="w-full">
          {i18n.t('action.next')}
        </Button>
      </form>
    </OnboardingFrame>
  )
}
