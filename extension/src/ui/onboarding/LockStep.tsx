import { type FormEvent, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Field } from '../parts/Field.tsx'
import { Switch } from '../parts/Switch.tsx'
import { addLockPasskey } from '../passkey/lock-passkey.ts'
import { passkeyTrouble } from '../passkey/passkey-trouble.ts'
import { hasSecrets } from '../passkey/prf.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

const SHORTEST = 12

/** Step 2: what opens this browser. */
export function LockStep({ onDone }: { readonly onDone: () => void }) {
  const [trouble, setTrouble] = useState<string>()
  const [wrong, setWrong] = useState<{ readonly password?: string; readonly again?: string }>({})
  const [isBusy, setBusy] = useState(false)
  const [length, setLength] = useState(0)
  const [canAsk, setCanAsk] = useState(false)
  const [wantsPasskey, setWantsPasskey] = useState(false)
  /** The password is set, and what became of the passkey is read. */
  const [isSet, setSet] = useState(false)
  useEffect(() => void hasSecrets().then(setCanAsk), [])

  async function create(password: string): Promise<void> {
    setBusy(true)
    try {
      await background.create(password)
    } catch {
      setTrouble(i18n.t('setup.failed'))
      setBusy(false)
      return
    }
    try {
      if (wantsPasskey) await addLockPasskey(i18n.t('passkeyLock.suggestion'), password)
      onDone()
    } catch (error) {
      setTrouble(`${passkeyTrouble(error)} ${i18n.t('passkeyLock.later')}`)
      setSet(true)
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    if (isSet) return onDone()
    const form = event.currentTarget
    const fields = new FormData(form)
    const mark = (at: 'password' | 'again', text: string) => {
      setWrong({ [at]: text })
      form.querySelector<HTMLInputElement>(`#${at}`)?.focus()
    }
    const [password, again] = [fields.get('password'), fields.get('again')]
    if (typeof password !== 'string' || password.length < SHORTEST)
      return mark('password', i18n.t('onboarding.lock.short'))
    if (password !== again) return mark('again', i18n.t('onboarding.lock.differ'))
    setWrong({})
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
            <Field
              id={name}
              label={i18n.t(
                name === 'password' ? 'onboarding.lock.password' : 'onboarding.lock.again',
              )}
              trouble={wrong[name]}
              name={name}
              type="password"
              disabled={isSet}
              autoComplete="new-password"
              onChange={({ target }) => {
                if (name === 'password') setLength(target.value.length)
              }}
            />
            {name === 'password' && wrong.password === undefined && (
              <p className="mt-1 text-small text-ink3">
                {length < SHORTEST
                  ? i18n.t('setup.length', [String(length)])
                  : i18n.t('setup.long')}
              </p>
            )}
          </div>
        ))}
        {canAsk && (
          <div className="border-y border-line">
            <Switch
              id="passkey"
              label={i18n.t('passkeyLock.offer')}
              text={i18n.t('passkeyLock.offerText')}
              isOn={wantsPasskey}
              disabled={isSet || isBusy}
              onChange={setWantsPasskey}
            />
          </div>
        )}
        <Failure text={trouble} />
        <Button type="submit" weight="filled" disabled={isBusy} className="w-full">
          {i18n.t('action.next')}
        </Button>
      </form>
    </OnboardingFrame>
  )
}
