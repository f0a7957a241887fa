import { type FormEvent, useEffect, useState } from 'react'
import { i18n } from '#i18n'
import type { LockPasskey } from '../../messages/passkey-lock.ts'
import { background } from '../background.ts'
import { Button } from '../parts/Button.tsx'
import { Card } from '../parts/Card.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Field } from '../parts/Field.tsx'
import { Icon } from '../parts/Icon.tsx'
import { addLockPasskey } from '../passkey/lock-passkey.ts'
import { hasSecrets } from '../passkey/prf.ts'
import { passkeyTrouble } from '../passkey/passkey-trouble.ts'
import { useLockPasskeys } from '../passkey/use-lock-passkeys.ts'
import { nearDayOf } from '../words/near-day.ts'
import { passwordTrouble } from './password-trouble.ts'

/** The passkeys that open this browser. Nothing where it has none that keep a secret. */
export function LockPasskeys() {
  const { passkeys, look } = useLockPasskeys()
  const [canAdd, setCanAdd] = useState(false)
  const [isAdding, setAdding] = useState(false)
  useEffect(() => void hasSecrets().then(setCanAdd), [])
  if (!passkeys || (!canAdd && passkeys.length === 0)) return null
  return (
    <section className="mt-6">
      <h2 className="font-semibold">{i18n.t('passkeyLock.title')}</h2>
      <p className="mt-1 mb-3 text-small text-ink3">{i18n.t('passkeyLock.about')}</p>
      {passkeys.length > 0 && (
        <Card label={i18n.t('passkeyLock.title')}>
          {passkeys.map((one) => (
            <Row key={one.at} passkey={one} onGone={() => void look()} />
          ))}
        </Card>
      )}
      {isAdding ? (
        <NewPasskey
          onDone={() => {
            setAdding(false)
            void look()
          }}
        />
      ) : (
        canAdd && (
          <Button className="mt-3 w-full" onClick={() => setAdding(true)}>
            {i18n.t('passkeyLock.add')}
          </Button>
        )
      )}
    </section>
  )
}

function Row({ passkey, onGone }: { readonly passkey: LockPasskey; readonly onGone: () => void }) {
  const { name, at, credentialId } = passkey
  return (
    <li className="flex items-center gap-2 py-2 pr-2 pl-4">
      <span className="min-w-0 flex-1">
        <span className="block wrap-anywhere font-semibold">{name}</span>
        <span className="block text-small text-ink3">
          {i18n.t('passkeyLock.since', [nearDayOf(at)])}
        </span>
      </span>
      <button
        type="button"
        aria-label={`${i18n.t('passkeyLock.remove')}: ${name}`}
        className="flex size-10 shrink-0 items-center justify-center rounded-chip text-ink2 hover:bg-sunken"
        onClick={() => void background.removeLockPasskey(credentialId).then(onGone)}
      >
        <Icon name="close" />
      </button>
    </li>
  )
}

function NewPasskey({ onDone }: { readonly onDone: () => void }) {
  const [trouble, setTrouble] = useState<string>()
  const [wrong, setWrong] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function add(name: string, password: string): Promise<void> {
    setBusy(true)
    setTrouble(undefined)
    setWrong(undefined)
    try {
      // Before anything is made that would then be for nothing.
      await background.requirePassword(password)
      try {
        await addLockPasskey(name, password)
        return onDone()
      } catch (error) {
        setTrouble(passkeyTrouble(error))
      }
    } catch (error) {
      setWrong(passwordTrouble(error))
    }
    setBusy(false)
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const fields = new FormData(event.currentTarget)
    const [name, password] = [fields.get('name'), fields.get('password')]
    if (typeof name !== 'string' || typeof password !== 'string') return
    void add(name.trim() || i18n.t('passkeyLock.suggestion'), password)
  }

  return (
    <form
      onSubmit={submit}
      className="mt-3 space-y-3 rounded-card border border-line bg-surface p-4"
    >
      <Field
        id="passkey-name"
        name="name"
        label={i18n.t('passkeyLock.name')}
        defaultValue={i18n.t('passkeyLock.suggestion')}
        maxLength={40}
      />
      <Field
        id="passkey-password"
        name="password"
        type="password"
        autoComplete="current-password"
        label={i18n.t('passkeyLock.password')}
        trouble={wrong}
      />
      <Failure text={trouble} />
      <div className="flex gap-2">
        <Button className="flex-1" onClick={onDone}>
          {i18n.t('action.close')}
        </Button>
        <Button type="submit" weight="filled" className="flex-1" disabled={isBusy}>
          {i18n.t('passkeyLock.make')}
        </Button>
      </div>
    </form>
  )
}
