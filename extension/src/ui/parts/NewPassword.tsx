import { useState } from 'react'
import { i18n } from '#i18n'
import { Field } from './Field.tsx'

const SHORTEST = 12

/** What is wrong with it, at the field where it is. */
export type NewPasswordTrouble = { readonly password?: string; readonly again?: string }

type Props = {
  readonly label: string
  readonly wrong: NewPasswordTrouble
  readonly disabled?: boolean
}

/** A password that was not there before, twice, with how long it is. */
export function NewPassword({ label, wrong, disabled = false }: Props) {
  const [length, setLength] = useState(0)
  const rest = { type: 'password', autoComplete: 'new-password', disabled } as const
  return (
    <>
      <div>
        <Field
          {...rest}
          id="password"
          name="password"
          label={label}
          trouble={wrong.password}
          onChange={({ target }) => setLength(target.value.length)}
        />
        {wrong.password === undefined && (
          <p className="mt-1 text-small text-ink3">
            {length < SHORTEST ? i18n.t('setup.length', [String(length)]) : i18n.t('setup.long')}
          </p>
        )}
      </div>
      <Field
        {...rest}
        id="again"
        name="again"
        label={i18n.t('onboarding.lock.again')}
        trouble={wrong.again}
      />
    </>
  )
}

/** The password of a form that was sent, or what is wrong with it: that field has the focus then. */
export function newPasswordOf(
  form: HTMLFormElement,
): { readonly password: string } | { readonly wrong: NewPasswordTrouble } {
  const fields = new FormData(form)
  const [password, again] = [fields.get('password'), fields.get('again')]
  const isLong = typeof password === 'string' && password.length >= SHORTEST
  if (isLong && password === again) return { password }
  form.querySelector<HTMLInputElement>(isLong ? '#again' : '#password')?.focus()
  return {
    wrong: isLong
      ? { again: i18n.t('onboarding.lock.differ') }
      : { password: i18n.t('onboarding.lock.short') },
  }
}
