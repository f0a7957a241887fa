import { type FormEvent, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Failure } from '../parts/Failure.tsx'
import { NewPassword, newPasswordOf, type NewPasswordTrouble } from '../parts/NewPassword.tsx'
import { Switch } from '../parts/Switch.tsx'
import { addLockPasskey } from '../passkey/lock-passkey.ts'
import { passkeyTrouble } from '../passkey/passkey-trouble.ts'
import { hasSecrets } from '../passkey/prf.ts'
import { OnboardingFrame } from './OnboardingFrame.tsx'

/** Step 2: what opens this browser. */
export function LockStep({ onDone }: { readonly onDone: () => void }) {
  const [trouble, setTrouble] = useState<string>()
  const [wrong, setWrong] = useState<NewPasswordTrouble>({})
  const [isBusy, setBusy] = useState(false)
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
    const typed = newPasswordOf(event.currentTarget)
    if ('wrong' in typed) return setWrong(typed.wrong)
    setWrong({})
    setTrouble(undefined)
    void create(typed.password)
  }

  return (
    <OnboardingFrame
      step={2}
      title={i18n.t('onboarding.lock.title')}
      text={i18n.t('onboarding.lock.text')}
    >
      <form onSubmit={submit} className="space-y-4">
        <NewPassword label={i18n.t('onboarding.lock.password')} wrong={wrong} disabled={isSet} />
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
