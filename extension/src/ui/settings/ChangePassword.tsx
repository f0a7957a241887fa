import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Field.tsx'
import { passwordTrouble } from './password-trouble.ts'

const SHORTEST = 12

type Wrong = { readonly before?: string; readonly after?: string; readonly again?: string }

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
    const fields = new FormData(event.currentTarget)
    const [before, after, again] = ['before', 'after', 'again'].map((name) => fields.get(name))
    if (typeof before !== 'string' || typeof after !== 'string') return
    if (after.length < SHORTEST) return setWrong({ after: i18n.t('onboarding.lock.short') })
    if (after !== again) return setWrong({ again: i18n.t('onboarding.lock.differ') })
    setWrong({})
    void change(before, after)
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
      <Field
        id="password-after"
        name="after"
        type="password"
        autoComplete="new-password"
        label={i18n.t('passkeyLock.new')}
        trouble={wrong.after}
      />
      <Field
        id="password-again"
        name="again"
        type="password"
        autoComplete="new-password"
        label={i18n.t('onboarding.lock.again')}
        trouble={wrong.again}
      />
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
