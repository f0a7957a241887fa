import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { NewPassword, newPasswordOf, type NewPasswordTrouble } from '../parts/NewPassword.tsx'
import { passwordTrouble } from './password-trouble.ts'

type Wrong = NewPasswordTrouble & { readonly before?: string }

/** Another password for the same lock. */
export function ChangePassword() {
  const [stands, setStands] = useState<'closed' | 'open' | 'busy' | 'done'>('closed')
  const [wrong, setWrong] = useState<Wrong>({})

  async function change(before: string, after: string): Promise<void> {
    setStands('busy')
    try {
      await background.changePassword(before, after)
      setStands('done')
    } catch (error) {
      setWrong({ before: passwordTrouble(error) })
      setStands('open')
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const before = new FormData(event.currentTarget).get('before')
    const typed = newPasswordOf(event.currentTarget)
    if ('wrong' in typed) return setWrong(typed.wrong)
    setWrong({})
    if (typeof before === 'string') void change(before, typed.password)
  }

  if (stands === 'closed' || stands === 'done')
    return (
      <>
        <Button className="mt-3 w-full" onClick={() => setStands('open')}>
          {i18n.t('passkeyLock.change')}
        </Button>
        <p role="status" className="mt-2 text-small text-ink2">
          {stands === 'done' && i18n.t('passkeyLock.changed')}
        </p>
      </>
    )
  return (
    <form
      onSubmit={submit}
      className="mt-3 space-y-3 rounded-card border border-line bg-surface p-4"
    >
      <Field
        id="password-before"
        name="before"
        type="password"
        autoComplete="current-password"
        label={i18n.t('passkeyLock.password')}
        trouble={wrong.before}
      />
      <NewPassword label={i18n.t('passkeyLock.new')} wrong={wrong} />
      <div className="flex gap-2">
        <Button className="flex-1" onClick={() => setStands('closed')}>
          {i18n.t('action.close')}
        </Button>
        <Button type="submit" weight="filled" className="flex-1" disabled={stands === 'busy'}>
          {i18n.t('passkeyLock.changeNow')}
        </Button>
      </div>
    </form>
  )
}
