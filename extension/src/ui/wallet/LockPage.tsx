import { type FormEvent, useState } from 'react'
import { i18n } from '#i18n'
import { background } from '../background.ts'
import { useNow } from '../cosigner/use-now.ts'
import { Button } from '../parts/Button.tsx'
import { Failure } from '../parts/Failure.tsx'
import { Mark } from '../parts/Mark.tsx'
import { UnlockByPasskey } from '../passkey/UnlockByPasskey.tsx'
import { lockTrouble } from '../words/lock-trouble.ts'

/** Opens this browser. Nothing of the wallet is shown before. */
export function LockPage() {
  const [trouble, setTrouble] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const [nextTryAt, setNextTryAt] = useState(0)
  const now = useNow()
  const waits = Math.ceil((nextTryAt - now) / 1000)

  async function unlock(password: string): Promise<void> {
    setBusy(true)
    setTrouble(undefined)
    try {
      await background.unlock(password)
    } catch (error) {
      setTrouble(lockTrouble(error))
      const { nextTryAt: next = 0 } = await background.state().catch(() => ({ nextTryAt: 0 }))
      setNextTryAt(next)
    } finally {
      setBusy(false)
    }
  }

  function submit(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault()
    const password = new FormData(event.currentTarget).get('password')
    event.currentTarget.reset()
    if (typeof password === 'string') void unlock(password)
  }

  return (
    <main className="mx-auto flex min-h-full max-w-[360px] flex-col items-center justify-center px-8 py-6">
      <Mark size={56} state="apart" />
      <h1 className="mt-4 text-headline">{i18n.t('lock.title')}</h1>
      <form onSubmit={submit} className="mt-8 w-full">
        <label htmlFor="password" className="font-semibold">
          {i18n.t('lock.password')}
        </label>
        <input
          // The person came here to type it.
          // oxlint-disable-next-line no-autofocus
          autoFocus
          id="password"
          name="password"
          type="password"
          autoComplete="current-password"
          className="mt-1 h-11 w-full rounded-button border border-control bg-surface px-3"
        />
        <Failure text={trouble} />
        <Button
          type="submit"
          weight="filled"
          disabled={isBusy || waits > 0}
          className="mt-1 w-full"
        >
          {waits > 0 ? i18n.t('co.nextTry', [String(waits)]) : i18n.t('lock.open')}
        </Button>
      </form>
      <div className="w-full">
        <UnlockByPasskey />
      </div>
    </main>
  )
}
